"""The catalogue: true on its instances and on random maps, and honest where it does not apply."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pl_models import integer_network

import plsym as pl
from plsym.depth.affine import l1_lower
from plsym.testing import self_maps
from plsym.theory.case import Case, Standing
from plsym.theory.catalogue.agreement import fewest_missed
from plsym.theory.catalogue.classification import fewest_errors, sharp_error
from plsym.theory.constants import reaches, rho
from plsym.theory.laws import Sample, length_factor, length_law, sampled, sampled_lengths
from plsym.theory.registry import Theorem, claim, claims, theorem, verify_all

SOUND = (Standing.PROVED, Standing.DOES_NOT_APPLY)


def test_the_catalogue_on_its_instances():
    found = list(verify_all())
    assert {f.theorem for f in found} == {t.name for t in pl.theorems()}
    for finding in found:
        if any(word in finding.instance for word in ("which has none", "too narrow")):
            assert finding.standing is Standing.DOES_NOT_APPLY
            continue
        assert finding.standing is Standing.PROVED, str(finding)
        if finding.certificate is not None:
            assert pl.check(finding.certificate)
    assert sum(f.certificate is not None for f in found) >= 65
    assert len(pl.theorems()) >= 37


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
        (lambda: pl.verify("tight-family", pl.tent()), "its own instances"),
        (lambda: pl.verify("entropy", 2 * pl.identity((0, 1))), "leaves its domain"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(pl.DomainError, match=message):
        call()


NUMBERS = {
    # theorem, parameters -> numbers that published tables and hand computations have
    ("classification", (("k", 5), ("l", 1), ("m", 2))): {
        "sharp": Fraction(7, 16),
    },
    ("classification", (("k", 10), ("l", 2), ("m", 5))): {
        "sharp": Fraction(494, 1024),
        "with (2 m)^l pieces": Fraction(462, 1024),
        "(n - 4 t) / (3 n)": Fraction(13, 64),
    },
    ("yarotsky", (("m", 3),)): {"sup": Fraction(1, 256), "L1": Fraction(1, 384), "pieces": 8},
    ("monomials", (("powers", (4, 4, 4)),)): {"one layer": 125, "deep, at most": 54},
    ("zonotopes", (("k", 2), ("m", 3), ("w", 2))): {"regions": 25, "formula": 24},
    ("truncated-tents", (("m", 12),)): {"height": Fraction(1126, 1365)},
    ("one-input-maximum", (("widths", (5, 4, 3)),)): {"pieces": 120},
}


@pytest.mark.parametrize("key", NUMBERS)
def test_numbers_of_the_literature(key):
    name, parameters = key
    finding = pl.verify(name, **dict(parameters))
    assert finding.standing is Standing.PROVED, str(finding)
    for what, value in NUMBERS[key].items():
        assert finding.numbers[what] == value, what


def test_rates_of_the_literature():
    """B8, B16, B17, B18, B20."""
    for p, rate in ((5, 1.3803), (7, 1.2852), (9, 1.2321), (11, 1.1975)):
        found = pl.verify("period-growth", pl.stefan_map(p), p=p, t=3)
        assert round(float(found.numbers["rate"]), 4) == rate
    for f, p, largest in (
        (pl.connect_the_dots(2, 3, 4, 1), 4, 1.8393),
        (pl.connect_the_dots(2, 4, 1, 3), 4, 2.4142),
        (pl.tent(), 5, 1.9276),
    ):
        found = pl.verify("chaotic-itineraries", f, p=p)
        assert round(float(found.numbers["largest"]), 4) == largest
    laps = pl.verify("doubling-regime", pl.truncated_tent("212/257"), n=12).numbers["laps"]
    assert laps == [2, 4, 8, 14, 24, 38, 58, 84, 118, 160, 212, 274]
    quadratic = pl.verify("doubling-regime", pl.truncated_tent("14/17"), n=9).numbers["laps"]
    assert quadratic == [n * n - n + 2 for n in range(1, 10)]
    # B20: the least growth numbers over all cycles of a length
    for n, least in ((3, 1.618034), (4, 1.0), (5, 1.512876), (6, 1.272020)):
        rates = [float(c.growth.lower) for c in pl.cycles(n)]
        assert round(min(rates), 6) == least


def test_cassini_pairs_and_all_seven_cycles():
    """B12: quotients of Fibonacci numbers on both sides of the golden mean; B20 for n = 7."""
    for slope, cycles in (("8/5", 0), ("21/13", 0), ("987/610", 0), ("5/3", 2), ("13/8", 2)):
        f = pl.abs_map(slope)
        assert len(pl.periodic_orbits(f, 3)) == cycles
        assert pl.audit("has-period", f, p=3).standing is (
            Standing.PROVED if cycles else Standing.REFUTED
        )
    points = sorted(x for o in pl.periodic_orbits(pl.abs_map("13/8"), 3).orbits for x in o.points)
    assert points == sorted(
        map(Fraction, ("-2696/2709", "8/2709", "1672/2709", "-1672/1685", "-8/1685", "1032/1685"))
    )
    assert round(min(float(c.growth.lower) for c in pl.cycles(7)), 6) == 1.465571


def test_least_widths_of_the_literature():
    """B9: the least width of one hidden layer, on the line."""
    slopes = pl.PiecewiseLinear.from_slopes
    table = [
        (pl.relu(), 1),
        (abs(pl.identity(None)), 2),
        (pl.identity(None), 2),
        (pl.constant(3, None), 0),
        (slopes([0, 1], [0, 1, 0]), 2),
        (slopes([0, 1], [1, 0, 1]), 2),
        (slopes([0, 1, 2], [0, 2, -2, 0]), 3),
        (slopes([0, 1], [1, -1, 1]), 3),
        (slopes([0, 1, 2], [1, -1, 4, -2]), 3),
        (slopes([0, 1, 2], [1, -1, 1, -1]), 4),
    ]
    for f, width in table:
        finding = pl.verify("representation", f)
        assert finding.standing is Standing.PROVED and finding.numbers["width"] == width


@pytest.mark.parametrize("k", [1, 4, 9])
def test_facts_on_sawtooths(k):
    """B11: values, pieces, integrals, the Lipschitz constant, and the best affine function."""
    f = pl.tent().iterate(k)
    assert all(f(Fraction(i, 2**k)) == i % 2 for i in range(2**k + 1))
    assert f.num_pieces == len(f.fixed_points()) == f.lipschitz == 2**k
    assert f.integral() == Fraction(1, 2) and pl.iterate_integral(pl.tent(), k, 2) == Fraction(1, 3)
    assert l1_lower(f._knots()) == pl.distance(f, "1/2", "L1") == Fraction(1, 4)
    assert pl.distance(f, "1/2", "L2") ** 2 == Fraction(1, 12)


def test_expectations_at_initialisation():
    """B13: c_k, and the sample means that were reported."""
    factors = [round(float(length_factor(k)), 9) for k in (1, 2, 4, 8, 16, 32, 64, 128)]
    assert factors == [
        0.39894228, 0.503651523, 0.592952211, 0.649867247,
        0.678972687, 0.693169984, 0.700170169, 0.703646325,
    ]  # fmt: skip
    assert all(length_factor(k).width < Fraction(1, 10**50) for k in (1, 8, 64))
    # one neuron: E sqrt(chi^2_1)/2 = 1/sqrt(2 pi)
    assert abs(float(length_factor(1)) - 1 / math.sqrt(2 * math.pi)) < 1e-15
    assert round(float(length_law(8, 3, Fraction(2))), 4) == 0.7763
    assert sampled_lengths(8, 2, Fraction(2), 0.5, 100).agrees


def test_samples_agree_or_not():
    def point(x):
        return pl.Enclosure(Fraction(x), Fraction(x))

    def sample(law, mean, variance, radius="0"):
        return Sample(law, mean, Fraction(variance), Fraction(radius), 100)

    assert sample(point(1), point(1), 1).agrees is True
    assert sample(point(1), point("1/2"), 1).agrees is True  # 5 standard errors exactly
    assert sample(point(1), point("49/100"), 1).agrees is False
    assert sample(point(1), pl.Enclosure(Fraction(2, 5), Fraction(3, 5)), 1, "1/10").agrees is None
    values = sampled(lambda seed: point(seed % 2), point("1/2"), 100)
    assert values.mean == point("1/2") and values.variance == Fraction(25, 99)


AUDITS = [
    # the findings of the reference files, each with the outcome
    (lambda: pl.audit("has-period", pl.abs_map("1.618"), p=3), False, "-19/250000"),
    (lambda: pl.audit("has-period", pl.abs_map("13/8"), p=3), True, "-8/1685"),
    (lambda: pl.audit("has-period", pl.abs_map(pl.golden()), p=3), True, ""),
    (lambda: pl.audit("has-period", pl.abs_map("8/5"), p=3), False, "exhaustive"),
    (lambda: pl.audit("disjoint-crossings", pl.abs_map(pl.golden())), False, "1, 2, 3, 4, 5"),
    (
        lambda: pl.audit("disjoint-crossings", pl.abs_map(pl.golden()), kind="alternation"),
        True,
        "2, 4, 6, 10",
    ),
    (lambda: pl.audit("pieces-two-u", u=20, l=5), False, "4084101"),
    (lambda: pl.audit("sixth-is-sharp"), False, "7/16"),
    (lambda: pl.audit("thirty-second-is-sharp", L=3), False, "> 1/8"),
    (lambda: pl.audit("trajectory-rate"), False, "0.776281, and 2.370"),
    (lambda: pl.audit("p-units-suffice", pl.identity(None)), False, "two are needed"),
    (lambda: pl.audit("p-units-suffice", abs(pl.identity(None))), True, "width 2"),
    (lambda: pl.audit("error-at-least", pl.tent(), t=30, widths=(9, 9), error="1/5"), True, ""),
    (lambda: pl.audit("error-at-least", pl.tent(), t=30, widths=(9, 9), error="1/3"), False, ""),
    (
        lambda: pl.audit("error-at-least", pl.tent(), t=4, widths=(4, 4), error="1/9"),
        False,
        "is f^",
    ),
]


@pytest.mark.parametrize(("make", "holds", "witness"), AUDITS)
def test_audits(make, holds, witness):
    finding = make()
    assert finding.standing is (Standing.PROVED if holds else Standing.REFUTED), str(finding)
    assert witness in str(finding)
    if finding.certificate is not None:
        assert pl.check(finding.certificate)


def test_claims_are_listed():
    for each in claims():
        assert claim(each.name) is each and each.instances and each.reference
        standings = {
            each.verify(i.make(), **dict(i.parameters)).standing for i in each.instances[:1]
        }
        assert standings <= {Standing.PROVED, Standing.REFUTED}
    with pytest.raises(pl.DomainError, match="no claim 'nope'"):
        pl.audit("nope")


def test_agreement_by_brute_force():
    for f, g in itertools.product(range(1, 7), range(1, 5)):
        assert fewest_missed(f, min(f, g)) == max(0, -(-(f - g) // 2))
    for n, m in itertools.product(range(2, 9), range(1, 6)):
        brute = min(
            sum(a != i % 2 for i, a in enumerate(labels))
            for labels in itertools.product((0, 1), repeat=n)
            if 1 + sum(a != b for a, b in itertools.pairwise(labels)) <= m
        )
        assert fewest_errors(n, m) == brute == sharp_error(n, m) * n


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=2, max_size=6), st.integers(-3, 3))
def test_least_widths_of_random_functions(jumps, first):
    slopes = [first]
    for jump in jumps:
        slopes.append(slopes[-1] + (jump or 1))
    f = pl.PiecewiseLinear.from_slopes(list(range(len(jumps))), slopes)
    assert pl.verify("representation", f).standing is Standing.PROVED


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.lists(st.integers(1, 4), min_size=1, max_size=2), st.integers(0, 99))
def test_region_bounds_of_random_integer_networks(inputs, widths, seed):
    net = integer_network(inputs, widths, seed)
    assert pl.verify("region-upper-bounds", net).standing is Standing.PROVED
    if len(widths) == 1:
        assert pl.verify("hyperplanes", net).standing is Standing.PROVED


def test_a_search_that_does_not_end_is_undecided():
    def rule(case: Case, subject: object) -> None:
        raise pl.BudgetExceeded("too long")

    slow = Theorem("slow", "Everything ends.", "nobody", rule, ())
    finding = slow.verify(None)
    assert finding.standing is Standing.UNDECIDED and "too long" in str(finding)


def test_names_and_parameters():
    assert theorem("tight-family").parameters == {"p": 3}
    for each in pl.theorems():
        assert theorem(each.name) is each
        assert each.reference and each.statement.endswith(".") and each.instances


def test_networks_with_few_regions_refute_no_lower_bound() -> None:
    found = pl.verify("folding-lower-bounds", pl.random_network([2, 4, 4, 1], seed=0))
    assert found.standing is Standing.DOES_NOT_APPLY
    assert found.numbers["regions"] < found.numbers["bound"]
