from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError

F = Fraction


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_sawtooth_is_the_iterated_tent(depth, width):
    network = pl.sawtooth_network(depth, width)
    assert network.widths == (width,) * depth
    f = network.to_piecewise(0, 1)
    assert f == pl.tent().iterate(depth)
    assert (f.num_pieces, f.lap_number) == (2**depth, 2**depth)


def test_sawtooth_of_depth_ten():
    assert pl.sawtooth_network(10).to_piecewise(0, 1) == pl.tent().iterate(10)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_sawtooth_on_the_line(depth):
    f = pl.sawtooth_network(depth, 3).to_piecewise()
    assert f.num_pieces == 2**depth + 2
    assert f(-5) == f(7) == 0


def test_sawtooth_refuses():
    for depth in (0, -1, 1.5, True):
        with pytest.raises(DomainError, match="hidden layer"):
            pl.sawtooth_network(depth)
    with pytest.raises(DomainError, match="2 or 3"):
        pl.sawtooth_network(3, width=4)


def test_one_pulse():
    f = pl.pulse_network([(-1, 0, "2/5")], ramp=F(1, 10**7)).to_piecewise()
    assert f.num_pieces == 5
    assert (f(-2), f(F(-1, 2)), f(3)) == (0, F(2, 5), 0)
    assert f.slopes[0] == f.slopes[-1] == 0


def test_neighbouring_pulses_make_steps():
    pulses = [(F(i, 4), F(i + 1, 4), i + 1) for i in range(4)]
    network = pl.pulse_network(pulses, ramp="1/100")
    f = network.to_piecewise()
    assert network.num_neurons == 16
    assert f.num_pieces == 2 * 4 + 3
    assert [f(F(i, 4) + F(1, 8)) for i in range(4)] == [1, 2, 3, 4]


def test_pulses_refuse():
    with pytest.raises(DomainError, match="at least one pulse"):
        pl.pulse_network([])
    with pytest.raises(DomainError, match="positive width"):
        pl.pulse_network([(0, 1, 1)], ramp=0)
    with pytest.raises(DomainError, match="shorter than its ramp"):
        pl.pulse_network([(0, "1/10", 1)], ramp="1/2")


def test_random_networks_repeat_by_seed():
    first, again, other = (pl.random_network([3, 5, 2], seed=s) for s in (1, 1, 2))
    x = [1, "1/2", -1]
    assert first(x) == again(x) != other(x)
    assert (first.n_inputs, first.widths, first.n_outputs) == (3, (5,), 2)


def test_random_networks_of_a_short_type_have_short_weights():
    network = pl.random_network([4, 8, 1], seed=0, dtype=np.float16)
    for node in network.nodes:
        if hasattr(node.op, "weights"):
            w = node.op.weights.mid
            assert (w == w.astype(np.float16)).all()


def test_random_scales():
    def deviation(scale):
        network = pl.random_network([400, 300, 1], seed=5, scale=scale, bias_scale=0.0)
        affine = network.nodes[0].op
        assert not affine.bias.mid.any()
        return affine.weights.mid.std() * 20

    assert abs(deviation("he") - 2**0.5) < 0.02
    assert abs(deviation("lecun") - 1) < 0.02
    assert abs(deviation(3.0) - 3) < 0.05


def test_random_networks_refuse():
    with pytest.raises(DomainError, match="inputs and outputs"):
        pl.random_network([3])
    with pytest.raises(DomainError, match="all positive"):
        pl.random_network([3, 0, 1])
    with pytest.raises(DomainError, match="scale='big'"):
        pl.random_network([1, 1], scale="big")
