"""`report`: the plan of the steps, and all that they found on one page."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from plsym.atomic import write_atomically
from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.interop.extras import require
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear
from plsym.regions.domains import checked_domain
from plsym.reporting import certificates, theorems
from plsym.reporting.numbers import exact
from plsym.reporting.page import Content, Html, document, join, paragraph, section, tag
from plsym.reporting.plan import THEOREMS, Step, planned
from plsym.reporting.study import Part, Proof, Study
from plsym.reporting.worker import Stopped, Worker, done
from plsym.shown import as_data
from plsym.theory.case import Finding

__all__ = ["Report", "report"]

Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Report:
    """A page about a function or a network.

    Attributes
    ----------
    html : str
        The page: one file without any reference to another.
    facts : dict
        What the page says, as plain data: exact numbers as strings, the standing of each
        theorem, the certificates with their outcomes, what was not finished, and what was
        left out and why.
    """

    html: str = field(repr=False)
    facts: dict[str, Any]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page; an older file is replaced only when all is written.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        write_atomically(path, self.html.encode())


@dataclass
class _Work:
    """All that was found, in the order of the plan."""

    blocks: dict[str, list[Html]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    heads: dict[str, Content] = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    missed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def add(self, step: Step, part: Part) -> None:
        title = step.title
        if not part.complete:
            self.failed.add(step.name)
            self.unfinished.append(f"{step.what}: not finished in the time given")
        if part.blocks:
            self.blocks.setdefault(title, []).extend(part.blocks)
        self.facts |= part.facts
        for name, value in part.heads:
            self.heads.setdefault(name, value)
        self.proofs += part.proofs
        if part.finding is not None:
            self.findings.append(part.finding)

    def miss(self, step: Step, reason: str) -> None:
        self.unfinished.append(f"{step.what}: {reason}")
        self.failed.add(step.name)
        self.missed.setdefault(step.title, {}).setdefault(reason, []).append(step.what)

    def sections(self) -> Iterator[tuple[str, list[Content]]]:
        """Sections in the order of the plan, each with what it lacks at its end."""
        for title in dict.fromkeys([*self.blocks, *self.missed]):
            lacks = [
                paragraph(f"{', '.join(what).capitalize()}: {reason}.", class_="unfinished")
                for reason, what in self.missed.get(title, {}).items()
            ]
            yield title, [*self.blocks.get(title, []), *lacks]


def report(
    subject: PiecewiseLinear | ReLUNetwork,
    domain: Any = None,
    *,
    segment: tuple[Any, Any] | None = None,
    title: str | None = None,
    seconds: float | None = 60,
    with_theorems: bool = True,
    command: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Look at a function or a network from all sides, and put it on one page.

    Parameters
    ----------
    subject : PiecewiseLinear or ReLUNetwork
    domain : optional
        For a network with one input a pair (a, b); for several inputs as in
        `plsym.linear_regions`: a box, a `plane`, or nothing for the whole space.
    segment : pair of points, optional
        Of a network: where transitions are counted.
    title : str, optional
    seconds : float or None
        For all steps together.  A step that does not finish in its share is named on the
        page.  With None nothing is ever stopped.
    with_theorems : bool
        Whether the theorems of the catalogue are tried.
    command : str, optional
        Shown at the end of the page.
    progress : callable, optional
        Called before each step with its number, the number of all, and its name.

    Returns
    -------
    Report
        With ``html`` and ``save(path)``.

    Raises
    ------
    DomainError
        If the subject is neither, or domain or segment do not fit.
    MissingExtraError
        Without matplotlib.

    Notes
    -----
    The page is one HTML file with its own pictures and certificates; a browser asks for
    nothing else.  Every number on it is exact, or a decimal that says so; pictures are
    drawn with floats.  Certificates are checked before they are put there.  The same input
    gives the same page, if all steps finish.  With a limit of time the steps run in a
    process of their own, which is ended and started again when one takes too long.

    Examples
    --------
    >>> f = 3 * pl.tent()
    >>> page = pl.report(f, title="A high tent", seconds=None, with_theorems=False)
    >>> page.facts["pieces"], page.facts["image"]
    (2, ['0', '3'])
    >>> page.save("tent.html")
    """
    require("matplotlib", "plot")
    if seconds is not None and not seconds > 0:
        raise DomainError(f"seconds={seconds}: a positive number, or None for no limit")
    study = _study(subject, domain, segment, seconds)
    name = title or ("A network" if study.net is not None else "A piecewise-linear function")
    work = _Work()
    plan = planned(study, with_theorems)
    with ExitStack() as stack:
        worker = None if seconds is None else stack.enter_context(Worker(study))
        clock = _Clock(seconds)
        for number, step in enumerate(plan):
            if progress is not None:
                progress(number, len(plan), step.what)
            _do(step, study, worker, clock, work)
        clock.begin_last()
        checked = list(_checked(work, study, worker, clock))
    return _page(name, study, work, checked, command)


class _Clock:
    """What is left of the time."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()
        self._part = 0.9

    def begin_last(self) -> None:
        """What was kept back is for the checks of certificates."""
        self._part = 1.0

    def share(self, part: float) -> float:
        """The seconds for a step; none or less if the time is over."""
        assert self.seconds is not None
        left = self._begun + self._part * self.seconds - time.monotonic()
        return min(part * self.seconds, left)


# the subject ---------------------------------------------------------------------------


def _study(subject: Any, domain: Any, segment: Any, seconds: float | None) -> Study:
    if isinstance(subject, PiecewiseLinear):
        if segment is not None:
            raise DomainError("a segment is a place in the inputs of a network")
        return Study(subject if domain is None else subject.restrict(*_ends(domain)))
    if not isinstance(subject, ReLUNetwork):
        raise DomainError(
            f"a report is about a PiecewiseLinear or a ReLUNetwork, not a {type(subject).__name__}"
        )
    if segment is not None:
        start, end = segment
        segment = [subject._point(start), subject._point(end)]
        if segment[0] == segment[1]:
            raise DomainError("the two points are equal; a segment needs two different points")
    if subject.n_inputs > 1:
        return Study(None, subject, checked_domain(domain, subject.n_inputs), segment)
    low, high = (None, None) if domain is None else _ends(domain)
    if subject.n_outputs > 1:
        # several functions of one variable: the domain is a segment
        if domain is not None and segment is None:
            segment = [subject._point([low]), subject._point([high])]
        return Study(None, subject, None, segment)
    try:
        f = subject.to_piecewise(low, high, budget=Budget(seconds=seconds))
    except BudgetExceeded as error:
        raise BudgetExceeded(f"reading the network as a function: {error}") from None
    return Study(f, subject, None, segment)


def _ends(domain: Any) -> tuple[Any, Any]:
    try:
        low, high = domain
    except (TypeError, ValueError):
        raise DomainError(
            f"the domain of a function of one variable is a pair (a, b), not {domain!r}"
        ) from None
    return low, high


# the work ------------------------------------------------------------------------------


def _do(step: Step, study: Study, worker: Worker | None, clock: _Clock, work: _Work) -> None:
    if step.needs in work.failed:
        return
    try:
        work.add(step, _part(step, study, worker, clock))
    except Stopped as stop:
        if str(stop).startswith("does not apply"):
            work.left_out.append(f"{step.what} {stop}")
            work.failed.add(step.name)
        else:
            work.miss(step, str(stop))


def _part(step: Step, study: Study, worker: Worker | None, clock: _Clock) -> Part:
    limit = "its budget"
    try:
        if worker is None:
            return done(study, step.name, step.args)
        seconds = clock.share(step.share)
        if seconds <= 0:
            raise Stopped(f"not begun, the {clock.seconds:g} seconds for the page were used up")
        limit = f"{max(seconds, 0.1):.1f} seconds"
        return worker.do(step.name, step.args, seconds)
    except Stopped as stop:
        if str(stop) == "time":
            raise Stopped(f"not finished within {limit}") from None
        raise


def _checked(
    work: _Work, study: Study, worker: Worker | None, clock: _Clock
) -> Iterator[certificates.Checked]:
    """Check each different certificate once; theorems may rest on one that is there already."""
    seen: dict[str, str] = {}
    for proof in work.proofs:
        if proof.certificate.text in seen:
            continue
        seen[proof.certificate.text] = proof.name
        step = Step("", "certificates.checked", "", 0.2, (proof.certificate,))
        try:
            verdict = _part(step, study, worker, clock).facts["verdict"]
        except Stopped as stop:
            # what was not checked is not put on the page
            work.unfinished.append(f"the check of the certificate {proof.name}: {stop}")
            continue
        yield certificates.Checked(proof.name, proof.certificate, verdict)


# the page ------------------------------------------------------------------------------


def _page(
    title: str,
    study: Study,
    work: _Work,
    checked: list[certificates.Checked],
    command: str | None,
) -> Report:
    by_text = {item.certificate.text: item.name for item in checked}
    links = {
        proof.name.removeprefix("theorem-"): certificates.anchor_of(by_text[proof.certificate.text])
        for proof in work.proofs
        if proof.name.startswith("theorem-") and proof.certificate.text in by_text
    }
    if work.findings:
        work.blocks[THEOREMS] = [theorems.listing(work.findings, links)]
    sections = [section(name, blocks) for name, blocks in work.sections()]
    if checked:
        sections.append(section("Certificates", [certificates.listing(checked)]))
    body = join(sections, "\n")
    html = document(title, _lead(study), work.heads.items(), body, _footer(work, command))
    facts = {
        "title": title,
        **as_data(work.facts),
        "theorems": {f.theorem: f.standing.value for f in work.findings},
        "certificates": [
            {
                "name": item.name,
                "statement": item.certificate.statement,
                "bytes": item.size,
                "outcome": item.outcome,
            }
            for item in checked
        ],
        "unfinished": work.unfinished,
        "left_out": work.left_out,
    }
    return Report(html, facts)


def _lead(study: Study) -> Html:
    net = study.net
    words: list[Content] = []
    if net is not None:
        inputs = f"{net.n_inputs:,} input{'s' * (net.n_inputs > 1)}"
        outputs = f"{net.n_outputs:,} output{'s' * (net.n_outputs > 1)}"
        words.append(
            f"A network with {inputs}, {net.num_neurons:,} neurons in {len(net.widths)} "
            f"layer{'s' * (len(net.widths) != 1)}, and {outputs}"
        )
    if study.function is not None:
        low, high = study.f.domain
        words.append(", on " if words else "A piecewise-linear function on ")
        if not study.is_bounded and all(isinstance(end, float) for end in (low, high)):
            words.append("the whole line")
        else:
            left, right = (isinstance(end, float) for end in (low, high))
            words += ["(" if left else "[", exact(low), ", ", exact(high), ")" if right else "]"]
        if study.f.is_self_map and study.is_bounded:
            words.append(", which it maps into itself")
    return join([*words, ", read exactly."])


def _footer(work: _Work, command: str | None) -> Html:
    import plsym

    parts: list[Content] = [
        paragraph(
            f"Made by plsym {plsym.__version__}. No tolerance decides anything here: numbers are "
            "exact, lie in brackets with proved ends, or are called undecided. ~ marks decimals "
            "of exact numbers that are too long to be written out; pictures are drawn with "
            "floats. A weight that is a float is taken as the rational number that it is."
        )
    ]
    if work.unfinished:
        parts.append(
            paragraph(
                f"Not everything was finished in the time given ({len(work.unfinished)} of the "
                "steps); a page made with more seconds says more."
            )
        )
    if command:
        parts.append(paragraph("Made with ", tag("code", command)))
    return tag("footer", *parts)
