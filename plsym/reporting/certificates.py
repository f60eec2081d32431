"""Certificates as links that hold them, each checked before it is put on the page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from plsym.certificates.certificate import Certificate, check
from plsym.reporting.numbers import shortened, size
from plsym.reporting.page import Content, Html, anchor, badge, join, paragraph, tag
from plsym.reporting.study import Part, Study
from plsym.verdict import Outcome, Verdict

__all__ = ["LARGEST", "Checked", "checked", "listing"]

LARGEST = 1_500_000
"""Bytes of a certificate beyond which the page does not carry it."""


@dataclass(frozen=True)
class Checked:
    """A certificate with what `plsym.check` says of it.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    certificate : Certificate
    verdict : Verdict
    """

    name: str
    certificate: Certificate
    verdict: Verdict

    @property
    def size(self) -> int:
        """Of the file, in bytes."""
        return len(self.content)

    @property
    def content(self) -> bytes:
        """Of the file: what `Certificate.save` writes."""
        return (self.certificate.text + "\n").encode()

    @property
    def outcome(self) -> str:
        """In a word."""
        return self.verdict.outcome.value


def checked(study: Study, certificate: Certificate) -> Part:
    """Check one certificate; nothing of the study is used."""
    del study
    return Part(facts={"verdict": check(certificate)})


def anchor_of(name: str) -> str:
    """The name of the element that holds a certificate."""
    return f"certificate-{anchor(name)}"


def listing(items: Sequence[Checked]) -> Html:
    """All certificates with their statements, sizes, verdicts and links."""
    words = paragraph(
        "Each file can be checked by somebody who trusts neither this page nor the program that "
        "made it: ",
        tag("code", "plsym check FILE"),
        " takes the standard library of Python alone, computes with integers and fractions, and "
        "believes nothing in the file. It was run on each before the page was made.",
    )
    return join([words, tag("ul", *(_entry(item) for item in items), class_="files")])


def _entry(item: Checked) -> Html:
    name = f"{item.name}.json"
    link: Content = tag("b", f"{name}, too large for this page")
    if item.size <= LARGEST:
        data = base64.b64encode(item.content).decode()
        link = tag("a", name, href=f"data:application/json;base64,{data}", download=name)
    return tag(
        "li",
        link,
        _verdict(item),
        tag("span", size(item.size), class_="size"),
        tag("span", shortened(item.certificate.statement, 700), class_="statement"),
        id=anchor_of(item.name),
    )


def _verdict(item: Checked) -> Html:
    verdict = item.verdict
    if verdict.outcome is Outcome.PROVED:
        return badge("PROVED", "good")
    return join([badge(verdict.outcome.name, "bad"), " ", shortened(verdict.reason)])
