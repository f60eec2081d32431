from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_nodes import array, node_networks, number, output

from plsym.errors import BudgetExceeded
from plsym.networks import layers as ops
from plsym.networks import rows
from plsym.networks.exactpath import ExactStage
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.networks.sweeping.stages import Dense


def through_stages(network, x):
    h = list(x)
    for stage in network.stages:
        exact = ExactStage(stage)
        h = exact.units(exact.linear(h))
    return [Fraction(int(v.numerator), int(v.denominator)) for v in h]


@given(st.data())
def test_stages_compute_the_network(data):
    network = data.draw(node_networks())
    x = data.draw(st.lists(number, min_size=network.n_inputs, max_size=network.n_inputs))
    assert through_stages(network, x) == output(network, x)


@given(node_networks())
def test_last_stage_is_affine_and_labels_count_the_neurons(network):
    assert network.stages[-1].bending.size == 0
    found = {}
    for stage in network.stages:
        for label in stage.labels or ():
            if label.kind != "carry":
                found.setdefault(label.layer, set()).add(label.neuron)
    for layer, neurons in found.items():
        assert neurons <= set(range(network.widths[layer]))
    names = [unit.node for unit in network._lowered.layers]
    assert names == [node.name for node in network.layers]
    assert [unit.size for unit in network._lowered.layers] == list(network.widths)


def test_gemm_and_relu_are_one_stage():
    network = from_weights([([[1, 2], [3, 4]], [1, 2]), ([[1, 1]], None)])
    assert len(network.stages) == 2
    assert all(isinstance(s.linear, Dense) for s in network.stages)


def test_matmul_shift_and_relu_are_one_stage():
    nodes = (
        Node("m", ops.Affine([[1], [2]])),
        Node("flat", ops.Reshape((2,)), ("m",)),
        Node("b", ops.Shift([1, "1/3"]), ("flat",)),
        Node("drop", ops.Identity(), ("b",)),
        Node("r", ops.ReLU(), ("drop",)),
        Node("out", ops.Affine([[1, 1]]), ("r",)),
    )
    network = ReLUNetwork(nodes, (1,))
    assert len(network.stages) == 2
    assert network(2) == Fraction(3) + Fraction(13, 3)


def test_a_linear_node_with_two_users_is_not_swallowed():
    nodes = (
        Node("z", ops.Affine([[1], [-1]])),
        Node("r", ops.ReLU(), ("z",)),
        Node("sum", ops.Add(), ("z", "r")),
    )
    network = ReLUNetwork(nodes, (1,))
    assert network(3) == (6, -3)
    assert through_stages(network, [Fraction(3)]) == [6, -3]


def test_an_intermediate_output_is_not_swallowed():
    nodes = (Node("z", ops.Affine([[2]])), Node("r", ops.ReLU(), ("z",)))
    network = ReLUNetwork(nodes, (1,), output="z")
    assert network(-1) == -2
    assert network.layers == ()


def test_only_what_is_needed_is_carried():
    # the residual is carried through one layer and then dropped
    nodes = (
        Node("a", ops.Affine([[1, 0], [0, 1], [1, 1]])),
        Node("ra", ops.ReLU(), ("a",)),
        Node("b", ops.Affine([[1, 2, 3]] * 3), ("ra",)),
        Node("rb", ops.ReLU(), ("b",)),
        Node("sum", ops.Add(), ("ra", "rb")),
        Node("rs", ops.ReLU(), ("sum",)),
        Node("out", ops.Affine([[1, 1, 1]]), ("rs",)),
    )
    network = ReLUNetwork(nodes, (2,))
    assert [s.n_out for s in network.stages] == [3, 6, 3, 1]


@given(array(3, 4), array(3), st.lists(number, min_size=4, max_size=4))
def test_a_clip_is_two_units_and_an_affine_stage(weights, bias, x):
    nodes = (
        Node("z", ops.Affine(weights, bias)),
        Node("tanh", ops.Clip(-1, 1), ("z",)),
    )
    network = ReLUNetwork(nodes, (4,))
    assert [s.n_out for s in network.stages] == [3, 6, 3]
    assert through_stages(network, x) == output(network, x)


def test_too_large_a_stage_is_refused_before_it_is_built(monkeypatch):
    monkeypatch.setattr(rows, "ENTRY_LIMIT", 1000)
    network = ReLUNetwork((Node("conv", ops.Convolution([[[[1] * 3] * 3]] * 4)),), (1, 20, 20))
    with pytest.raises(BudgetExceeded, match="would store 11664 weights, the limit is 1000"):
        _ = network.stages
