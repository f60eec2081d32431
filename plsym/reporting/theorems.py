"""Steps about theorems, one each, and the section that lists what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear
from plsym.reporting.numbers import shortened
from plsym.reporting.page import Content, Html, anchor, badge, join, listed, paragraph, tag
from plsym.reporting.study import Part, Proof, Study
from plsym.theory.case import Check, Finding, Standing
from plsym.theory.constants import odd_part
from plsym.theory.registry import Theorem, theorem, theorems

__all__ = ["about_functions", "about_networks", "listing", "parameters", "verify"]

_LOOKS = {
    Standing.PROVED: "good",
    Standing.REFUTED: "bad",
    Standing.UNDECIDED: "open",
    Standing.DOES_NOT_APPLY: "idle",
}
_MARKS = {True: "holds", False: "fails", None: "open"}


@cache
def _by_subject(kind: type) -> tuple[str, ...]:
    # what a theorem speaks of is what its own instances are
    return tuple(
        each.name
        for each in theorems()
        if any(isinstance(instance.make(), kind) for instance in each.instances)
    )


def about_functions() -> tuple[str, ...]:
    """The theorems about a function of one variable, in the order of the catalogue."""
    return _by_subject(PiecewiseLinear)


def about_networks() -> tuple[str, ...]:
    """The theorems about a network."""
    return _by_subject(ReLUNetwork)


def parameters(name: str, strongest: int | None) -> dict[str, Any]:
    """The parameters with which a theorem says most about a map with this strongest period."""
    if strongest is None or strongest == 1:
        return {}
    if name == "sharkovsky":
        return {"m": strongest}
    odd = odd_part(strongest)[1]
    if odd == 1:
        return {}
    if name == "odd-chaos":
        return {"n": strongest} if odd == strongest else {}
    if name in ("period-growth", "l1-separation"):
        return {"p": strongest} if odd == strongest else {}
    if name in ("oscillations", "entropy", "lipschitz", "period-threshold"):
        return {"p": strongest}
    return {}


def verify(study: Study, name: str, of: str) -> Part:
    """Try one theorem on the function or the network."""
    each = theorem(name)
    subject: Any = study.f if of == "function" else study.network
    strongest = None
    if of == "function" and study.f.is_self_map and study.is_bounded:
        strongest = study.periods.strongest
    chosen = parameters(name, strongest)
    instance = ", ".join(f"{key} = {value}" for key, value in {**_numbers(each), **chosen}.items())
    try:
        finding = each.verify(subject, instance=instance, **chosen)
    except DomainError as error:  # such as a domain that is not bounded
        check = Check("it can be tried here", False, str(error))
        finding = Finding(name, instance, Standing.DOES_NOT_APPLY, (check,), (), {}, None)
    proofs: tuple[Proof, ...] = ()
    if finding.certificate is not None:
        proofs = (Proof(f"theorem-{name}", finding.certificate),)
    # certificates travel as proofs
    plain = Finding(
        finding.theorem,
        finding.instance,
        finding.standing,
        finding.hypotheses,
        finding.conclusions,
        {},
        None,
    )
    return Part(finding=plain, proofs=proofs)


def _numbers(each: Theorem) -> dict[str, Any]:
    return {key: value for key, value in each.parameters.items() if isinstance(value, (int, str))}


def listing(findings: Sequence[Finding], proofs: Mapping[str, str]) -> Html:
    """All findings, those that say most first.

    Parameters
    ----------
    findings : sequence of Finding
    proofs : mapping
        From theorems to the names of the elements that hold their certificates.
    """
    words = paragraph(
        "Each theorem of the catalogue that speaks of such an object, tried on this one. A "
        "hypothesis that fails means that the theorem does not apply, which refutes nothing."
    )
    blocks: list[Content] = [words]
    for standing in _LOOKS:
        chosen = [f for f in findings if f.standing is standing]
        if chosen:
            blocks.append(tag("h3", f"{standing.value.capitalize()}: {len(chosen)}"))
            blocks += [_entry(f, proofs.get(f.theorem)) for f in chosen]
    return join(blocks, "\n")


def _entry(finding: Finding, proof: str | None) -> Html:
    each = theorem(finding.theorem)
    failing = [check for check in finding.hypotheses if not check.holds]
    claim = each.statement
    if finding.standing is Standing.DOES_NOT_APPLY and failing:
        last = failing[-1]
        why = f" ({last.witness})" if last.witness else ""
        claim = f"not the case: {shortened(last.statement + why, 300)}"
    head = tag(
        "summary",
        tag("span", each.name, class_="name"),
        badge(finding.standing.value, _LOOKS[finding.standing]),
        tag("span", claim, class_="claim"),
    )
    body: list[Content] = []
    if finding.standing is Standing.DOES_NOT_APPLY:
        body.append(paragraph(each.statement))
    checks = [*_checks("if", finding.hypotheses), *_checks("then", finding.conclusions)]
    body.append(listed(checks, "checks"))
    if finding.instance:
        body.append(paragraph(f"With {finding.instance}.", class_="note"))
    body.append(paragraph(each.reference, class_="note"))
    if proof is not None:
        body.append(paragraph(tag("a", "Its certificate", href=f"#{proof}")))
    return tag("details", head, *body, id=f"theorem-{anchor(each.name)}")


def _checks(word: str, checks: Iterable[Check]) -> list[Html]:
    return [
        join(
            [
                tag("span", f"{word}, {_MARKS[check.holds]}:", class_="mark"),
                " ",
                shortened(check.statement),
                tag("span", shortened(check.witness), class_="witness") if check.witness else None,
            ]
        )
        for check in checks
    ]
