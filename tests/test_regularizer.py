"""The trajectory regulariser: lengths as they are, gradients, PyTorch's habits."""

from __future__ import annotations

import copy
import io
import pickle
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments import arc_points, polygon_length, segment_points, trajectory_loss

torch = pytest.importorskip("torch")
Regularizer = pl.experiments.TrajectoryRegularizer


def _perceptron(widths: list[int], seed: int = 0, **kind: Any) -> Any:
    torch.manual_seed(seed)
    modules: list[Any] = []
    for before, after in pairwise(widths):
        modules += [torch.nn.Linear(before, after), Regularizer(**kind), torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1]).double()


def _convolutional(**kind: Any) -> Any:
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 3, 3, padding=1),
        Regularizer(**kind),
        torch.nn.ReLU(),
        torch.nn.Conv2d(3, 2, 3, stride=2),
        Regularizer(**kind),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(18, 4),
    ).double()


# lengths ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_polygons_grow_to_the_exact_length_from_below(seed: int) -> None:
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 12), torch.nn.ReLU(), torch.nn.Linear(12, 9), torch.nn.ReLU()
    ).double()
    start, end = 4 * torch.randn(2, 3, dtype=torch.float64)
    p, q = ([pl.dyadic(v) for v in point.tolist()] for point in (start, end))
    exact = pl.from_torch(model).along(p, q)
    with torch.no_grad():
        found = [
            float(polygon_length(model(segment_points(start, end, 2**k + 1))))
            for k in (1, 3, 5, 7, 13)
        ]
    length = exact.length(1)
    assert exact.num_transitions > 3
    # each set of points holds the one before; rounding is far below the gaps
    assert found == sorted(found) and found[-1] <= float(length) * (1 + 1e-12)
    assert found[0] < float(length) * (1 - 1e-3) or exact.pieces_per_layer[1] < 4
    # a corner that is cut costs at most the way around it: two steps of the fastest speed
    speed = float(exact.curve(1).lipschitz) * 3
    assert float(length) - found[-1] <= exact.pieces_per_layer[1] * 2 * speed / 2**13


def test_arcs_are_those_of_trajectories() -> None:
    start, end = torch.tensor([[3.0, 1.0, 0.5], [-1.0, 2.0, 2.0]], dtype=torch.float64)
    points = arc_points(start, end, 2001)
    p, q = ([pl.dyadic(v) for v in point.tolist()] for point in (start, end))
    identity = pl.from_weights([(np.eye(3), None)])
    length = pl.trajectory(identity, pl.arc(p, q)).length()
    assert float(polygon_length(points)) == pytest.approx(float(length), rel=1e-6)
    assert torch.allclose(points[0], start) and torch.allclose(points[-1], end)


def test_gradients() -> None:
    torch.manual_seed(0)
    points = torch.randn(6, 2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(polygon_length, (points,))
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 5), Regularizer(0.7), torch.nn.Tanh(), torch.nn.Linear(5, 3),
        Regularizer(0.2, learn_scale=False),
    ).double()  # fmt: skip
    path = arc_points(*torch.randn(2, 2, dtype=torch.float64), 7)
    trajectory_loss(model, path)
    names = [name for name, _ in model.named_parameters()]
    assert "1.scale" in names and "4.scale" not in names

    def loss(*weights: Any) -> Any:
        for name, weight in zip(names, weights, strict=True):
            module, _, leaf = name.rpartition(".")
            part = model.get_submodule(module)
            del part._parameters[leaf]
            setattr(part, leaf, weight)
        try:
            return trajectory_loss(model, path)
        finally:
            for name in names:
                module, _, leaf = name.rpartition(".")
                part = model.get_submodule(module)
                delattr(part, leaf)
                part._parameters[leaf] = torch.nn.Parameter(torch.zeros(()))

    weights = [p.detach().clone().requires_grad_() for p in model.parameters()]
    assert torch.autograd.gradcheck(loss, weights)


def test_corners_that_coincide_have_gradient_zero() -> None:
    points = torch.tensor([[1.0, 2.0]] * 3 + [[1.0, 3.0]], requires_grad=True)
    polygon_length(points).backward()
    assert points.grad.tolist() == [[0, 0], [0, 0], [0, -1], [0, 1]]


# the layer ---------------------------------------------------------------------------------


def test_the_loss_is_the_length_over_the_first_one() -> None:
    model = _perceptron([2, 6, 4], strength=0.25)
    paths = [segment_points(*torch.randn(2, 2, dtype=torch.float64), 9) for _ in range(3)]
    assert trajectory_loss(model, paths).item() == pytest.approx(0.5)
    first = [
        sum(float(polygon_length(part(path).detach())) for path in paths)
        for part in (model[:2], model[:5])
    ]
    assert [float(model[i].original) for i in (1, 4)] == pytest.approx(first)
    with torch.no_grad():
        model[1].scale.fill_(-3.0)
    # the second layer sees other inputs: as measured again, over the same first length
    second = sum(float(polygon_length(model[:5](path).detach())) for path in paths) / first[1]
    assert trajectory_loss(model, paths).item() == pytest.approx(0.25 * (3 + second))
    model[1].forget()
    assert trajectory_loss(model, paths).item() == pytest.approx(0.25 * (1 + second))


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_it_is_a_module_like_others(kind: Any) -> None:
    model = _convolutional(strength=0.1).to(kind)
    layer = model[1]
    assert isinstance(layer, torch.nn.Module) and isinstance(layer, Regularizer)
    assert "strength=0.1, learn_scale=True" in repr(model)
    path = segment_points(*torch.rand(2, 1, 8, 8, dtype=kind), 12)
    loss = trajectory_loss(model, path)
    assert loss.dtype == kind and layer.original.dtype == kind and layer.scale.dtype == kind
    loss.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model[:5].parameters())
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.01 * torch.randn_like(p))
    # training and evaluation are the same, and single images as good as batches
    x = torch.rand(5, 1, 8, 8, dtype=kind)
    whole = model.train()(x)
    assert torch.equal(whole, model.eval()(x)) and torch.allclose(whole[:1], model(x[:1]))
    after = trajectory_loss(model, path).item()
    assert after == trajectory_loss(model.train(), path).item() != pytest.approx(0.2)
    # state dicts carry the first lengths
    other = _convolutional(strength=0.1).to(kind)
    assert set(other.state_dict()) == set(model.state_dict()) >= {"1.scale", "1.original"}
    other.load_state_dict(model.state_dict())
    assert trajectory_loss(other, path).item() == after
    # copies, pickles, files of whole models
    stream = io.BytesIO()
    torch.save(model, stream)
    stream.seek(0)
    for twin in (
        copy.deepcopy(model),
        pickle.loads(pickle.dumps(model)),
        torch.load(stream, weights_only=False),
    ):
        assert type(twin[1]) is Regularizer
        assert trajectory_loss(twin, path).item() == after


def test_networks_are_read_exactly() -> None:
    model = _perceptron([2, 4, 3], seed=3)
    with torch.no_grad():
        model[1].scale.fill_(0.3)
        model[4].scale.fill_(-1.7)
    net = pl.from_torch(model)
    factors = [pl.dyadic(model[i].scale.item()) for i in (1, 4)]
    plain = pl.from_torch(torch.nn.Sequential(model[0], torch.nn.ReLU(), model[3]))
    assert net.widths == (4,)
    for x in ([1, 2], [-3, "1/2"], [0, 0]):
        # with a factor above 0 before the ReLU, it moves behind it
        hidden = pl.from_torch(torch.nn.Sequential(model[0], torch.nn.ReLU()))(x)
        wanted = [factors[0] * v for v in hidden]
        last = pl.from_torch(torch.nn.Sequential(model[3]))(wanted)
        assert net(x) == tuple(factors[1] * v for v in last)
        assert plain(x) != net(x)
    silent = torch.nn.Sequential(model[0], Regularizer(learn_scale=False)).double()
    assert pl.from_torch(silent)([1, 2]) == pl.from_torch(model[:1])([1, 2])
    image = pl.from_torch(_convolutional(), input_shape=[1, 8, 8])
    assert image.widths == (192, 18)


def test_training_with_it_keeps_images_short() -> None:
    x = torch.linspace(-2, 2, 60, dtype=torch.float64)[:, None] * torch.ones(2, dtype=torch.float64)
    y = (3 * x[:, :1]).sin()
    path = segment_points(x[0], x[-1], 40)
    lengths = []
    for strength in (0.0, 0.1):
        model = _perceptron([2, 16, 16, 1], seed=5, strength=strength)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(150):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x), y) + trajectory_loss(model, path)
            loss.backward()
            optimizer.step()
        p, q = ([pl.dyadic(v) for v in point.tolist()] for point in (x[0], x[-1]))
        lengths.append(float(pl.from_torch(model).along(p, q).length(1)))
    assert lengths[1] < 0.8 * lengths[0]


# what is not allowed ---------------------------------------------------------------------------


def test_bad_input_is_told() -> None:
    path = segment_points(torch.zeros(2), torch.ones(2), 5)
    layer = Regularizer()
    for call, words in (
        (lambda: polygon_length([[0, 1]]), "floating"),
        (lambda: polygon_length(torch.arange(4)), "floating"),
        (lambda: polygon_length(torch.zeros(1, 3)), "at least two"),
        (lambda: polygon_length(torch.tensor(1.0)), "at least two"),
        (lambda: segment_points(torch.zeros(2), torch.zeros(3)), "must be equal"),
        (lambda: arc_points(torch.zeros(2), torch.zeros(2).double()), "must be equal"),
        (lambda: segment_points([0.0], [1.0]), "tensors of floating"),
        (lambda: segment_points(torch.zeros(2), torch.ones(2), 1), "count=1"),
        (lambda: arc_points(torch.zeros(2), torch.ones(2), True), "count=True"),
        (lambda: Regularizer(-1), "strength=-1"),
        (lambda: Regularizer(float("nan")), "strength=nan"),
        (lambda: trajectory_loss(torch.nn.Linear(2, 2), path), "no TrajectoryRegularizer"),
        (lambda: trajectory_loss(layer, []), "no path"),
        (lambda: trajectory_loss(layer, path[:1].expand(5, 2)), "is 0.0"),
        (lambda: trajectory_loss(layer, path[:1]), "at least two"),
        (lambda: trajectory_loss(torch.nn.Sequential(_Turned(), layer), path), "first axis"),
        (lambda: trajectory_loss(_Unused(), path), "not used"),
    ):
        with pytest.raises(DomainError, match=words):
            call()
    # after failures the layer is as before
    assert layer(path).equal(path) and layer._lengths == [] and not layer.original
    with pytest.raises(AttributeError, match="Nothing"):
        from plsym.experiments import regularizer

        _ = regularizer.Nothing


class _Turned(torch.nn.Module):
    def forward(self, x: Any) -> Any:
        return x.T


class _Unused(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = Regularizer()

    def forward(self, x: Any) -> Any:
        return x
