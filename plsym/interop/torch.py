"""PyTorch modules as networks, weights exact."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError, ModelFormatError, UnsupportedLayerError
from plsym.interop.extras import require
from plsym.interop.torch_files import check_entry, load_state
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op, Shape
from plsym.networks.network import ReLUNetwork

__all__ = ["from_torch"]


def from_torch(
    source: Any,
    *,
    architecture: Sequence[Any] | None = None,
    input_shape: Sequence[int] | None = None,
) -> ReLUNetwork:
    """Read a network from a PyTorch module, a state dict or a ``.pt`` file.

    Parameters
    ----------
    source : torch.nn.Sequential, mapping of names to tensors, or path
        A module may nest further Sequentials.  A path is loaded with
        ``weights_only=True``, so it must hold a state dict.
    architecture : sequence, optional
        Needed with a state dict: the modules in order (``torch.nn.Linear(1, 8)``,
        ``torch.nn.ReLU()``, ...), whose own weights are ignored; or the string
        "relu" between entries of a list such as ``["linear", "relu", "linear"]``.
    input_shape : sequence of int, optional
        Without the batch axis.  Needed if the first layer does not tell it
        (convolutions: channels and sizes).

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    UnsupportedLayerError
        If a module is not piecewise linear or not known; its path and class are named.
    DomainError
        If a weight is NaN or infinite, or shapes do not fit.
    ModelFormatError
        If a file or a state dict does not hold what is needed.

    Notes
    -----
    Every weight (float16, bfloat16, float32, float64) is the dyadic rational that it
    is; Python numbers such as the slope 0.01 of LeakyReLU are the doubles that they
    are.  The network is the one in evaluation mode: dropout is the identity, batch
    normalisation uses its running statistics, and its multiplier is the double
    nearest to weight / sqrt(variance + eps).  The module is not changed.

    Known modules: Sequential, Linear, Conv1d, Conv2d, ReLU, ReLU6, LeakyReLU, PReLU,
    Hardtanh, Identity, Dropout, Flatten, Unflatten, MaxPool1d, MaxPool2d, AvgPool1d,
    AvgPool2d, BatchNorm1d, BatchNorm2d, and plsym's own TrajectoryRegularizer.

    Examples
    --------
    >>> import torch
    >>> half = torch.nn.Linear(1, 2, bias=False)
    >>> _ = torch.nn.init.constant_(half.weight, 0.5)
    >>> pl.from_torch(torch.nn.Sequential(half, torch.nn.ReLU()))(3)
    (Fraction(3, 2), Fraction(3, 2))
    """
    torch = require("torch", "torch")
    if isinstance(source, (str, os.PathLike)):
        source = load_state(torch, Path(os.fspath(source)))
    if isinstance(source, Mapping):
        if architecture is None:
            raise ModelFormatError(
                "a state dict holds weights but no structure; pass architecture=[...], e.g. "
                "['linear', 'relu', 'linear']"
            )
        leaves = _with_weights(torch, source, architecture)
    elif isinstance(source, torch.nn.Module):
        leaves = list(_leaves(torch, source, ""))
    else:
        raise UnsupportedLayerError(
            f"{type(source).__name__} is no torch module, state dict or path"
        )
    if not leaves:
        raise DomainError("the module holds no layers")
    return _assemble(leaves, input_shape)


_Leaf = tuple[str, str, Any]  # path, class name, module or a stand-in with its attributes


def _leaves(torch: Any, module: Any, path: str) -> Any:
    """Flatten nested Sequentials to (path, class name, module)."""
    if isinstance(module, torch.nn.Sequential):
        for name, child in module.named_children():
            yield from _leaves(torch, child, f"{path}.{name}" if path else name)
    else:
        yield path or "module", type(module).__name__, module


def _with_weights(torch: Any, state: Mapping[str, Any], architecture: Sequence[Any]) -> list[_Leaf]:
    """Pair the modules of an architecture with the tensors of a state dict, in order."""
    groups: dict[str, dict[str, Any]] = {}
    for key, value in state.items():
        check_entry(torch, key, value)
        prefix, _, name = key.rpartition(".")
        groups.setdefault(prefix, {})[name] = value
    source = iter(groups.items())
    leaves: list[_Leaf] = []
    for i, entry in enumerate(architecture):
        if isinstance(entry, str):
            kind = {"linear": "Linear", "relu": "ReLU", "identity": "Identity"}.get(entry.lower())
            if kind is None:
                raise DomainError(
                    f"architecture entry {i} is {entry!r}; 'linear', 'relu', 'identity' or a "
                    "module is needed"
                )
            module: Any = None
        else:
            kind, module = type(entry).__name__, entry
        needs = kind in ("Linear", "Conv1d", "Conv2d", "BatchNorm1d", "BatchNorm2d", "PReLU")
        tensors: dict[str, Any] = {}
        prefix = str(i)
        if needs:
            try:
                prefix, tensors = next(source)
            except StopIteration:
                raise ModelFormatError(
                    f"architecture entry {i} ({kind}) has no weights left in the state dict"
                ) from None
            if "weight" not in tensors and not kind.startswith("BatchNorm"):
                raise ModelFormatError(f"the state dict has no {prefix}.weight for {kind}")
        leaves.append((prefix, kind, _StandIn(module, tensors)))
    left = [prefix for prefix, _ in source]
    if left:
        raise ModelFormatError(f"the state dict has weights that no layer takes: {', '.join(left)}")
    return leaves


class _StandIn:
    """A module's settings with the tensors of a state dict."""

    def __init__(self, module: Any, tensors: dict[str, Any]) -> None:
        self._module, self._tensors = module, tensors

    def __getattr__(self, name: str) -> Any:
        if name in self._tensors:
            return self._tensors[name]
        if name in ("weight", "bias"):
            return None
        return getattr(self._module, name)


def _array(tensor: Any) -> NDArray[Any] | None:
    """A tensor as a float64 array; every shorter float converts exactly."""
    if tensor is None:
        return None
    return np.asarray(tensor.detach().to("cpu").double().numpy())


def _pair(value: Any, axes: int) -> tuple[int, ...]:
    return (int(value),) * axes if isinstance(value, int) else tuple(int(v) for v in value)


def _assemble(leaves: Sequence[_Leaf], input_shape: Sequence[int] | None) -> ReLUNetwork:
    shape: Shape | None = None if input_shape is None else tuple(input_shape)
    start = shape
    nodes: list[Node] = []
    last = "input"
    for path, kind, module in leaves:
        if shape is None:
            if kind != "Linear":
                raise DomainError(
                    f"the network starts with {kind} ({path}), which does not tell the shape of "
                    "the input; pass input_shape=..."
                )
            start = shape = (int(_array(module.weight).shape[1]),)  # type: ignore[union-attr]
        handler = _HANDLERS.get(kind)
        if handler is None:
            raise UnsupportedLayerError(
                f"module {path} of class {kind} is not supported; known are "
                f"{', '.join(sorted(_HANDLERS))}"
            )
        try:
            made = handler(module, shape)
            for k, op in enumerate(made):
                name = path if k == len(made) - 1 else f"{path}.{k}"
                shape = op.output_shape(shape)
                nodes.append(Node(name if name != "input" else "input.1", op, (last,)))
                last = nodes[-1].name
        except DomainError as error:
            raise DomainError(f"module {path} ({kind}): {error}") from error
    assert start is not None
    return ReLUNetwork(tuple(nodes), start)


def _plain(op: Op) -> Callable[[Any, Shape], list[Op]]:
    return lambda module, shape: [op]


def _linear(module: Any, shape: Shape) -> list[Op]:
    return [ops.Affine(_array(module.weight), _array(module.bias))]  # type: ignore[arg-type]


def _conv(module: Any, shape: Shape) -> list[Op]:
    weights = _array(module.weight)
    assert weights is not None
    axes = weights.ndim - 2
    if module.padding_mode != "zeros":
        raise DomainError(f"padding_mode={module.padding_mode!r} is not supported; only 'zeros'")
    dilations = _pair(module.dilation, axes)
    if module.padding == "same":
        totals = [d * (k - 1) for d, k in zip(dilations, weights.shape[2:], strict=True)]
        pads = tuple(t // 2 for t in totals) + tuple(t - t // 2 for t in totals)
    elif module.padding == "valid":
        pads = (0,) * (2 * axes)
    else:
        pads = _pair(module.padding, axes) * 2
    return [
        ops.Convolution(
            weights,  # type: ignore[arg-type]
            _array(module.bias),  # type: ignore[arg-type]
            _pair(module.stride, axes),
            pads,
            dilations,
            int(module.groups),
        )
    ]


def _prelu(module: Any, shape: Shape) -> list[Op]:
    slopes = _array(module.weight)
    assert slopes is not None
    return [ops.PReLU(slopes.reshape(-1, *(1,) * (len(shape) - 1)))]  # type: ignore[arg-type]


def _max_pool(axes: int) -> Callable[[Any, Shape], list[Op]]:
    def handler(module: Any, shape: Shape) -> list[Op]:
        if module.ceil_mode or module.return_indices:
            raise DomainError("ceil_mode and return_indices are not supported")
        return [
            ops.MaxPool(
                _pair(module.kernel_size, axes),
                _pair(module.stride, axes),
                _pair(module.padding, axes) * 2,
                _pair(module.dilation, axes),
            )
        ]

    return handler


def _average_pool(axes: int) -> Callable[[Any, Shape], list[Op]]:
    def handler(module: Any, shape: Shape) -> list[Op]:
        if module.ceil_mode or getattr(module, "divisor_override", None):
            raise DomainError("ceil_mode and divisor_override are not supported")
        return [
            ops.AveragePool(
                _pair(module.kernel_size, axes),
                _pair(module.stride, axes),
                _pair(module.padding, axes) * 2,
                bool(module.count_include_pad),
            )
        ]

    return handler


def _batch_norm(module: Any, shape: Shape) -> list[Op]:
    mean, variance = _array(module.running_mean), _array(module.running_var)
    if mean is None or variance is None:
        raise DomainError("it keeps no running statistics, so it has no evaluation mode")
    weight, bias = _array(module.weight), _array(module.bias)
    scale, shift = ops.batch_norm(
        np.ones_like(mean) if weight is None else weight,
        np.zeros_like(mean) if bias is None else bias,
        mean,
        variance,
        float(module.eps),
        axes=len(shape) - 1,
    )
    return [scale, shift]


def _trajectory_regularizer(module: Any, shape: Shape) -> list[Op]:
    if module.scale is None:
        return [ops.Identity()]
    return [ops.Scale(_array(module.scale))]  # type: ignore[arg-type]


def _flatten(module: Any, shape: Shape) -> list[Op]:
    rank = len(shape) + 1
    first, last = module.start_dim % rank, module.end_dim % rank
    if first < 1:
        raise DomainError("start_dim=0 flattens the batch axis")
    size = int(np.prod(shape[first - 1 : last]))
    return [ops.Reshape((*shape[: first - 1], size, *shape[last:]))]


def _unflatten(module: Any, shape: Shape) -> list[Op]:
    at = module.dim % (len(shape) + 1)
    if at < 1:
        raise DomainError("dim=0 is the batch axis")
    return [ops.Reshape((*shape[: at - 1], *module.unflattened_size, *shape[at:]))]


_HANDLERS: dict[str, Callable[[Any, Shape], list[Op]]] = {
    "AvgPool1d": _average_pool(1),
    "AvgPool2d": _average_pool(2),
    "BatchNorm1d": _batch_norm,
    "BatchNorm2d": _batch_norm,
    "Conv1d": _conv,
    "Conv2d": _conv,
    "Dropout": _plain(ops.Identity()),
    "Flatten": _flatten,
    "Hardtanh": lambda m, s: [ops.Clip(float(m.min_val), float(m.max_val))],  # type: ignore[arg-type]
    "Identity": _plain(ops.Identity()),
    "LeakyReLU": lambda m, s: [ops.LeakyReLU(float(m.negative_slope))],  # type: ignore[arg-type]
    "Linear": _linear,
    "MaxPool1d": _max_pool(1),
    "MaxPool2d": _max_pool(2),
    "PReLU": _prelu,
    "ReLU": _plain(ops.ReLU()),
    "ReLU6": _plain(ops.Clip(0, 6)),  # type: ignore[arg-type]
    "TrajectoryRegularizer": _trajectory_regularizer,
    "Unflatten": _unflatten,
}
