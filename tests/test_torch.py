"""PyTorch modules against their own forward pass, on integers, where doubles are exact."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym import DomainError, ModelFormatError, UnsupportedLayerError

torch = pytest.importorskip("torch")
nn = torch.nn


def whole(module: Any, seed: int = 0) -> Any:
    """The module in doubles, its weights small integers, its statistics squares."""
    generator = torch.Generator().manual_seed(seed)
    module = module.double().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randint(-3, 4, parameter.shape, generator=generator))
        for name, buffer in module.named_buffers():
            if name.endswith("running_var"):
                buffer.copy_(torch.tensor([4.0, 0.25, 16.0])[: len(buffer)])
            elif name.endswith("running_mean"):
                buffer.copy_(torch.randint(-3, 4, buffer.shape, generator=generator))
    return module


def agree(module: Any, network: pl.ReLUNetwork, seeds: Any = (1, 2, 3, 4)) -> None:
    for seed in seeds:
        x = np.random.default_rng(seed).integers(-9, 10, network.input_shape)
        y = module(torch.tensor(x[None], dtype=torch.float64)).detach().numpy().ravel()
        value = network(x.tolist())
        found = value if isinstance(value, tuple) else (value,)
        assert [Fraction(v) for v in y.tolist()] == list(found)


MODULES: dict[str, tuple[Any, Any]] = {
    "mlp": (lambda: nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2)), None),
    "no bias": (lambda: nn.Sequential(nn.Linear(3, 5, bias=False), nn.ReLU()), None),
    "one module": (lambda: nn.Linear(3, 2), None),
    "nested": (
        lambda: nn.Sequential(
            nn.Sequential(nn.Linear(2, 3), nn.ReLU6()), nn.Sequential(nn.Linear(3, 1))
        ),
        None,
    ),
    "activations": (
        lambda: nn.Sequential(
            nn.Linear(3, 4),
            nn.LeakyReLU(0.25),
            nn.PReLU(),
            nn.Hardtanh(-2, 3),
            nn.Identity(),
            nn.Dropout(0.5),
            nn.PReLU(4),
            nn.Linear(4, 2),
        ),
        None,
    ),
    "image": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(1, 0)),
            nn.BatchNorm2d(3, eps=0.0),
            nn.ReLU(),
            nn.MaxPool2d(2, stride=1, padding=1),
            nn.AvgPool2d((2, 1), stride=1),
            nn.PReLU(3),
            nn.Flatten(),
            nn.Linear(72, 2),
        ),
        (2, 5, 7),
    ),
    "image, same padding": (
        lambda: nn.Sequential(nn.Conv2d(2, 4, (3, 5), padding="same", groups=2, dilation=(1, 2))),
        (2, 5, 6),
    ),
    "signal": (
        lambda: nn.Sequential(
            nn.Conv1d(2, 3, 2, dilation=2),
            nn.MaxPool1d(2, dilation=2, stride=1),
            nn.AvgPool1d(2, stride=1, padding=1, count_include_pad=True),
            nn.Flatten(1, 2),
            nn.BatchNorm1d(12, affine=False, eps=0.0),
        ),
        (2, 7),
    ),
    "unflatten": (lambda: nn.Sequential(nn.Linear(2, 6), nn.Unflatten(1, (2, 3)), nn.ReLU()), None),
}


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    make, shape = MODULES[name]
    module = make()
    if name == "signal":
        for parameter in module.double().parameters():
            parameter.data = parameter.data.round()
        module[-1].running_var = torch.full((12,), 4.0, dtype=torch.float64)
        module = module.eval()
    else:
        module = whole(module)
    agree(module, pl.from_torch(module, input_shape=shape))


def test_state_dicts(tmp_path: Path) -> None:
    module = whole(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), 3)
    names = ["linear", "relu", "linear"]
    agree(module, pl.from_torch(module.state_dict(), architecture=names))
    fresh = [nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)]  # whose own weights do not count
    agree(module, pl.from_torch(module.state_dict(), architecture=fresh))
    path = tmp_path / "net.pt"
    torch.save(module.state_dict(), path)
    agree(module, pl.load(path, architecture=names))


@pytest.mark.parametrize(
    ("architecture", "match"),
    [
        (None, "pass architecture="),
        (["linear", "relu"], "weights that no layer takes: 2"),
        (["linear", "relu", "linear", "linear"], "no weights left"),
        (["linear", "tanh", "linear"], "'tanh'"),
    ],
)
def test_architectures_that_do_not_fit(architecture: Any, match: str) -> None:
    state = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).state_dict()
    with pytest.raises((ModelFormatError, DomainError), match=match):
        pl.from_torch(state, architecture=architecture)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_each_float_is_the_rational_that_it_is(dtype: str) -> None:
    module = nn.Linear(4, 1, bias=False).to(getattr(torch, dtype))
    network = pl.from_torch(module)
    for i in range(4):
        unit = [int(i == j) for j in range(4)]
        assert network(unit) == Fraction(module.weight[0, i].item())


def test_tensors_as_points() -> None:
    network = pl.from_torch(whole(nn.Linear(3, 1)))
    assert network(torch.tensor([1, -2, 3])) == network([1, -2, 3])
    assert network(pl.dyadic(torch.tensor([0.5, 0.1, 2.0]))) == network(
        [pl.dyadic(v.item()) for v in torch.tensor([0.5, 0.1, 2.0])]
    )
    with pytest.raises(pl.InexactInputError, match="dyadic"):
        network(torch.tensor([0.5, 0.1, 2.0]))


def test_training_mode_is_left_alone() -> None:
    module = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.9), nn.BatchNorm1d(3)).train()
    network = pl.from_torch(module)
    assert module.training
    expected = module.eval()(torch.ones(1, 2)).detach().numpy().ravel()
    np.testing.assert_allclose([float(v) for v in network([1, 1])], expected, rtol=1e-5)


class Residual(nn.Module):
    def forward(self, x: Any) -> Any:
        return x + torch.relu(x)


@pytest.mark.parametrize(
    ("module", "error", "match"),
    [
        (
            nn.Sequential(nn.Linear(2, 2), nn.Tanh()),
            UnsupportedLayerError,
            "1 of class Tanh",
        ),
        (
            nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU(), nn.GELU())),
            UnsupportedLayerError,
            "module 1.1 of class GELU",
        ),
        (nn.Sequential(nn.Linear(2, 2), Residual()), UnsupportedLayerError, "class Residual"),
        (nn.Sequential(), DomainError, "no layers"),
        (nn.Sequential(nn.ReLU()), DomainError, "input_shape"),
        (nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 3)), DomainError, r"module 1 \(Linear\)"),
        (
            nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, track_running_stats=False)),
            DomainError,
            "no running statistics",
        ),
        ("a function", UnsupportedLayerError, "function is no torch module"),
        (7, UnsupportedLayerError, "int is no torch module"),
    ],
)
def test_unsupported(module: Any, error: type[Exception], match: str) -> None:
    if module == "a function":
        module = torch.relu
        match = "is no torch module"
    with pytest.raises(error, match=match):
        pl.from_torch(module)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_must_be_finite(bad: float) -> None:
    module = nn.Linear(2, 2)
    with torch.no_grad():
        module.weight[1, 0] = bad
    with pytest.raises(DomainError, match="finite"):
        pl.from_torch(module)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_corrupt_files(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    path.write_bytes(content)
    with pytest.raises(ModelFormatError, match=r"net\.pt"):
        pl.load(path, architecture=["linear"])
    with pytest.raises(FileNotFoundError):
        pl.load(tmp_path / "missing.pt", architecture=["linear"])


def test_whole_modules_in_files_are_not_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    torch.save(nn.Linear(1, 1), path)
    with pytest.raises(ModelFormatError, match="state dict"):
        pl.load(path, architecture=["linear"])
