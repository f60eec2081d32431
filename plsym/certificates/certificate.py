"""`Certificate`: a claim, the function it is about and the evidence, as plain data."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plsym.atomic import write_atomically
from plsym.certificates.checker import FORMAT, KEYS, VERSION, check_text
from plsym.certificates.codec import parse
from plsym.certificates.statements import statement
from plsym.errors import CertificateFormatError
from plsym.verdict import Verdict

__all__ = ["Certificate", "check"]


@dataclass(frozen=True)
class Certificate:
    """A claim with the evidence that lets anybody check it.

    Attributes
    ----------
    text : str
        The certificate as JSON: what is saved, and what `check` reads.

    Examples
    --------
    >>> c = pl.certify.period(pl.stefan_map(3), 7)
    >>> c.statement, pl.check(c).reason
    ('f has a point of least period 7', 'every step holds')
    """

    text: str

    @classmethod
    def of(
        cls,
        claim: Mapping[str, Any],
        function: Mapping[str, Any],
        evidence: Mapping[str, Any],
        field: Mapping[str, Any] | None = None,
    ) -> Certificate:
        """From plain data; nothing is checked."""
        data = {"format": FORMAT, "version": VERSION, "claim": claim, "field": field}
        return cls(
            json.dumps({**data, "function": function, "evidence": evidence}, separators=(",", ":"))
        )

    @property
    def claim(self) -> dict[str, Any]:
        """The claim as plain data."""
        found: dict[str, Any] = self.data["claim"]
        return found

    @property
    def data(self) -> dict[str, Any]:
        """The whole certificate as plain data."""
        found: dict[str, Any] = parse(self.text).only(*KEYS).value
        return found

    @property
    def statement(self) -> str:
        """The claim in words."""
        return statement(parse(self.text)["claim"])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write to a file; an older file is replaced only when all is written."""
        write_atomically(path, (self.text + "\n").encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Certificate:
        """Read from a file.

        Raises
        ------
        CertificateFormatError
            If the file is no UTF-8 text.
        """
        try:
            return cls(Path(path).read_bytes().decode("utf-8").strip())
        except UnicodeDecodeError:
            raise CertificateFormatError(f"{os.fspath(path)}: this is no UTF-8 text") from None

    def __repr__(self) -> str:
        return f"Certificate({self.statement!r}, {len(self.text)} bytes)"


def check(certificate: Certificate | str | os.PathLike[str]) -> Verdict:
    """Check a certificate, believing nothing in it.

    Parameters
    ----------
    certificate : Certificate or path

    Returns
    -------
    Verdict
        PROVED, or REFUTED with the step that fails as its reason; a certificate that
        fails does not prove that its claim is false.

    Raises
    ------
    CertificateFormatError
        If this is no certificate of a known version, or if checking it would cost more
        than any honest certificate of its size does.
    OSError
        If the file cannot be read.

    Notes
    -----
    Exact, with `int` and `fractions.Fraction` alone.  The work is bounded by a multiple
    of the size of the certificate.

    Examples
    --------
    >>> bool(pl.check(pl.certify.growth(pl.tent())))
    True
    """
    if not isinstance(certificate, Certificate):
        certificate = Certificate.load(certificate)
    return check_text(certificate.text)
