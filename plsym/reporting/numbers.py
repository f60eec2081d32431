"""Exact numbers on the page: short ones as they are, long ones as decimals that say so."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plsym.exact.enclosure import Enclosure
from plsym.reporting.page import Content, Html, join, markup, tag
from plsym.shown import as_text

__all__ = [
    "MINUS",
    "RHO",
    "TIMES",
    "count",
    "exact",
    "plural",
    "polynomial",
    "proved_digits",
    "shortened",
    "size",
]

MINUS, RHO, TIMES = "\u2212", "\u03c1", "\u00d7"

_DIGITS = 24  # of a count that is written out: as many as a phone shows in a column
_WHOLE = r"(?![0-9a-f]|\.\.\.)"
_LONG = 30  # digits in a row that a sentence of a theorem may have


def exact(value: Any) -> Html:
    """A number or interval, exactly where that is short; "~" marks a decimal.

    Examples
    --------
    >>> from plsym.reporting.numbers import exact
    >>> exact(pl.golden())
    '<span class="exact">1/2 + 1/2·√5</span>'
    """
    if isinstance(value, Enclosure):
        if value.lower == value.upper:
            return exact(value.lower)
        return tag("span", f"{as_text(value.lower)} .. {as_text(value.upper)}", class_="exact")
    text = as_text(value).replace("inf", "∞")
    text = re.sub(r"sqrt\((\d+)\)", r"√\1", text).replace("*", "·")
    return tag("span", text, class_="exact")


def count(n: int, digits: int = _DIGITS) -> Html:
    """A count in full up to so many digits, then its first digits; "~" says so.

    Examples
    --------
    >>> from plsym.reporting.numbers import count
    >>> count(2**40), count(2**400)
    ('1,099,511,627,776', '~2.582·10<sup>120</sup>')
    """
    text = str(n)
    if len(text.lstrip("-")) <= digits:
        return markup(n)
    first, _, power = f"{Decimal(n):.3e}".partition("e")
    return join([f"~{first}·10", tag("sup", str(int(power)))])


def plural(n: int, name: str) -> str:
    """A count with its noun.

    Examples
    --------
    >>> from plsym.reporting.numbers import plural
    >>> plural(1, "lap"), plural(1000, "lap")
    ('1 lap', '1,000 laps')
    """
    return f"{n:,} {name}" if n == 1 else f"{n:,} {name}s"


def proved_digits(low: Fraction, high: Fraction, most: int = 12) -> str:
    """The decimals that two numbers >= 0 share; "" if they share none.

    Examples
    --------
    >>> from plsym.reporting.numbers import proved_digits
    >>> proved_digits(pl.rational("1.61803"), pl.rational("1.61804"))
    '1.6180…'
    """
    best = ""
    for digits in range(most + 1):
        scale = 10**digits
        units = math.floor(low * scale)
        if units != math.floor(high * scale):
            break
        best = f"{units // scale}" + (f".{units % scale:0{digits}d}" if digits else "")
    return best and best + "…"


def polynomial(coefficients: Sequence[int], name: str = "x") -> Html:
    """A polynomial from its coefficients, from low to high degree.

    Examples
    --------
    >>> from plsym.reporting.numbers import polynomial
    >>> polynomial((1, 2, 1))
    '<i>x</i><sup>2</sup> + 2<i>x</i> + 1'
    """
    parts: list[Content] = []
    for k, c in reversed(list(enumerate(coefficients))):
        if not c:
            continue
        minus = f" {MINUS} " if parts else MINUS
        parts.append(minus if c < 0 else " + " if parts else None)
        if abs(c) != 1 or k == 0:
            parts.append(str(abs(c)))
        if k:
            parts.append(tag("i", name))
        if k > 1:
            parts.append(tag("sup", str(k)))
    return join(parts or ["0"])


def shortened(text: str, most: int = 500) -> str:
    """A sentence without the middle of its longest numbers, and not too long.

    Hexadecimal numbers, which certificates have for long ones, become decimal.

    Examples
    --------
    >>> from plsym.reporting.numbers import shortened
    >>> shortened("x = 1/" + "7" * 80)
    'x = 1/777777…777777 (80 digits)'
    """

    def brief(found: re.Match[str]) -> str:
        digits = found[0]
        return f"{digits[:6]}…{digits[-6:]} ({len(digits)} digits)"

    # what stands before "..." is the beginning of a number, of which nothing more is known
    text = re.sub(rf"0x[0-9a-f]+{_WHOLE}", lambda found: str(int(found[0], 16)), text)
    text = re.sub(rf"(?<![0-9a-fx])\d{{{_LONG},}}{_WHOLE}", brief, text)
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


def size(octets: int) -> str:
    """The size of a file for people.

    Examples
    --------
    >>> from plsym.reporting.numbers import size
    >>> size(700), size(12345)
    ('700 bytes', '12 kB')
    """
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1000:.0f} kB" if octets < 10**6 else f"{octets / 10**6:.1f} MB"
