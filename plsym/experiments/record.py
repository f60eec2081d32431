"""What an experiment gives: tables, comparisons with theory, figures; and its files."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from plsym.atomic import write_atomically
from plsym.errors import DomainError
from plsym.exact.algebraic import AlgebraicReal
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import to_float, to_num
from plsym.shown import as_data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from plsym.theory.laws import Sample

__all__ = ["Comparison", "Result", "Table", "brief"]

Relation = Literal["=", ">=", "<=", "~"]


@dataclass(frozen=True)
class Table:
    """Numbers of an experiment, one row a case.

    Attributes
    ----------
    name : str
        Part of the name of its file.
    columns : tuple of str
    rows : tuple of tuples
        Numbers (int, Fraction, AlgebraicReal, Enclosure, float for what was measured in
        floats), text, or None where there is nothing.
    caption : str

    Examples
    --------
    >>> from plsym.experiments import Table
    >>> Table("laps", ("n", "laps"), ((1, 2), (2, 4))).column("laps")
    [2, 4]
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise DomainError(
                f"table {self.name!r} has {len(self.columns)} columns, a row has {len(wrong[0])}"
            )

    def column(self, name: str) -> list[Any]:
        """The entries of one column."""
        index = self.columns.index(name)
        return [row[index] for row in self.rows]

    def to_csv(self) -> str:
        """The table as CSV: whole numbers in full, others as the nearest double."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row] for row in self.rows)
        return out.getvalue()

    def to_markdown(self) -> str:
        """The table as Markdown, six digits of what is not whole."""
        lines = [self.columns, ["---"] * len(self.columns)]
        lines += [[brief(value).replace("|", "\\|") for value in row] for row in self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


@dataclass(frozen=True)
class Comparison:
    """A measurement beside what theory says of it.

    Made by `exactly`, `at_least`, `at_most` and `about`, which decide it without rounding.

    Attributes
    ----------
    quantity : str
    theory, measured : number, Enclosure or None
    relation : {"=", ">=", "<=", "~"}
        What theory says: measured = theory, ..., or "~" for the mean of a sample.
    holds : bool or None
        None if enclosures are too wide, or a sample too small, to tell.
    source : str
        The theorem or reference.
    standard_error : float or None
        Of the mean of a sample; a law fails the comparison beyond five of them.

    Examples
    --------
    >>> from plsym.experiments import Comparison
    >>> Comparison.exactly("laps of tent^5", 32, pl.lap_numbers(pl.tent(), 5)[-1]).holds
    True
    >>> print(Comparison.at_least("error", pl.rational("1/4"), pl.rational("1/5")))
    error: measured 0.2, theory >= 0.25: FAILS
    """

    quantity: str
    theory: Any
    relation: Relation
    measured: Any
    holds: bool | None
    source: str = ""
    standard_error: float | None = None

    @classmethod
    def exactly(cls, quantity: str, theory: Any, measured: Any, source: str = "") -> Comparison:
        """Theory gives the number itself; enclosures that meet leave the equality open."""
        both = (_at_most(theory, measured), _at_most(measured, theory))
        holds = False if False in both else None if None in both else True
        return cls(quantity, theory, "=", measured, holds, source)

    @classmethod
    def at_least(cls, quantity: str, theory: Any, measured: Any, source: str = "") -> Comparison:
        """Theory gives a lower bound."""
        return cls(quantity, theory, ">=", measured, _at_most(theory, measured), source)

    @classmethod
    def at_most(cls, quantity: str, theory: Any, measured: Any, source: str = "") -> Comparison:
        """Theory gives an upper bound."""
        return cls(quantity, theory, "<=", measured, _at_most(measured, theory), source)

    @classmethod
    def about(cls, quantity: str, sample: Sample, source: str = "") -> Comparison:
        """Theory gives an expectation: five standard errors are allowed, in exact arithmetic."""
        return cls(quantity, sample.law, "~", sample.mean, sample.agrees, source, sample.error)

    def __str__(self) -> str:
        error = "" if self.standard_error is None else f" +- {self.standard_error:.2g}"
        return (
            f"{self.quantity}: measured {brief(self.measured)}{error}, theory {self.relation} "
            f"{brief(self.theory)}: {_verdict(self.holds)}"
        )


@dataclass(frozen=True)
class Result:
    """What an experiment gives.

    Attributes
    ----------
    name : str
        As on the command line.
    title : str
    settings : mapping
        All that the numbers depend on, the seed included.
    tables : tuple of Table
    comparisons : tuple of Comparison
    remarks : tuple of str
        What the numbers show, in words.
    references : tuple of str
    drawings : mapping of str to callable
        Each draws a figure from the tables; ``figure(name)`` calls it.

    Examples
    --------
    >>> from plsym.experiments import Result, Table
    >>> laps = Table("laps", ("n", "laps"), ((1, 2), (2, 4)))
    >>> result = Result("doubling", "Laps double", {"seed": 0}, (laps,))
    >>> [path.name for path in result.write("out")]
    ['doubling.json', 'doubling-laps.csv', 'doubling.md']
    """

    name: str
    title: str
    settings: Mapping[str, Any]
    tables: tuple[Table, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    remarks: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    drawings: Mapping[str, Callable[[], Figure]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def holds(self) -> bool | None:
        """Whether all comparisons hold; None if none fails but some cannot be told."""
        found = [comparison.holds for comparison in self.comparisons]
        return False if False in found else None if None in found else True

    def table(self, name: str) -> Table:
        """The table of that name."""
        for each in self.tables:
            if each.name == name:
                return each
        raise DomainError(f"no table {name!r}; there are: {[each.name for each in self.tables]}")

    def figure(self, name: str | None = None) -> Figure:
        """Draw a figure: the one of that name, or the first.

        Raises
        ------
        DomainError
            If there is none of that name.
        MissingExtraError
            If matplotlib is not installed.
        """
        if name is None:
            name = next(iter(self.drawings), "")
        if name not in self.drawings:
            raise DomainError(f"no figure {name!r}; there are: {list(self.drawings)}")
        return self.drawings[name]()

    def to_json(self) -> dict[str, Any]:
        """All numbers as plain data: exact ones as "p/q" or as the two ends of an enclosure."""
        return {
            "format": "plsym-experiment",
            "version": 1,
            "name": self.name,
            "title": self.title,
            "settings": as_data(dict(self.settings)),
            "tables": {
                each.name: {
                    "caption": each.caption,
                    "columns": list(each.columns),
                    "rows": as_data(each.rows),
                }
                for each in self.tables
            },
            "comparisons": [
                {
                    "quantity": c.quantity,
                    "theory": as_data(c.theory),
                    "relation": c.relation,
                    "measured": as_data(c.measured),
                    "standard_error": c.standard_error,
                    "holds": c.holds,
                    "source": c.source,
                }
                for c in self.comparisons
            ],
            "remarks": list(self.remarks),
            "references": list(self.references),
        }

    def summary(self) -> str:
        """A short Markdown summary: theory beside measurement, then the tables."""
        parts = [f"# {self.title}"]
        parts += [f"![{name}]({file}.svg)" for name, file in self._figure_files().items()]
        parts += list(self.remarks)
        if self.comparisons:
            rows = tuple(
                (
                    c.quantity,
                    f"{c.relation} {brief(c.theory)}",
                    brief(c.measured)
                    + ("" if c.standard_error is None else f" +- {c.standard_error:.2g}"),
                    _verdict(c.holds),
                    c.source,
                )
                for c in self.comparisons
            )
            head = ("quantity", "theory", "measured", "verdict", "source")
            parts += ["## Theory beside measurement", Table("", head, rows).to_markdown()]
        for each in self.tables:
            parts += [f"## {each.caption or each.name}", each.to_markdown()]
        settings = ", ".join(f"{key} = {value}" for key, value in self.settings.items())
        parts.append(f"Settings: {settings}.")
        if self.references:
            parts.append("\n".join(f"- {reference}" for reference in self.references))
        return "\n\n".join(parts) + "\n"

    def write(self, directory: str | os.PathLike[str]) -> list[Path]:
        """Write the figures (PNG and SVG), the numbers (JSON, CSV) and the summary (Markdown).

        Parameters
        ----------
        directory : path
            Made if it is not there; files of the same names are replaced, each whole.

        Returns
        -------
        list of Path
        """
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        contents = {f"{self.name}.json": json.dumps(self.to_json(), indent=1) + "\n"}
        contents |= {f"{self.name}-{each.name}.csv": each.to_csv() for each in self.tables}
        contents[f"{self.name}.md"] = self.summary()
        files = {name: text.encode() for name, text in contents.items()}
        files = {**self._pictures(), **files}
        for name, content in files.items():
            write_atomically(folder / name, content)
        return [folder / name for name in files]

    def _figure_files(self) -> dict[str, str]:
        alone = len(self.drawings) == 1
        return {name: self.name if alone else f"{self.name}-{name}" for name in self.drawings}

    def _pictures(self) -> dict[str, bytes]:
        if not self.drawings:
            return {}
        from plsym.plotting.style import figure_bytes

        found = {}
        for name, file in self._figure_files().items():
            figure = self.figure(name)
            for kind in ("png", "svg"):
                found[f"{file}.{kind}"] = figure_bytes(figure, kind)
        return found


def _at_most(low: Any, high: Any) -> bool | None:
    """Whether low <= high, decided exactly; None if enclosures leave it open."""
    if low is None or high is None:
        return None
    low_ends, high_ends = _ends(low), _ends(high)
    if low_ends[1] <= high_ends[0]:
        return True
    return False if low_ends[0] > high_ends[1] else None


def _ends(value: Any) -> tuple[Any, Any]:
    if isinstance(value, Enclosure):
        return value.lower, value.upper
    if isinstance(value, float):  # a measurement in floats is the double that it is
        value = Fraction(value)
    return value, value


def _verdict(holds: bool | None) -> str:
    return {True: "holds", False: "FAILS", None: "cannot be told"}[holds]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (bool, int, str)):
        return value
    return repr(_rounded(value))


def brief(value: Any) -> str:
    """A number for a table that people read: six digits unless it is short and exact."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**12 else f"{_rounded(Fraction(value)):.6g}"
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(brief(item) for item in value)
    if isinstance(value, Fraction) and value.denominator == 1:
        return brief(int(value))
    return f"{_rounded(value):.6g}"


def _rounded(value: Any) -> float:
    if isinstance(value, Enclosure):
        return _rounded((value.lower + value.upper) / 2)
    if isinstance(value, (int, Fraction, AlgebraicReal)):
        return to_float(to_num(value))
    return float(value)
