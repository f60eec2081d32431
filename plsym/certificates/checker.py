"""`check`: read a certificate, let the rule of its claim judge, answer with a `Verdict`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from plsym.certificates.absences import Absent, check_absence, check_no_period
from plsym.certificates.algebraic import Field, read_field
from plsym.certificates.codec import Data, StepFailed, Work, parse
from plsym.certificates.counts import check_count
from plsym.certificates.covers import check_covers
from plsym.certificates.distances import check_distance
from plsym.certificates.equality import check_equal, check_network_claim
from plsym.certificates.itineraries import check_cycles
from plsym.certificates.maps import Map, read_map
from plsym.certificates.orbits import check_eventual_period, check_orbit, check_value
from plsym.certificates.periods import check_occurs, check_period, forces, split
from plsym.certificates.rates import check_growth
from plsym.certificates.regions import check_regions
from plsym.certificates.statements import statement
from plsym.errors import CertificateFormatError
from plsym.verdict import Outcome, Verdict

__all__ = ["FORMAT", "KEYS", "VERSION", "check_text"]

FORMAT, VERSION = "plsym-certificate", 1
KEYS = ("format", "version", "claim", "field", "function", "evidence")
Rule = Callable[[Data, Data, Map, "Field | None"], None]


def check_text(text: str | bytes) -> Verdict:
    """Judge the text of a certificate.

    Returns
    -------
    Verdict
        PROVED, or REFUTED with the first step that fails as its reason.

    Raises
    ------
    CertificateFormatError
        If the text is no certificate of a known version.

    Notes
    -----
    Nothing in the text is believed.  The work is bounded by a multiple of its length.
    """
    data = parse(text).only(*KEYS)
    if data["format"].value != FORMAT:
        data["format"].fail(f'"{FORMAT}"')
    if data["version"].value != VERSION or isinstance(data["version"].value, bool):
        data["version"].fail(f"version {VERSION}")
    work = Work(len(text))
    claim, evidence = data["claim"], data["evidence"]
    said = statement(claim)
    if claim["kind"].text() == "regions":
        return _judged(said, lambda: check_regions(claim, evidence, data["function"], work))
    return _judged(said, lambda: _check_map(claim, evidence, data, work))


def _check_map(claim: Data, evidence: Data, data: Data, work: Work) -> None:
    """Claims about a map of one variable."""
    field = read_field(data["field"], work) if data.has("field") else None
    f = read_map(data["function"], field, work)
    rule = _RULES.get(claim["kind"].text())
    if rule is None:
        claim["kind"].fail(f"one of {', '.join(_RULES)}")
    rule(claim, evidence, f, field)


def _judged(said: str, steps: Callable[[], None]) -> Verdict:
    try:
        steps()
    except StepFailed as error:
        return Verdict(Outcome.REFUTED, said, str(error), None)
    return Verdict(Outcome.PROVED, said, "every step holds", None)


def _check_periods(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "periods": those up to ``up_to`` that occur are exactly ``periods``."""
    claim.only("kind", "up_to", "periods")
    bound = claim["up_to"].integer(1, 1_000_000)
    occurring = {item.integer(1, bound) for item in claim["periods"]}
    present, absent = _decide(evidence, f, field)
    f.work.spend(4 * bound * (1 + len(present) + len(absent)))
    for n in range(1, bound + 1):
        if n in occurring:
            if not any(forces(m, n) for m in present):
                raise StepFailed(f"nothing shows that period {n} occurs")
        elif not any(a.excludes(n) for a in absent):
            raise StepFailed(f"nothing shows that period {n} does not occur")


def _check_period_set(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "period set": the periods are ``strongest`` and all that it forces."""
    claim.only("kind", "strongest")
    m = claim["strongest"].integer(1, 1 << 62)
    present, absent = _decide(evidence, f, field)
    if not any(forces(k, m) for k in present):
        raise StepFailed(f"nothing shows that period {m} occurs")
    twos, odd = split(m)
    if odd == 1:
        closed = any(a.excludes(2 * m) for a in absent)
    elif odd > 3:
        closed = any(a.excludes((odd - 2) << twos) for a in absent)
    else:
        closed = twos == 0 or any(a.excludes_level(twos - 1) for a in absent)
    if not closed:
        raise StepFailed(f"nothing excludes the periods that force {m}")


def _decide(evidence: Data, f: Map, field: Field | None) -> tuple[list[int], list[Absent]]:
    """Check a list of periods that occur and a list of those that do not."""
    evidence.only("present", "absent")
    present, absent = [], []
    for item in evidence["present"]:
        item.only("period", "evidence")
        n = item["period"].integer(1, 1 << 62)
        check_occurs(n, Fraction(0), item["evidence"], f, field)
        present.append(n)
    for item in evidence["absent"]:
        item.only("period", "level", "evidence")
        what = Absent.read(item)
        check_absence(what, item["evidence"], f, field)
        absent.append(what)
    return present, absent


def _check_all(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "all": several claims about one function, each with its evidence."""
    claim.only("kind", "claims")
    evidence.only("parts")
    claims, parts = list(claim["claims"]), list(evidence["parts"])
    if len(claims) != len(parts) or not claims:
        raise CertificateFormatError("as many parts of evidence as claims are needed")
    for i, (one, part) in enumerate(zip(claims, parts, strict=True)):
        rule = _RULES.get(one["kind"].text())
        if rule is None or rule is _check_all:
            one["kind"].fail(f"one of {', '.join(k for k in _RULES if k != 'all')}")
        try:
            rule(one, part, f, field)
        except StepFailed as error:
            raise StepFailed(f"claim {i}: {error}") from None


_RULES: dict[str, Rule] = {
    "value": check_value,
    "orbit": check_orbit,
    "eventual period": check_eventual_period,
    "period": check_period,
    "no period": check_no_period,
    "cycles": check_cycles,
    "periods": _check_periods,
    "period set": _check_period_set,
    "covers": check_covers,
    "growth": check_growth,
    "count": check_count,
    "distance": check_distance,
    "equal": check_equal,
    "network": check_network_claim,
    "all": _check_all,
}
