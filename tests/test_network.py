from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_nodes import array, forward, node_networks, number, output

import plsym as pl
from plsym.errors import (
    BudgetExceeded,
    DomainError,
    FieldMismatchError,
    InexactInputError,
    UnsupportedLayerError,
)
from plsym.networks import layers as ops
from plsym.networks.layers import Node, batch_norm
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.networks.weights import FieldArray, as_integers, read_array
from plsym.testing import networks

F = Fraction
TENT = [([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])]


def as_tuple(value):
    return value if isinstance(value, tuple) else (value,)


# ------------------------------------------------------------------ evaluation


@given(st.data())
def test_values_agree_with_entrywise_fractions(data):
    network = data.draw(node_networks())
    x = data.draw(st.lists(number, min_size=network.n_inputs, max_size=network.n_inputs))
    assert list(as_tuple(network(x))) == output(network, x)


@given(st.data())
def test_fully_connected_values(data):
    network = data.draw(networks(floats=data.draw(st.booleans())))
    x = data.draw(st.lists(number, min_size=network.n_inputs, max_size=network.n_inputs))
    assert list(as_tuple(network(x))) == output(network, x)


@given(st.data())
def test_patterns_name_the_branch(data):
    network = data.draw(node_networks())
    x = data.draw(st.lists(number, min_size=network.n_inputs, max_size=network.n_inputs))
    values = forward(network, x)
    pattern = network.activation_pattern(x)
    assert [len(p) for p in pattern] == list(network.widths)
    for node, states in zip(network.layers, pattern, strict=True):
        result = list(values[node.name].values())
        order = list(values[node.name])
        (first, *_) = node.inputs
        x0 = values[first]
        if isinstance(node.op, (ops.ReLU, ops.Abs, ops.LeakyReLU, ops.PReLU)):
            assert list(states) == [(x0[i] > 0) - (x0[i] < 0) for i in order]
        elif isinstance(node.op, ops.Clip):
            for i, state, value in zip(order, states, result, strict=True):
                assert (state == 0) <= (value == x0[i])
                assert (value < x0[i]) <= (state == 1)
                assert (value > x0[i]) <= (state == -1)
        elif isinstance(node.op, (ops.Maximum, ops.Minimum)):
            for i, state, value in zip(order, states, result, strict=True):
                rivals = [values[n][i] for n in node.inputs]
                assert rivals[state] == value
                assert value not in rivals[:state]


def test_a_point_may_be_nested_an_array_or_one_number():
    network = ReLUNetwork(
        (Node("f", ops.Reshape((-1,))), Node("s", ops.Affine([[1, 2, 3, 4]]), ("f",))), (2, 2)
    )
    assert network([[1, 0], [0, 1]]) == 5
    assert network(np.array([[1, 0], [0, 1]])) == 5
    assert network((F(1), "1/2", 0, "0.25")) == 3
    assert from_weights(TENT)("1/2") == 1
    assert isinstance(from_weights(TENT)(0), Fraction)


def test_float_points_are_refused_with_a_hint():
    network = from_weights([([[1, 1]], None)])
    with pytest.raises(InexactInputError, match="dyadic"):
        network(np.array([0.5, 0.25]))
    with pytest.raises(InexactInputError, match="dyadic"):
        network([0.5, 1])
    with pytest.raises(DomainError, match=r"3 coordinates, the network 2 inputs"):
        network([1, 2, 3])
    with pytest.raises(DomainError, match="coordinates"):
        network([])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_float_weight_is_the_dyadic_that_it_is(dtype):
    w = np.array([[0.1, 1 / 3]], dtype=dtype)
    network = from_weights([(w, None)])
    exact = [F(float(v)) for v in w[0]]
    assert network([1, 0]) == exact[0]
    assert network([0, 1]) == exact[1]


def test_bfloat16_weights():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    w = np.array([[0.1]], dtype=ml_dtypes.bfloat16)
    assert from_weights([(w, None)])(1) == F(float(w[0, 0]))


def test_weights_of_many_sizes_stay_exact():
    tiny, huge = 5e-324, 1.7e308
    network = from_weights([(np.array([[tiny, huge]]), np.array([1.0]))])
    assert network([1, 1]) == F(tiny) + F(huge) + 1
    big = 10**30 + 1
    assert from_weights([([[big]], [F(1, 3)])])(3) == 3 * big + F(1, 3)


def test_lists_may_mix_floats_and_fractions():
    assert from_weights([([[0.5, F(1, 3)]], None)])([1, 1]) == F(5, 6)


def test_number_field_weights():
    root = pl.sqrt(5)
    network = from_weights([([[root], [-1]], [0, root]), ([[1, root]], None)])
    assert network(1) == root + root * (root - 1)
    assert network._is_rational is False
    with pytest.raises(FieldMismatchError):
        from_weights([([[root, pl.sqrt(2)]], None)])
    f = network.to_piecewise(0, root)
    assert f.num_pieces == 1
    assert f(1) == network(1)
    whole = network.to_piecewise()
    assert whole.breakpoints == (0, root)


# ------------------------------------------------------------------ what a network says of itself


def test_counts_of_a_fully_connected_network():
    network = from_weights(
        [([[1, 2]] * 3, [0] * 3), ([[1, 1, 1]] * 4, None), ([[1] * 4] * 2, None)]
    )
    assert (network.n_inputs, network.n_outputs) == (2, 2)
    assert network.widths == (3, 4)
    assert (network.depth, network.num_neurons) == (2, 7)
    assert network.num_parameters == 9 + 16 + 10
    assert [n.name for n in network.layers] == ["activation1", "activation2"]
    assert "2 inputs, hidden widths (3, 4), 2 outputs" in repr(network)


def test_depth_is_the_longest_way():
    nodes = (
        Node("a", ops.ReLU()),
        Node("b", ops.Abs()),
        Node("c", ops.ReLU(), ("b",)),
        Node("d", ops.Add(), ("a", "c")),
    )
    network = ReLUNetwork(nodes, (2,))
    assert (network.depth, network.widths) == (2, (2, 2, 2))


def test_nodes_that_the_output_does_not_need_are_left_out():
    network = ReLUNetwork((Node("a", ops.ReLU()), Node("b", ops.Abs())), (2,), output="a")
    assert [n.name for n in network.nodes] == ["a"]


# ------------------------------------------------------------------ bad input


def test_from_weights_refuses_what_does_not_fit():
    with pytest.raises(DomainError, match="at least one layer"):
        from_weights([])
    with pytest.raises(
        DomainError,
        match=r"layer 2 has weights of shape \(1, 3\), but layer 1 .* "
        r"\(2, 1\)",
    ):
        from_weights([([[1], [1]], None), ([[1, 1, 1]], None)])
    with pytest.raises(DomainError, match=r"layer 1: the bias has shape \(3,\)"):
        from_weights([([[1], [1]], [0, 0, 0])])
    with pytest.raises(DomainError, match="layer 1: a pair"):
        from_weights([[[1]]])
    with pytest.raises(DomainError, match=r"layer 1: weights have shape \(2,\)"):
        from_weights([([1, 2], None)])
    with pytest.raises(DomainError, match="rows differ in length"):
        from_weights([([[1, 2], [3]], None)])
    with pytest.raises(DomainError, match="activation='sigmoid' is not known"):
        from_weights(TENT, activation="sigmoid")
    with pytest.raises(DomainError, match="at least one row and one column"):
        from_weights([(np.zeros((0, 3)), None)])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_must_be_finite(bad):
    with pytest.raises(DomainError, match=r"weights of layer 2.*finite"):
        from_weights([([[1]], None), (np.array([[bad]]), None)])
    with pytest.raises(DomainError, match=r"bias of layer 1.*finite"):
        from_weights([([[1]], [bad])])
    with pytest.raises(DomainError, match="finite"):
        from_weights([([[F(1, 3), bad]], None)])


def test_other_things_than_numbers_are_refused():
    with pytest.raises(InexactInputError, match="boolean"):
        from_weights([(np.array([[True]]), None)])
    with pytest.raises(InexactInputError):
        from_weights([(np.array([[1j]]), None)])
    with pytest.raises((InexactInputError, DomainError)):
        from_weights([([["one"]], None)])


def test_structure_errors_name_the_node():
    relu = ops.ReLU()
    with pytest.raises(DomainError, match="at least one node"):
        ReLUNetwork((), (1,))
    with pytest.raises(DomainError, match=r"node 'a' .*unique"):
        ReLUNetwork((Node("a", relu), Node("a", relu)), (1,))
    with pytest.raises(DomainError, match=r"node 'input' .*unique"):
        ReLUNetwork((Node("input", relu),), (1,))
    with pytest.raises(DomainError, match=r"node 'a' .*input 'b' is not defined before"):
        ReLUNetwork((Node("a", relu, ("b",)), Node("b", relu)), (1,))
    with pytest.raises(DomainError, match=r"node 'a' .*got 2 inputs"):
        ReLUNetwork((Node("a", relu, ("input", "input")),), (1,))
    with pytest.raises(DomainError, match=r"node 'a' .*got 0 inputs"):
        ReLUNetwork((Node("a", ops.Add(), ()),), (1,))
    with pytest.raises(DomainError, match=r"node 'a' \(Affine\): weights of shape \(1, 2\)"):
        ReLUNetwork((Node("a", ops.Affine([[1, 2]])),), (3,))
    with pytest.raises(DomainError, match="output='z' is not a node"):
        ReLUNetwork((Node("a", relu),), (1,), output="z")
    with pytest.raises(DomainError, match="sizes must be positive"):
        ReLUNetwork((Node("a", relu),), (0,))


def test_an_operation_from_elsewhere_is_not_evaluated():
    class Sine(ops.Op):
        pass

    network = ReLUNetwork((Node("s", Sine()),), (1,))
    with pytest.raises(UnsupportedLayerError, match="Sine"):
        network(1)
    with pytest.raises(UnsupportedLayerError, match=r"'s'.*Sine"):
        _ = network.stages


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ops.Affine([[1]], [1, 2]), "bias"),
        (lambda: ops.Convolution([[1]]), "convolution weights"),
        (lambda: ops.Convolution([[[1]]], groups=2), "groups=2"),
        (lambda: ops.Convolution([[[1]]], strides=0), "strides"),
        (lambda: ops.Convolution([[[1]]], pads=(1, 2, 3)), "pads"),
        (lambda: ops.MaxPool((0,)), "kernel"),
        (lambda: ops.Clip(), "Clip needs"),
        (lambda: ops.Clip(1, 0), "greater"),
        (lambda: ops.LeakyReLU([1, 2]), "one slope"),
        (lambda: ops.Maxout(0), "k >= 1"),
        (lambda: ops.Reshape((-1, -1)), "at most one -1"),
        (lambda: ops.Transpose((0, 2)), "order of the axes"),
    ],
)
def test_bad_parameters(make, message):
    with pytest.raises(DomainError, match=message):
        make()


@pytest.mark.parametrize(
    ("op", "shapes"),
    [
        (ops.Affine([[1, 2]]), [()]),
        (ops.Convolution([[[1]]]), [(1, 2, 2)]),
        (ops.Convolution([[[1, 1, 1]]]), [(1, 2)]),
        (ops.MaxPool((2, 2)), [(4,)]),
        (ops.MaxPool((3,)), [(1, 2)]),
        (ops.MaxPool((1,), pads=1), [(1, 2)]),
        (ops.AveragePool((1,), pads=1), [(1, 2)]),
        (ops.Scale([1, 2]), [(3,)]),
        (ops.Shift([[1], [2]]), [(2,)]),
        (ops.PReLU([1, 2, 3]), [(2,)]),
        (ops.Clip([1, 2, 3], None), [(2,)]),
        (ops.MaximumWith([1, 2]), [(3,)]),
        (ops.Add(), [(2,), (3,)]),
        (ops.Maximum(), [(2, 1), (2,)]),
        (ops.Maxout(2), [(3,)]),
        (ops.Reshape((4,)), [(3,)]),
        (ops.Reshape((2, -1)), [(3,)]),
        (ops.Transpose((1, 0)), [(3,)]),
        (ops.Concat(1), [(3,)]),
        (ops.Concat(0), [(3, 1), (3, 2)]),
    ],
)
def test_bad_shapes(op, shapes):
    with pytest.raises(DomainError):
        op.output_shape(*shapes)


# ------------------------------------------------------------------ batch normalisation


def test_batch_norm_multiplier_is_the_nearest_double():
    rng = np.random.default_rng(0)
    scale, bias, mean = rng.normal(size=(3, 50))
    variance = rng.gamma(1.0, size=50)
    s, t = batch_norm(scale, bias, mean, variance, 1e-5, axes=2)
    assert s.factor.shape == t.offset.shape == (50, 1, 1)
    for i in range(50):
        m = F(float(s.factor.mid[i, 0, 0]))
        square = F(scale[i]) ** 2 / (F(variance[i]) + F(1e-5))
        low = (m + F(float(np.nextafter(float(m), 0)))) / 2
        high = (m + F(float(np.nextafter(float(m), 2 * float(m))))) / 2
        assert low**2 <= square <= high**2
        assert (m > 0) == (scale[i] > 0)
        offset = t.offset.scalar((i, 0, 0))
        assert offset == F(bias[i]) - m * F(mean[i])


def test_batch_norm_refuses_bad_statistics():
    with pytest.raises(DomainError, match="must be positive"):
        batch_norm([1], [0], [0], [0], 0)
    with pytest.raises(DomainError, match="one length"):
        batch_norm([1, 2], [0], [0], [1], 0)


# ------------------------------------------------------------------ weights


@given(array(2, 3))
def test_integers_over_one_denominator(values):
    exact = read_array(values)
    numerators, denominator = as_integers(exact)
    assert [F(n, denominator) for n in numerators.ravel()] == values.ravel().tolist()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_doubles_as_integers(values):
    numerators, denominator = as_integers(read_array(np.array(values)))
    assert [F(n, denominator) for n in numerators] == [F(v) for v in values]
    assert denominator == max(F(v).denominator for v in values)


def test_rational_entries_of_a_field_array_become_rational():
    root = pl.sqrt(2)
    array = read_array([[root, 1]])
    assert isinstance(array, FieldArray)
    assert not isinstance(read_array([[root * root, 1]]), FieldArray)
    part = array[:, 1:]
    assert part.scalars().tolist() == [[1]]


# ------------------------------------------------------------------ one input


@given(networks(max_inputs=1, max_outputs=1), st.booleans(), st.booleans())
def test_to_piecewise_is_the_network(network, lower, upper):
    a, b = (F(-1) if lower else None), (F(3, 2) if upper else None)
    f = network.to_piecewise(a, b)
    g = network.to_piecewise(a, b, _engine="exact")
    assert f == g
    assert f.num_pieces == g.num_pieces == len(f.slopes)
    ends = (a if a is not None else -7, b if b is not None else 9)
    for x in [*ends, *f.breakpoints, *(F(i, 7) for i in range(-7, 11))]:
        if ends[0] <= x <= ends[1]:
            assert f(x) == network(x)
    # no breakpoint is missing or superfluous
    assert all(u != v for u, v in zip(f.slopes, f.slopes[1:], strict=False))
    for u, v in zip(f.breakpoints, f.breakpoints[1:], strict=False):
        for k in range(1, 6):
            x = u + (v - u) * F(k, 6)
            assert network(x) == f(x)


@given(node_networks(), st.booleans())
def test_to_piecewise_of_all_operations(network, whole):
    if network.n_inputs != 1:
        return
    ends = (None, None) if whole else (-2, F(7, 3))
    for i in range(network.n_outputs):
        f = network.to_piecewise(*ends, output=i)
        assert f == network.to_piecewise(*ends, output=i, _engine="exact")
        for x in (F(-2), F(-1, 3), F(0), F(1, 7), F(2)):
            assert f(x) == as_tuple(network(x))[i]


def test_counts_do_not_list_the_knots():
    f = pl.sawtooth_network(6).to_piecewise(0, 1)
    assert f.num_pieces == 64
    assert "_knots" not in vars(f._source)
    assert f.lap_number == 64


def test_a_kink_at_the_turn_of_the_path_is_decided():
    # the whole line is followed through x = 0: a kink there must be seen, and only then
    assert from_weights([([[1], [-1]], None), ([[1, 1]], None)]).to_piecewise().num_pieces == 2
    assert from_weights([([[1], [-1]], None), ([[1, -1]], [5])]).to_piecewise().num_pieces == 1
    f = from_weights([([[1], [1]], [0, 1]), ([[1, 1]], ["1/2"])]).to_piecewise()
    assert f.breakpoints == (-1, 0)
    assert f.slopes == (0, 1, 2)


def test_half_lines_and_irrational_ends():
    network = from_weights(TENT)
    assert network.to_piecewise("1/4").domain == (F(1, 4), float("inf"))
    assert network.to_piecewise(None, "1/4").domain == (float("-inf"), F(1, 4))
    assert network.to_piecewise(float("-inf"), float("inf")).num_pieces == 3
    root = pl.sqrt(2)
    f = network.to_piecewise(0, root)
    assert f(root) == network(root)


def test_to_piecewise_refuses():
    with pytest.raises(DomainError, match=r"2 inputs; to_piecewise needs one, use along"):
        from_weights([([[1, 1]], None)]).to_piecewise(0, 1)
    two = from_weights([([[1], [1]], None)])
    with pytest.raises(DomainError, match=r"2 outputs; choose one with output=0\.\.1"):
        two.to_piecewise(0, 1)
    with pytest.raises(DomainError, match="output=2 does not exist"):
        two.to_piecewise(0, 1, output=2)
    with pytest.raises(DomainError, match="no interior"):
        from_weights(TENT).to_piecewise(1, 1)
    with pytest.raises(DomainError, match="no interior"):
        from_weights(TENT).to_piecewise(1, 0)
    with pytest.raises(InexactInputError):
        from_weights(TENT).to_piecewise(0.5, 1)
    with pytest.raises(DomainError, match="engine"):
        from_weights(TENT).to_piecewise(0, 1, _engine="magic")


@pytest.mark.parametrize("engine", ["float", "exact"])
def test_a_budget_stops_the_sweep(engine):
    network = pl.sawtooth_network(8)
    with pytest.raises(BudgetExceeded, match="pieces"):
        network.to_piecewise(0, 1, budget=pl.Budget(pieces=50), _engine=engine)


def test_each_output_of_a_network_with_scaled_layers() -> None:
    # rows of very different size: the sweep scales them, and outputs must undo it
    rng = np.random.default_rng(3)
    w1 = rng.normal(size=(6, 1)) * 2.0 ** np.arange(-9, 9, 3)[:, None]
    w2 = rng.normal(size=(5, 6)) * 2.0 ** np.arange(5, -10, -3)[:, None]
    net = pl.from_weights(
        [(w1, rng.normal(size=6)), (w2, rng.normal(size=5)), (rng.normal(size=(3, 5)), None)]
    )
    path = net.along([-2], [2])
    shift = pl.PiecewiseLinear([-2, 2], [0, 1])
    for i in range(3):
        f = net.to_piecewise(-2, 2, output=i)
        assert f == path.component(i) @ shift
        assert f("1/7") == net("1/7")[i]  # type: ignore[index]
