"""Sets of all periods: against searches one by one, and against published sets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError, Outcome, UndecidedError, Verdict
from plsym.testing import self_maps


@settings(max_examples=60)
@given(self_maps(max_pieces=5), st.integers(1, 9))
def test_against_single_searches(f, bound):
    found = pl.period_set(f, up_to=bound)
    have = {n for n in range(1, 10) if pl.periodic_orbits(f, n)}
    for n in range(1, 10):
        verdict = found.verdict(n)
        if verdict.outcome is Outcome.PROVED:
            assert n in have
        elif verdict.outcome is Outcome.REFUTED:
            assert n not in have
        else:
            assert not found.complete
    assert found.strongest in have
    assert found.witness.period == found.strongest
    # searches one by one with Sharkovsky's shortcut give the same
    assert set(pl.periods(f, 9)) == have


@pytest.mark.parametrize(
    ("slope", "strongest", "bound"),
    [
        ("8/5", 5, 16),
        ("809/500", 5, 16),
        ("3/2", 7, 16),
        ("29/20", 9, 16),
        ("7/5", 6, 16),
        ("5/4", 10, 16),
        ("11/10", 36, 40),
        ("1", 2, 16),
        ("2", 3, 16),
    ],
)
def test_a_family_of_constant_slopes(slope, strongest, bound):
    found = pl.period_set(pl.abs_map(slope), up_to=bound)
    assert (found.strongest, found.complete) == (strongest, True)
    for n in range(1, 200):
        assert (n in found) == pl.sharkovsky_precedes(strongest, n)


@pytest.mark.parametrize(
    ("height", "period"),
    [
        ("4/5", 2),
        ("14/17", 4),
        ("212/257", 8),
        ("1126/1365", 12),
        ("52/63", 6),
        ("426/511", 9),
        ("106/127", 7),
        ("26/31", 5),
        ("6/7", 3),
    ],
)
def test_truncated_tents_have_exactly_a_tail(height, period):
    # the least height at which a period of the tent map survives
    found = pl.period_set(pl.truncated_tent(height))
    assert (found.strongest, found.complete) == (period, True)


def test_growth_alone_does_not_exclude_odd_periods():
    # this map grows faster than sqrt(2) and has no odd period: its halves are exchanged
    f = pl.connect_the_dots(5, 6, 7, 8, 2, 4, 1, 3)
    found = pl.period_set(f)
    assert pl.growth(f).lower ** 2 > 2
    assert found.strongest % 2 == 0 and found.complete
    reasons = {absence.reason for absence in found.absences}
    assert "the map exchanges the sides of a fixed point" in reasons
    assert not any(pl.periodic_orbits(f, n) for n in (3, 5, 7, 9))


def test_honest_gaps():
    found = pl.period_set(pl.abs_map("11/10"), up_to=8)
    assert not found.complete and found.strongest == 8
    assert "open" in str(found)
    verdict = found.verdict(36)
    assert verdict.outcome is Outcome.UNDECIDED
    with pytest.raises(UndecidedError, match="period 36 occurs: undecided"):
        bool(verdict)
    with pytest.raises(UndecidedError):
        36 in found  # noqa: B015
    assert 3 not in found and 2 in found and 0 not in found and "3" not in found


def test_evidence():
    found = pl.period_set(pl.abs_map("809/500"))
    assert "Sharkovsky" in str(found)
    three, five, seven = (found.verdict(n) for n in (3, 5, 7))
    assert not three and "growth number" in three.reason
    assert five and five.reason == "a point was found"
    assert pl.least_period(pl.abs_map("809/500"), five.evidence.orbits[0].point, 5) == 5
    assert seven and "forced" in seven.reason
    assert bool(Verdict(Outcome.PROVED, "x", "y")) and not Verdict(Outcome.REFUTED, "x", "y")


def test_small_budgets_leave_gaps_and_no_errors():
    found = pl.period_set(pl.tent(), budget=pl.Budget(pieces=1))
    assert found.strongest >= 1
    assert 1 in found


def test_bad_input():
    with pytest.raises(DomainError, match="bounded interval"):
        pl.period_set(pl.abs_map(2, None))
    with pytest.raises(DomainError, match="leaves its domain"):
        pl.period_set(2 * pl.tent())
    with pytest.raises(DomainError, match="at least 1"):
        pl.period_set(pl.tent(), up_to=0)
