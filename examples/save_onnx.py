"""Write a fully connected ReLU network as ONNX: Gemm and Relu in turn, float32 weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save_mlp(
    path: Path,
    weights: Sequence[np.ndarray],
    biases: Sequence[np.ndarray],
    clip: tuple[float, float] | None = None,
) -> None:
    """Save x -> W_L relu(... relu(x W_1 + b_1) ...) + b_L, each W of shape (inputs, outputs)."""
    nodes, constants, value = [], [], "x"
    for index, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        constants.append(numpy_helper.from_array(weight.astype(np.float32), f"W{index}"))
        constants.append(numpy_helper.from_array(bias.astype(np.float32), f"b{index}"))
        last = index == len(weights)
        name = "scores" if last else f"z{index}"
        nodes.append(helper.make_node("Gemm", [value, f"W{index}", f"b{index}"], [name]))
        value = name
        if not last:
            nodes.append(helper.make_node("Relu", [value], [f"h{index}"]))
            value = f"h{index}"
    if clip is not None:
        for name, bound in zip(("low", "high"), clip, strict=True):
            constants.append(numpy_helper.from_array(np.float32(bound), name))
        nodes.append(helper.make_node("Clip", [value, "low", "high"], ["clipped"]))
        value = "clipped"
    shape_in = [1, weights[0].shape[0]]
    shape_out = [1, weights[-1].shape[1]]
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape_in)],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, shape_out)],
        constants,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="plsym"
    )
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
