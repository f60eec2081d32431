"""Finding against checking: what a search takes, and what its certificate takes to check.

pytest benchmarks/test_certificates.py --benchmark-columns=median --benchmark-group-by=group
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import plsym as pl
from benchmarks.maps import BIMODAL
from plsym import certify

SLOPE = pl.abs_map("809/500")
SMALL = pl.abs_map("11/10")
CORE = pl.abs_map(pl.golden()).restrict(-1, 1 / pl.golden())

CASES: dict[str, Callable[[], pl.Certificate]] = {
    "growth, 30 digits": lambda: certify.growth(BIMODAL, "1e-30"),
    "growth, 100 digits": lambda: certify.growth(BIMODAL, "1e-100"),
    "growth, exact, degree 14": lambda: certify.growth(pl.stefan_map(15)),
    "all periods of slope 809/500": lambda: certify.period_set(SLOPE),
    "all periods of slope 11/10": lambda: certify.period_set(SMALL, up_to=40),
    "all periods of a truncated tent": lambda: certify.period_set(pl.truncated_tent("212/257")),
    "period 7 with a margin": lambda: certify.robust_period(pl.abs_map("17/10"), 7),
    "all 4080 cycles of length 16": lambda: certify.cycles(pl.tent(), 16),
    "all cycles of length 11, golden": lambda: certify.cycles(CORE, 11),
    "laps of f^100": lambda: certify.laps(BIMODAL, 100),
}


@pytest.mark.parametrize("name", CASES)
def test_find(benchmark, name):
    benchmark.group = name
    certificate = benchmark(CASES[name])
    benchmark.extra_info["bytes"] = len(certificate.text)


@pytest.mark.parametrize("name", CASES)
def test_check(benchmark, name):
    benchmark.group = name
    assert benchmark(pl.check, CASES[name]())


@pytest.mark.parametrize("digits", [20, 40, 80, 160, 320])
def test_checking_grows_with_the_evidence(benchmark, digits):
    """The evidence of a bracket has O(digits) intervals and O(digits^2) bits."""
    certificate = certify.growth(BIMODAL, f"1e-{digits}")
    benchmark.extra_info["bytes"] = len(certificate.text)
    assert benchmark(pl.check, certificate)
