"""The catalogue: true on its instances and on random maps, and honest where it does not apply."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.testing import self_maps
from plsym.theory.case import Case, Standing
from plsym.theory.constants import reaches, rho
from plsym.theory.registry import Theorem, theorem, verify_all

SOUND = (Standing.PROVED, Standing.DOES_NOT_APPLY)


def test_the_catalogue_on_its_instances():
    found = list(verify_all())
    assert {f.theorem for f in found} == {t.name for t in pl.theorems()}
    for finding in found:
        if "which has none" in finding.instance:
            assert finding.standing is Standing.DOES_NOT_APPLY
            continue
        assert finding.standing is Standing.PROVED, str(finding)
        if finding.certificate is not None:
            assert pl.check(finding.certificate)
    assert sum(f.certificate is not None for f in found) >= 25


@settings(max_examples=60)
@given(self_maps(max_pieces=4), st.data())
def test_theorems_are_true_of_random_maps(f, data):
    name, parameters = data.draw(
        st.sampled_from(
            [
                ("sharkovsky", {"m": 3, "up_to": 8}),
                ("sharkovsky", {"m": 4, "up_to": 8}),
                ("odd-chaos", {"n": 3}),
                ("odd-chaos", {"n": 5}),
                ("li-yorke", {"up_to": 6}),
                ("oscillations", {"p": 3, "t": 6}),
                ("oscillations", {"p": 5, "t": 5}),
                ("oscillations", {"p": 6, "t": 6}),
                ("lipschitz", {"p": 3}),
                ("lipschitz", {"p": 6}),
            ]
        )
    )
    finding = pl.verify(name, f, **parameters)
    assert finding.standing in SOUND, str(finding)
    if finding.standing is Standing.PROVED:
        assert finding.certificate is not None and pl.check(finding.certificate)


@given(self_maps(max_pieces=5), self_maps(max_pieces=5))
def test_piece_counts_of_random_maps(f, g):
    assert pl.verify("pieces", (f, g)).standing is Standing.PROVED


@settings(max_examples=40)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(0, 10**6))
def test_pieces_of_random_networks(widths, seed):
    net = pl.random_network([1, *widths, 1], seed=seed)
    finding = pl.verify("one-input", net)
    assert finding.numbers["bound"] == math.prod(n + 1 for n in widths)
    assert finding.standing is Standing.PROVED


def test_the_rates():
    """rho_p as in the literature; 8/5 and 809/500 miss the golden mean."""
    rates = [round(float(rho(q)), 6) for q in (3, 5, 7, 9)]
    assert rates == [1.618034, 1.512876, 1.465571, 1.441315]
    for q in (3, 5, 7, 9, 11):
        assert reaches(rho(q), q) and not reaches(rho(q) - Fraction(1, 10**9), q)
        assert reaches(rho(q), q + 2) and reaches(Fraction(3, 2), 2 * q)
    assert not reaches(Fraction(8, 5), 3) and not reaches(Fraction(7, 5), 101)


def test_a_hypothesis_that_fails_is_named():
    finding = pl.verify("oscillations", pl.abs_map("8/5"), p=3)
    assert finding.standing is Standing.DOES_NOT_APPLY and not finding.conclusions
    assert finding.hypotheses[-1].statement == "f has a cycle of length 3"
    assert "exhaustive search" in finding.hypotheses[-1].witness
    assert "NO   f has a cycle of length 3" in str(finding)
    assert pl.verify("entropy", pl.tent(), p=4).standing is Standing.DOES_NOT_APPLY
    wide = pl.from_weights([([[1, 0]], [0]), ([[1]], [0])])
    finding = pl.verify("one-input", wide)
    assert finding.hypotheses[0].witness == "it has 2"


def test_a_conclusion_that_fails_refutes():
    def rule(case: Case, subject: object, n: int = 1) -> None:
        case.require("n is positive", n > 0)
        case.conclude("n is even", n % 2 == 0, f"n = {n}")

    false = Theorem("even", "All positive integers are even.", "nobody", rule, ())
    assert false.verify(None, n=3).standing is Standing.REFUTED
    assert false.verify(None, n=4).standing is Standing.PROVED
    assert false.verify(None, n=0).standing is Standing.DOES_NOT_APPLY
    assert Case().finding("nothing", "").standing is Standing.UNDECIDED


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pl.verify("nope", pl.tent()), "no theorem 'nope'"),
        (lambda: pl.verify("entropy", pl.tent(), q=3), "no parameter 'q'"),
        (lambda: pl.verify("entropy", 3), "not about a int"),
        (lambda: pl.verify("oscillations", pl.tent(), t=0), "at least 1"),
        (lambda: pl.verify("pieces", pl.tent()), "pair"),
        (lambda: pl.verify("one-input", pl.tent()), "about networks"),
        (lambda: pl.verify("tight-family", pl.tent()), "own maps"),
        (lambda: pl.verify("entropy", 2 * pl.identity((0, 1))), "leaves its domain"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(pl.DomainError, match=message):
        call()


def test_names_and_parameters():
    assert theorem("tight-family").parameters == {"p": 3}
    for each in pl.theorems():
        assert theorem(each.name) is each
        assert each.reference and each.statement.endswith(".") and each.instances
