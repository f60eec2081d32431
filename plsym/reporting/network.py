"""The step that says what a network is made of."""

from __future__ import annotations

from math import prod

import numpy as np

from plsym.exact.dyadics import ExactArray
from plsym.networks.network import ReLUNetwork, _parameters
from plsym.networks.weights import FieldArray
from plsym.reporting.page import Content, facts, table
from plsym.reporting.study import Part, Study

__all__ = ["architecture", "weight_type"]

_SHOWN = 40  # nodes listed


def architecture(study: Study) -> Part:
    """Inputs, widths, parameters, and the nodes one by one."""
    net = study.network
    widths = ", ".join(map(str, net.widths)) or "none"
    kind = weight_type(net)
    rows: list[tuple[Content, Content]] = [
        ("Inputs", _sized(net.n_inputs, net.input_shape)),
        ("Outputs", _sized(net.n_outputs, net.output_shape)),
        ("Hidden layers", net.depth),
        ("Neurons", net.num_neurons),
        ("Widths", widths),
        ("Parameters", net.num_parameters),
        ("Weights", kind),
    ]
    shown = net.nodes[:_SHOWN]
    lines = []
    layer = 0
    for node in shown:
        neurons: Content = None
        number: Content = None
        if node.op.bends:
            neurons, number = prod(net.shapes[node.name]), layer
            layer += 1
        size = sum(p.mid.size for p in _parameters(node.op))
        lines.append((node.name, type(node.op).__name__, number, neurons, size or None))
    left = len(net.nodes) - len(shown)
    grid = table(
        "Nodes in order; layers are those with activations",
        ("node", "kind", "layer", "neurons", "parameters"),
        lines,
        "ttnnn",
        f"and {left:,} more" if left else None,
    )
    data = {
        "network": {
            "inputs": net.n_inputs,
            "outputs": net.n_outputs,
            "widths": list(net.widths),
            "depth": net.depth,
            "parameters": net.num_parameters,
            "weights": kind,
        }
    }
    heads: tuple[tuple[str, Content], ...] = (
        ("Inputs", net.n_inputs),
        ("Hidden widths", widths),
        ("Outputs", net.n_outputs),
        ("Parameters", net.num_parameters),
    )
    return Part((facts(rows, "What it is made of"), grid), data, heads)


def _sized(n: int, shape: tuple[int, ...]) -> str:
    return f"{n:,}" if len(shape) < 2 else f"{n:,} ({' by '.join(map(str, shape))})"


def weight_type(net: ReLUNetwork) -> str:
    """The narrowest common kind of number that holds all weights as they are.

    Examples
    --------
    >>> from plsym.reporting.network import weight_type
    >>> weight_type(pl.from_weights([(np.ones((1, 1)) / 3, None)]))
    'all representable as float64'
    >>> weight_type(pl.from_weights([([[2, -1]], [3])]))
    'all integers'
    """
    arrays: list[ExactArray] = [a for node in net.nodes for a in _parameters(node.op)]
    if any(isinstance(a, FieldArray) for a in arrays):
        return "some are irrational algebraic numbers"
    if any(a.numerators is not None for a in arrays):
        return "rational numbers, not all of them floats"
    values = np.concatenate([np.zeros(0), *(a.mid.ravel() for a in arrays)])
    if (values == np.rint(values)).all():
        return "all integers"
    with np.errstate(over="ignore", under="ignore"):
        if (values.astype(np.float16) == values).all():
            return "all representable as float16"
        single = values.astype(np.float32)
    if (single != values).any():
        return "all representable as float64"
    # a bfloat16 is a float32 whose lower half is zero
    if not (single.view(np.uint32) & 0xFFFF).any():
        return "all representable as bfloat16"
    return "all representable as float32"
