"""Pictures of two-dimensional subdivisions as SVG; floats are good enough to look at."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.regions.decisions import DecisionMap
from plsym.regions.explored import Explored
from plsym.regions.linear import LinearRegions

__all__ = ["decision_svg", "regions_svg"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# Okabe and Ito's colours, which colour-blind readers tell apart, and more behind them
COLOURS = (
    "#56b4e9",
    "#e69f00",
    "#009e73",
    "#f0e442",
    "#cc79a7",
    "#0072b2",
    "#d55e00",
    "#999999",
    "#b3de69",
    "#bc80bd",
)
PALE = ("#dbe9f6", "#fde0c5", "#d5ecd4", "#e8dff0", "#fbf3c0", "#f6d5dc", "#d8efee", "#ececec")
_SIDE, _LEFT, _TOP, _BOTTOM, _LEGEND = 600.0, 62.0, 34.0, 48.0, 170.0


def regions_svg(found: LinearRegions, title: str = "") -> str:
    """Draw the linear regions of a bounded two-dimensional domain.

    Parameters
    ----------
    found : LinearRegions
    title : str, optional

    Returns
    -------
    str
        An SVG document: regions in pale colours, neighbours in different ones as far as
        eight colours go; facets thin, those that cancel dotted.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, or the domain is unbounded.
    """
    canvas = _Canvas(found._explored, title)
    label = found.labels("connected")
    colour = _coloured(found, label)
    canvas.fill(colour[label], PALE)
    hidden = set(found._merging.tolist())
    count = found._complex.lattice.faces[1].count
    canvas.edges([e for e in range(count) if e not in hidden], "#44546a", 0.5)
    canvas.edges(sorted(hidden), "#8a94a6", 0.5, "1.5 2.5")
    words = [f"{found.num_cells:,} cells", f"{int(label.max()) + 1:,} linear regions"]
    return canvas.document(words, [])


def decision_svg(
    decisions: DecisionMap, title: str = "", names: Sequence[str] | None = None
) -> str:
    """Draw which output is the largest on a bounded two-dimensional domain.

    Parameters
    ----------
    decisions : DecisionMap
    title : str, optional
    names : sequence of str, optional
        Of the outputs.

    Returns
    -------
    str
        An SVG document: one colour an output, the decision boundary bold, facets thin.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, the domain is unbounded, or names are missing.
    """
    explored = decisions._explored
    last = max(decisions.classes)
    if names is not None and len(names) <= last:
        raise DomainError(f"{len(names)} names for outputs up to number {last}")
    canvas = _Canvas(explored, title)
    canvas.fill(decisions.winners, COLOURS)
    complex_ = explored.complex
    lattice = complex_.lattice
    sides = lattice.sides.view
    inner = (sides >= 0).all(axis=1)
    border = inner & (decisions.winners[sides[:, 0]] != decisions.winners[sides[:, 1]])
    stage = complex_.line_source.view[lattice.faces[1].lines.view[:, 0], 0]
    neurons = stage < len(complex_.chart.stages) - 2
    # where cells crowd, thin lines would hide the colours
    clear = min(1.0, (5000 / len(decisions)) ** 0.5)
    shown = np.flatnonzero(neurons & inner & ~border).tolist()
    canvas.edges(shown, "#ffffff", 0.5, opacity=clear)
    canvas.edges(np.flatnonzero(border).tolist(), "#111111", 1.6)
    total = canvas.areas.sum()
    legend = []
    for k in decisions.classes:
        share = canvas.areas[decisions.winners == k].sum() / total
        name = names[k] if names is not None else f"output {k}"
        legend.append((COLOURS[k % len(COLOURS)], f"{name}  {100 * share:.1f}%"))
    # the cells of the network: without the cuts where outputs agree
    before = complex_.patterns[-1][:, : complex_.offsets[-3]]
    count = len(np.unique(before, axis=0)) if before.shape[1] else 1
    return canvas.document([f"{count:,} activation regions"], legend)


class _Canvas:
    def __init__(self, explored: Explored, title: str) -> None:
        complex_ = explored.complex
        if complex_.d != 2 or explored.chart.lineality or len(explored.chart.embedding) != 2:
            raise DomainError(
                "pictures are drawn of two dimensions; take a box of two inputs, or a plane"
            )
        if explored.incidence.infinite.any():
            raise DomainError("pictures are drawn of bounded domains; give a box")
        self._explored = explored
        self._title = title
        points = complex_.points.view
        flat = points[:, :2] / points[:, 2:]
        if not explored.chart.is_identity:
            matrix = np.array([[float(v) for v in row] for row in explored.chart.embedding])
            flat = flat @ matrix[:, :2].T + matrix[:, 2]
        self._low, self._high = flat.min(axis=0), flat.max(axis=0)
        extent = self._high - self._low
        shape = extent / extent.max() if extent.max() < 3 * extent.min() else np.ones(2)
        self._size = _SIDE * shape
        unit = (flat - self._low) / extent
        self._at = np.stack(
            [_LEFT + unit[:, 0] * self._size[0], _TOP + (1 - unit[:, 1]) * self._size[1]], axis=1
        )
        self._polygons = [explored.incidence.polygon(c) for c in range(complex_.num_cells)]
        self.areas = np.array([_area(flat[p]) for p in self._polygons])
        self._body: list[str] = []

    def _path(self, numbers: Sequence[int], closed: bool) -> str:
        words = " ".join(f"{x:.2f},{y:.2f}" for x, y in self._at[list(numbers)])
        return f"M{words}{'Z' if closed else ''}"

    def fill(self, colour: Indices, palette: Sequence[str]) -> None:
        for k in np.unique(colour).tolist():
            cells = np.flatnonzero(colour == k).tolist()
            path = "".join(self._path(self._polygons[c], True) for c in cells)
            paint = palette[k % len(palette)]
            # a hair of stroke closes the seams between neighbours
            self._body.append(
                f'<path d="{path}" fill="{paint}" stroke="{paint}" stroke-width=".4"/>'
            )

    def edges(
        self,
        numbers: Sequence[int],
        colour: str,
        width: float,
        dashes: str = "",
        opacity: float = 1.0,
    ) -> None:
        if not numbers:
            return
        ends = self._explored.complex.lattice.ends.view
        path = "".join(self._path(ends[e].tolist(), False) for e in numbers)
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._body.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
            f'stroke-linecap="round" stroke-opacity="{opacity:.2f}"{dash}/>'
        )

    def document(self, words: Sequence[str], legend: Sequence[tuple[str, str]]) -> str:
        w, h = self._size
        right = _LEGEND if legend else 24.0
        width, height = _LEFT + w + right, _TOP + h + _BOTTOM
        plane = self._explored.chart.plane is not None
        names = ("s", "t") if plane else ("x\u2080", "x\u2081")
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" font-family="sans-serif" font-size="12" '
            'fill="#222">',
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            *self._body,
            f'<rect x="{_LEFT}" y="{_TOP}" width="{w:.2f}" height="{h:.2f}" fill="none" '
            'stroke="#222"/>',
        ]
        head = escape(self._title)
        tail = escape(", ".join(words))
        out.append(f'<text x="{_LEFT}" y="{_TOP - 12}" font-weight="bold">{head}</text>')
        out.append(
            f'<text x="{_LEFT + w:.1f}" y="{_TOP - 12}" text-anchor="end" fill="#555">{tail}</text>'
        )
        for axis in (0, 1):
            low, high = float(self._low[axis]), float(self._high[axis])
            for tick in _ticks(low, high):
                share = (tick - low) / (high - low)
                if axis == 0:
                    x = _LEFT + share * w
                    out.append(f'<path d="M{x:.2f},{_TOP + h:.2f}v5" stroke="#222"/>')
                    out.append(
                        f'<text x="{x:.2f}" y="{_TOP + h + 18:.2f}" text-anchor="middle">'
                        f"{tick:g}</text>"
                    )
                else:
                    y = _TOP + (1 - share) * h
                    out.append(f'<path d="M{_LEFT},{y:.2f}h-5" stroke="#222"/>')
                    out.append(
                        f'<text x="{_LEFT - 9}" y="{y + 4:.2f}" text-anchor="end">{tick:g}</text>'
                    )
        out.append(
            f'<text x="{_LEFT + w / 2:.1f}" y="{_TOP + h + 38:.1f}" text-anchor="middle" '
            f'font-style="italic">{names[0]}</text>'
        )
        out.append(
            f'<text x="14" y="{_TOP + h / 2:.1f}" text-anchor="middle" '
            f'font-style="italic">{names[1]}</text>'
        )
        for k, (colour, name) in enumerate(legend):
            y = _TOP + 6 + 24 * k
            x = _LEFT + w + 16
            out.append(f'<rect x="{x:.1f}" y="{y}" width="14" height="14" fill="{colour}"/>')
            out.append(f'<text x="{x + 21:.1f}" y="{y + 11}">{escape(name)}</text>')
        out.append("</svg>\n")
        return "\n".join(out)


def _area(corners: Floats) -> float:
    x, y = corners[:, 0], corners[:, 1]
    return float(abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers between two."""
    raw = (high - low) / 5
    scale = 10.0 ** floor(log10(raw))
    step = next(f * scale for f in (1, 2, 2.5, 5, 10) if f * scale >= raw * 0.99)
    first = int(np.ceil(low / step - 1e-9))
    return [k * step for k in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def _coloured(found: LinearRegions, label: Indices) -> Indices:
    """A colour for each region, greedily different from its neighbours'."""
    sides = found._complex.lattice.sides.view
    inner = sides[(sides >= 0).all(axis=1)]
    near: dict[int, set[int]] = {}
    for a, b in label[inner].tolist():
        if a != b:
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
    colour = np.full(int(label.max()) + 1, -1, dtype=np.intp)
    n = len(PALE)
    for region in range(len(colour)):
        used = {int(colour[r]) for r in near.get(region, ())}
        # start somewhere else each time, so that all colours occur
        free = [c % n for c in range(region, region + n) if c % n not in used]
        colour[region] = free[0] if free else region % n
    return colour
