"""Enclosures: an honest answer where an exact one has no finite form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from plsym.errors import DomainError

__all__ = ["Enclosure"]


@dataclass(frozen=True)
class Enclosure:
    """A real number known to lie between two rationals (both included).

    Parameters
    ----------
    lower, upper : Fraction

    Examples
    --------
    >>> e = Enclosure(pl.rational("1/3"), pl.rational("1/2"))
    >>> e.width, e.contains(pl.rational("2/5")), float(e)
    (Fraction(1, 6), True, 0.4166666666666667)
    """

    lower: Fraction
    upper: Fraction

    def __post_init__(self) -> None:
        if self.lower > self.upper:
            raise DomainError(f"the lower end {self.lower} is above the upper end {self.upper}")

    @property
    def width(self) -> Fraction:
        """The distance of the ends."""
        return self.upper - self.lower

    def contains(self, x: Fraction | int) -> bool:
        """Whether a rational lies between the ends."""
        return self.lower <= x <= self.upper

    def rounded(self, bits: int) -> Enclosure:
        """The ends moved outwards to multiples of 2^-bits: shorter numbers, wider by so little.

        Examples
        --------
        >>> Enclosure(pl.rational("1/3"), pl.rational("1/3")).rounded(4)
        Enclosure(lower=Fraction(5, 16), upper=Fraction(3, 8))
        """
        unit = 1 << bits
        return Enclosure(
            Fraction(math.floor(self.lower * unit), unit),
            Fraction(math.ceil(self.upper * unit), unit),
        )

    def __add__(self, other: Enclosure | Fraction | int) -> Enclosure:
        """The enclosure of the sum."""
        if not isinstance(other, Enclosure):
            other = Enclosure(Fraction(other), Fraction(other))
        return Enclosure(self.lower + other.lower, self.upper + other.upper)

    __radd__ = __add__

    def __float__(self) -> float:
        """The midpoint as a double, for plots."""
        return float((self.lower + self.upper) / 2)
