"""Networks as PyTorch modules and state dicts, weights exact."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from plsym.atomic import write_atomically
from plsym.errors import ModelFormatError, UnsupportedLayerError
from plsym.exact.dyadics import ExactArray
from plsym.interop.extras import require
from plsym.networks import layers as ops
from plsym.networks.formats.floats import shared_type
from plsym.networks.layers import Op, Shape
from plsym.networks.network import ReLUNetwork

__all__ = ["save_torch", "to_torch"]


def to_torch(network: ReLUNetwork) -> Any:
    """Write a network as a ``torch.nn.Sequential``.

    Parameters
    ----------
    network : ReLUNetwork
        A chain of layers whose weights are floats.

    Returns
    -------
    torch.nn.Sequential
        In evaluation mode; float32 if that holds all weights, float64 otherwise.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    UnsupportedLayerError
        If layers do not follow one another, or one has no module of its own
        (residual sums, maxima of several tensors, factors and offsets).
    ModelFormatError
        If a weight is no double, such as 1/3.

    Notes
    -----
    `from_torch` reads the module back as the same function, exactly.

    Examples
    --------
    >>> import torch
    >>> module = pl.to_torch(pl.sawtooth_network(2))
    >>> [type(part).__name__ for part in module]
    ['Linear', 'ReLU', 'Linear', 'ReLU', 'Linear']
    >>> module(torch.tensor([[0.25]])).item()
    1.0
    """
    torch = require("torch", "torch")
    kind = shared_type(network, "a PyTorch module")
    dtype = torch.float32 if kind == np.float32 else torch.float64
    parts: list[Any] = []
    before = "input"
    for node in network.nodes:
        handler = _HANDLERS.get(type(node.op))
        if node.inputs != (before,) or handler is None:
            raise UnsupportedLayerError(
                f"node {node.name!r} ({type(node.op).__name__}) has no place in a Sequential; "
                "save as .onnx instead"
            )
        module = handler(torch.nn, node.op, network.shapes[before], network.shapes[node.name])
        module = module.to(dtype)
        for name, array in (
            ("weight", getattr(node.op, "weights", getattr(node.op, "slopes", None))),
            ("bias", getattr(node.op, "bias", None)),
        ):
            if array is not None:
                value = torch.tensor(array.mid, dtype=dtype)
                parameter = getattr(module, name)
                with torch.no_grad():
                    parameter.copy_(value.reshape(parameter.shape))
        parts.append(module)
        before = node.name
    return torch.nn.Sequential(*parts).eval()


def save_torch(network: ReLUNetwork, path: str | os.PathLike[str]) -> None:
    """Write the state dict of `to_torch` to a ``.pt`` file.

    Parameters
    ----------
    network : ReLUNetwork
    path : path
        The file appears complete or not at all.

    Raises
    ------
    MissingExtraError, UnsupportedLayerError, ModelFormatError
        As for `to_torch`.
    OSError
        If the file cannot be written.

    Notes
    -----
    A state dict holds weights and no structure: loading takes the architecture.

    Examples
    --------
    >>> from plsym.interop.torch_writer import save_torch
    >>> save_torch(pl.sawtooth_network(1), "net.pt")
    >>> pl.load("net.pt", architecture=["linear", "relu", "linear"])("1/2")
    Fraction(1, 1)
    """
    buffer = io.BytesIO()
    require("torch", "torch").save(to_torch(network).state_dict(), buffer)
    write_atomically(path, buffer.getvalue())


_Handler = Callable[[Any, Any, Shape, Shape], Any]


def _number(array: ExactArray | None) -> float:
    if array is None or array.mid.size != 1:
        raise UnsupportedLayerError(
            "Hardtanh has one lower and one upper bound for all entries; save as .onnx"
        )
    return float(array.mid.reshape(())[()])


def _linear(nn: Any, op: Any, shape: Shape, out: Shape) -> Any:
    return nn.Linear(op.weights.shape[1], op.weights.shape[0])


def _windowed(nn: Any, name: str, op: Any) -> tuple[Any, tuple[int, ...]]:
    axes = len(op.kernel)
    if op.pads[:axes] != op.pads[axes:]:
        raise ModelFormatError(f"PyTorch pads both sides alike, not {op.pads}; save as .onnx")
    if axes > 2:
        raise UnsupportedLayerError("windows along three axes have no module here; save as .onnx")
    return getattr(nn, f"{name}{axes}d"), op.pads[:axes]


def _convolution(nn: Any, op: Any, shape: Shape, out: Shape) -> Any:
    kind, pads = _windowed(nn, "Conv", op)
    channels = op.weights.shape[1] * op.groups
    return kind(channels, op.weights.shape[0], op.kernel, op.strides, pads, op.dilations, op.groups)


def _max_pool(nn: Any, op: Any, shape: Shape, out: Shape) -> Any:
    kind, pads = _windowed(nn, "MaxPool", op)
    return kind(op.kernel, op.strides, pads, op.dilations)


def _average_pool(nn: Any, op: Any, shape: Shape, out: Shape) -> Any:
    kind, pads = _windowed(nn, "AvgPool", op)
    return kind(op.kernel, op.strides, pads, count_include_pad=op.count_include_pad)


def _prelu(nn: Any, op: Any, shape: Shape, out: Shape) -> Any:
    slopes = op.slopes.shape
    if slopes and slopes not in ((shape[0], *(1,) * (len(shape) - 1)), (1,) * len(shape)):
        raise UnsupportedLayerError(f"PReLU slopes of shape {slopes}; PyTorch has one per channel")
    return nn.PReLU(op.slopes.mid.size)


def _reshape(nn: Any, op: Any, shape: Shape, out: Shape) -> Any:
    if len(out) == 1:
        return nn.Flatten()
    if len(shape) == 1:
        return nn.Unflatten(1, out)
    raise UnsupportedLayerError(f"a reshape from {shape} to {out} is no module; save as .onnx")


_HANDLERS: dict[type[Op], _Handler] = {
    ops.Affine: _linear,
    ops.AveragePool: _average_pool,
    ops.Clip: lambda nn, op, shape, out: nn.Hardtanh(_number(op.lower), _number(op.upper)),
    ops.Convolution: _convolution,
    ops.Identity: lambda nn, op, shape, out: nn.Identity(),
    ops.LeakyReLU: lambda nn, op, shape, out: nn.LeakyReLU(_number(op.slope)),
    ops.MaxPool: _max_pool,
    ops.PReLU: _prelu,
    ops.ReLU: lambda nn, op, shape, out: nn.ReLU(),
    ops.Reshape: _reshape,
}
