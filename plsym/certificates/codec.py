"""Certificates as JSON: a strict reader that says where something is wrong.

Only objects, lists, strings, small integers, null and booleans are accepted.  A
rational is a string "p/q" or "p", in decimal digits or, for long numbers, hexadecimal
("0x1f/0x20"); a number of the certificate's field is the list of its coefficients.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NoReturn

from plsym.errors import CertificateFormatError

__all__ = ["Data", "StepFailed", "Work", "integer_text", "parse", "rational_text"]

_RATIONAL = re.compile(r"(-?)(?:0x([0-9a-f]+)(?:/0x([0-9a-f]+))?|([0-9]+)(?:/([0-9]+))?)", re.ASCII)
_WORD = re.compile(r"[0-9]{1,6}( [0-9]{1,6})*", re.ASCII)
_DECIMAL_DIGITS = 4000  # decimal digits cost their square to read; longer numbers are hexadecimal
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # escapes of surrogates: half of what cannot be printed
_SMALL = 1 << 53  # integers that every JSON reader keeps
_LONGEST = 1 << 28


class StepFailed(Exception):
    """A step of a certificate does not hold; the message names it."""


class Work:
    """A bound on what checking may cost: proportional to the size of the certificate.

    One unit is about one operation of a list, or on numbers of one machine word.
    """

    def __init__(self, size: int) -> None:
        self.limit = 12_000_000 + 4_000 * size
        self.spent = 0

    def spend(self, units: int) -> None:
        """Count units of work, and stop where no honest certificate of that size gets."""
        self.spent += units
        if self.spent > self.limit:
            raise CertificateFormatError(
                f"checking needs more than {self.limit} operations, the limit for a file of "
                "this size; give the evidence in more and smaller steps"
            )


def parse(text: str | bytes) -> Data:
    """Read JSON text.

    Raises
    ------
    CertificateFormatError
        If it is no JSON, holds a float, a repeated key or surrogates, is nested too deeply
        or is longer than 256 MiB.
    """
    if len(text) > _LONGEST:
        raise CertificateFormatError(f"the text is longer than {_LONGEST} bytes")
    try:
        whole = text if isinstance(text, str) else text.decode()
        if _HALF.search(whole):
            raise CertificateFormatError("the text escapes surrogates; no certificate needs them")
        whole.encode()  # a string can hold bare surrogates
        value = json.loads(
            whole,
            parse_int=_small_integer,
            parse_float=_no_float,
            parse_constant=_no_float,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise CertificateFormatError("the JSON is nested too deeply") from None
    except UnicodeError:
        raise CertificateFormatError("the file is no UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise CertificateFormatError(f"this is no JSON: {error}") from None
    return Data(value, "certificate")


def _small_integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) >= _SMALL:
        raise CertificateFormatError(
            f'the integer {digits[:20]}... is too long for JSON; write "0x..." in a string'
        )
    return int(digits)


def _no_float(digits: str) -> NoReturn:
    raise CertificateFormatError(f'{digits[:40]} is no exact number; write "p/q" in a string')


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) < len(pairs):
        raise CertificateFormatError("an object holds a key twice")
    return out


class Data:
    """A JSON value and where it stands, with one method for each type that is expected."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path

    def fail(self, expected: str) -> NoReturn:
        """Say what is expected here."""
        shown = repr(self.value) if not isinstance(self.value, (dict, list)) else "something else"
        if len(shown) > 60:
            shown = shown[:60] + "..."
        raise CertificateFormatError(f"{self.path}: {expected} is expected, not {shown}")

    def only(self, *names: str) -> Data:
        """Insist on an object that holds no other keys."""
        if not isinstance(self.value, dict):
            self.fail("an object")
        strange = sorted(set(self.value) - set(names))
        if strange:
            raise CertificateFormatError(f"{self.path}: the key {strange[0][:40]!r} is not known")
        return self

    def has(self, name: str) -> bool:
        """Whether a key is there and not null."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def __getitem__(self, name: str) -> Data:
        if not isinstance(self.value, dict):
            self.fail("an object")
        if name not in self.value:
            raise CertificateFormatError(f"{self.path}: the key {name!r} is missing")
        return Data(self.value[name], f"{self.path}.{name}")

    def __iter__(self) -> Iterator[Data]:
        if not isinstance(self.value, list):
            self.fail("a list")
        return (Data(item, f"{self.path}[{i}]") for i, item in enumerate(self.value))

    def __len__(self) -> int:
        if not isinstance(self.value, list):
            self.fail("a list")
        return len(self.value)

    def words(self, letters: int) -> list[list[int]]:
        """A list of words such as "0 2 1", of integers below a bound."""
        words = []
        for item in self:
            if not isinstance(item.value, str) or _WORD.fullmatch(item.value) is None:
                item.fail('a word such as "0 2 1"')
            words.append([int(k) for k in item.value.split(" ")])
        if any(max(word) >= letters for word in words):
            raise CertificateFormatError(f"{self.path}: letters go from 0 to {letters - 1}")
        return words

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            self.fail("a string")
        value: str = self.value
        return value

    def choice(self, *allowed: str) -> str:
        """One of a few words."""
        if self.value not in allowed or not isinstance(self.value, str):
            self.fail(f"one of {', '.join(allowed)}")
        return self.value

    def integer(self, low: int, high: int | None = None) -> int:
        """An integer within bounds: a small JSON number, or hexadecimal digits."""
        value = self.value
        if isinstance(value, str) and re.fullmatch(r"-?0x[0-9a-f]+", value, re.ASCII):
            value = int(value, 16)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail('an integer, or "0x..." in a string,')
        if value < low or (high is not None and value > high):
            bound = f"from {low} on" if high is None else f"from {low} to {high}"
            self.fail(f"an integer {bound}")
        return value

    def rational(self) -> Fraction:
        """An exact rational."""
        match = _RATIONAL.fullmatch(self.value) if isinstance(self.value, str) else None
        if match is None:
            self.fail('a rational number as a string "p/q"')
        minus, p, q, whole, part = match.groups()
        if p is not None:
            numerator, denominator = int(p, 16), int(q or "1", 16)
        elif max(len(whole), len(part or "")) > _DECIMAL_DIGITS:
            self.fail(f"hexadecimal digits for a number of more than {_DECIMAL_DIGITS} digits")
        else:
            numerator, denominator = int(whole), int(part or "1")
        if denominator == 0:
            self.fail("a denominator other than 0")
        return Fraction(-numerator if minus else numerator, denominator)


def rational_text(value: Fraction) -> str:
    """Write a rational: in decimal digits while people can read it, else hexadecimal."""
    p, q = value.numerator, value.denominator
    if max(abs(p), q) >= 10**40:
        return f"{p:#x}/{q:#x}" if q > 1 else f"{p:#x}"
    return f"{p}/{q}" if q > 1 else str(p)


def integer_text(value: int) -> int | str:
    """Write an integer: as a JSON number if every reader keeps it, else hexadecimal."""
    return value if abs(value) < _SMALL else f"{value:#x}"
