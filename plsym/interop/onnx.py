"""ONNX models as networks: weights exact, every operation known by name or refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from plsym.errors import ModelFormatError, PlsymError
from plsym.interop.extras import require
from plsym.interop.onnx_graph import GraphReader
from plsym.interop.onnx_ops import HANDLERS
from plsym.networks.network import ReLUNetwork

__all__ = ["from_onnx"]

_LARGEST_FILE = 2**31


def from_onnx(source: Any, *, stop_at: str | None = None) -> ReLUNetwork:
    """Read a network from an ONNX file or model.

    Parameters
    ----------
    source : path, bytes or onnx.ModelProto
    stop_at : str, optional
        The name of a node or tensor to take as the output, to cut off a final
        softmax, say.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    MissingExtraError
        If onnx is not installed.
    ModelFormatError
        If the file is truncated, corrupt or not ONNX.
    UnsupportedLayerError
        If an operation is not piecewise linear or not known; the message names node
        and operation.
    DomainError
        If a weight is NaN or infinite, or shapes do not fit.

    Notes
    -----
    Weights are exact: each float16, bfloat16, float32 or float64 is the dyadic
    rational that it is.  A batch normalisation's multiplier, which is irrational in
    general, is the double nearest to it.  The batch axis must be 1 or free and is
    dropped.  Dropout and widening casts are the identity.

    Known operations: Gemm, MatMul, Add, Sub, Mul, Div, Neg, Relu, LeakyRelu, PRelu,
    Clip, Abs, Max, Min, MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool, Conv,
    BatchNormalization, Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Concat,
    Identity, Dropout, Cast, Constant.

    Examples
    --------
    >>> pl.save(pl.sawtooth_network(3), "model.onnx")
    >>> pl.from_onnx("model.onnx").widths
    (2, 2, 2)
    """
    onnx = require("onnx", "onnx")
    model, name = _model(onnx, source)
    try:
        return GraphReader(onnx, model, name, HANDLERS, stop_at).network()
    except PlsymError:
        raise
    except (
        ArithmeticError,  # infinite factors, strides of zero
        AttributeError,
        LookupError,
        MemoryError,
        StopIteration,
        TypeError,
        ValueError,
    ) as error:
        raise ModelFormatError(f"{name} is not a well-formed model: {error}") from error


def _model(onnx: Any, source: Any) -> tuple[Any, str]:
    if isinstance(source, onnx.ModelProto):
        return source, "the model"
    if isinstance(source, bytes):
        data, name = source, "the data"
    else:
        path = Path(os.fspath(source))
        if path.stat().st_size > _LARGEST_FILE:
            raise ModelFormatError(f"{path} has {path.stat().st_size} bytes; at most 2 GiB")
        data, name = path.read_bytes(), str(path)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception as error:  # protobuf's DecodeError has no stable home
        raise ModelFormatError(f"{name} is truncated or no ONNX file: {error}") from error
    if not model.graph.node:
        raise ModelFormatError(f"{name} holds no graph; is it an ONNX file?")
    return model, name
