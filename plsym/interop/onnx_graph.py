"""Walking an ONNX graph: constants, tensors, and one node of a network after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError, ModelFormatError, UnsupportedLayerError
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op, Shape
from plsym.networks.network import ReLUNetwork

__all__ = ["GraphReader", "Handler", "Result", "Tensor"]


@dataclass(frozen=True)
class Tensor:
    """A computed tensor: the node that makes it, its shape without the batch axis."""

    node: str
    shape: Shape
    batched: bool


Result: TypeAlias = "Tensor | NDArray[Any]"
Handler: TypeAlias = "Callable[[GraphReader, Any, dict[str, Any]], Result]"


class GraphReader:
    """The state of reading one graph, and what the handlers of operations ask of it."""

    def __init__(
        self,
        onnx: Any,
        model: Any,
        name: str,
        handlers: Mapping[str, Handler],
        stop_at: str | None = None,
    ) -> None:
        self.handlers = handlers
        self.onnx, self.graph, self.name, self.stop_at = onnx, model.graph, name, stop_at
        self.constants: dict[str, NDArray[Any]] = {}
        self.tensors: dict[str, Tensor] = {}
        self.nodes: list[Node] = []
        self.names: set[str] = {"input"}
        self.where = ""

    # the graph -----------------------------------------------------------------

    def network(self) -> ReLUNetwork:
        """Read the whole graph."""
        for tensor in self.graph.initializer:
            self.constants[tensor.name] = self.array(tensor)
        shape = self._read_input()
        target = self._target()
        for node in self.graph.node:
            self.where = f"node {node.name or node.output[0]!r} ({node.op_type})"
            if target in self.tensors:
                break
            self._convert(node)
        if target not in self.tensors:
            raise ModelFormatError(f"{self.name}: the output {target!r} is never computed")
        result = self.tensors[target]
        if result.node == "input":
            result = self.emit(ops.Identity(), [result], "identity")
        return ReLUNetwork(tuple(self.nodes), shape, result.node)

    def _read_input(self) -> Shape:
        inputs = [v for v in self.graph.input if v.name not in self.constants]
        if len(inputs) != 1:
            names = ", ".join(v.name for v in inputs) or "none"
            raise UnsupportedLayerError(
                f"{self.name} has {len(inputs)} inputs ({names}); networks with one are read"
            )
        dims = [
            d.dim_value if d.HasField("dim_value") else -1
            for d in inputs[0].type.tensor_type.shape.dim
        ]
        batched = len(dims) > 1 and dims[0] in (-1, 0, 1)
        shape = tuple(dims[1:] if batched else dims)
        if not shape or any(n < 1 for n in shape):
            raise UnsupportedLayerError(
                f"{self.name}: the input {inputs[0].name!r} has shape {dims}; apart from the "
                "batch axis all sizes must be fixed"
            )
        self.tensors[inputs[0].name] = Tensor("input", shape, batched)
        return shape

    def _target(self) -> str:
        if self.stop_at is None:
            if len(self.graph.output) != 1:
                names = ", ".join(v.name for v in self.graph.output)
                raise UnsupportedLayerError(
                    f"{self.name} has outputs {names}; choose one with stop_at=..."
                )
            return str(self.graph.output[0].name)
        for node in self.graph.node:
            if self.stop_at in (node.name, *node.output):
                return str(self.stop_at if self.stop_at in node.output else node.output[0])
        raise DomainError(f"stop_at={self.stop_at!r}: {self.name} has no such node or tensor")

    def array(self, tensor: Any) -> NDArray[Any]:
        """Read the entries of a stored tensor; floats widen to doubles, exactly."""
        if tensor.data_location == self.onnx.TensorProto.EXTERNAL:
            raise ModelFormatError(
                f"{self.name}: tensor {tensor.name!r} keeps its data in another file; "
                "save the model with its weights inside"
            )
        try:
            array = np.asarray(self.onnx.numpy_helper.to_array(tensor))
        except Exception as error:
            raise ModelFormatError(
                f"{self.name}: tensor {tensor.name!r} is truncated or corrupt: {error}"
            ) from error
        kind = array.dtype.kind
        if kind == "c":
            raise ModelFormatError(f"{self.name}: tensor {tensor.name!r} holds complex numbers")
        if kind == "f" or (kind == "V" and array.dtype.names is None):
            wide = array.astype(np.float64)
            if not np.isfinite(wide).all():
                raise DomainError(
                    f"{self.name}: tensor {tensor.name!r} holds NaN or infinite entries"
                )
            return wide
        return array

    def _attributes(self, node: Any) -> dict[str, Any]:
        return {a.name: self.onnx.helper.get_attribute_value(a) for a in node.attribute}

    # one node --------------------------------------------------------------------

    def _convert(self, node: Any) -> None:
        handler = self.handlers.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        if handler is None:
            raise UnsupportedLayerError(
                f"{self.name}: {self.where} is not supported; "
                "stop_at='TENSOR' cuts a network off before its last operations"
            )
        used = [o for o in node.output[1:] if o and self._is_used(o)]
        if used:
            raise UnsupportedLayerError(
                f"{self.name}: the second output of {self.where} is used, which is not supported"
            )
        try:
            result = handler(self, node, self._attributes(node))
        except DomainError as error:
            raise DomainError(f"{self.name}: {self.where}: {error}") from error
        if isinstance(result, Tensor):
            self.tensors[node.output[0]] = result
        else:
            self.constants[node.output[0]] = result

    def _is_used(self, tensor: str) -> bool:
        return any(tensor in n.input for n in self.graph.node) or any(
            tensor == v.name for v in self.graph.output
        )

    def unsupported(self, why: str) -> UnsupportedLayerError:
        """Make the error that names the present node."""
        return UnsupportedLayerError(f"{self.name}: {self.where}: {why}")

    def emit(
        self, op: Op, inputs: Sequence[Tensor], hint: str, batched: bool | None = None
    ) -> Tensor:
        """Append a node to the network."""
        base = hint or "node"
        name, k = base, 1
        while name in self.names:
            k += 1
            name = f"{base}.{k}"
        self.names.add(name)
        shape = op.output_shape(*(t.shape for t in inputs))
        self.nodes.append(Node(name, op, tuple(t.node for t in inputs)))
        return Tensor(name, shape, inputs[0].batched if batched is None else batched)

    def operand(self, node: Any, i: int) -> Tensor | NDArray[Any] | None:
        """Find input i of a node: a computed tensor, a constant, or None."""
        if i >= len(node.input) or not node.input[i]:
            return None
        name = node.input[i]
        if name in self.tensors:
            return self.tensors[name]
        if name in self.constants:
            return self.constants[name]
        raise ModelFormatError(f"{self.name}: {self.where} uses {name!r}, which nothing defines")

    def tensor(self, node: Any, i: int = 0) -> Tensor:
        """Find input i of a node, which must be computed."""
        value = self.operand(node, i)
        if not isinstance(value, Tensor):
            raise self.unsupported(f"input {i} must be computed from the network's input")
        return value

    def constant(self, node: Any, i: int) -> NDArray[Any] | None:
        """Find input i of a node, which must be a constant or absent."""
        value = self.operand(node, i)
        if isinstance(value, Tensor):
            raise self.unsupported(f"input {i} must be a constant")
        return value

    def needed(self, node: Any, i: int) -> NDArray[Any]:
        """Find input i of a node, which must be a constant."""
        value = self.constant(node, i)
        if value is None:
            raise self.unsupported(f"input {i} is missing")
        return value

    def unbatched(self, value: NDArray[Any], like: Tensor) -> NDArray[Any]:
        """A constant that broadcasts to a tensor, without the batch axis."""
        if like.batched and value.ndim == len(like.shape) + 1:
            if value.shape[0] != 1:
                raise self.unsupported(f"a constant of shape {value.shape} spans the batch axis")
            return np.asarray(value[0])
        return value
