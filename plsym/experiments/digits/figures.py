"""Figures of `digits_baselines`: accuracy, segments, one segment in detail, a triangle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import plsym as pl
from plsym.experiments.digits.baselines import MODELS
from plsym.experiments.record import Table
from plsym.experiments.regions.probing import exact_rows, mean
from plsym.interop.extras import require
from plsym.networks.formats.json import from_data
from plsym.plotting.regions import decisions
from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, legend_above, style
from plsym.regions.decisions import decision_map

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["accuracy_figure", "course_figure", "segment_figure", "triangle_figure"]

_STEPS = 7  # images on the way
_CORNERS = ((0, 0), (1, 0), (0, 1))
_SHIFTS = ((-14, 2), (2, -14), (-14, -2))  # of their images, in points


def _image(sample: Any) -> Any:
    side = int(len(sample) ** 0.5)
    return sample.reshape(side, side)


@style()
def accuracy_figure(spaces: Table, networks: Table) -> Figure:
    """Test accuracy of the subspaces against their dimension, and of the networks."""
    made, ax = figure()
    right = [100 * float(v) for v in spaces.column("test accuracy")]
    ax.plot(spaces.column("dimension"), right, marker=MARKERS[0], label="subspaces")
    for k, model in enumerate(MODELS, start=1):
        share = mean([row[4] for row in networks.rows if row[0] == model])
        ax.axhline(100 * float(share), color=COLORS[k], linestyle=LINES[k], label=model)
    ax.set_xlabel("singular vectors of each class")
    ax.set_ylabel("right on the test set (%)")
    legend_above(ax)
    return made


@style()
def segment_figure(results: Sequence[Mapping[str, Any]]) -> Figure:
    """Pieces of each segment, and how often the decision changes on the way."""
    made, (left, right) = figure(1, 2)
    for i, model in enumerate(MODELS):
        for j, kind in enumerate(("same", "different")):
            mine = [
                s
                for f in results
                if f["model"] == model
                for s in f["segments"]
                if s["kind"] == kind
            ]
            look: dict[str, Any] = {
                "color": COLORS[j],
                "marker": MARKERS[j],
                "markerfacecolor": COLORS[j] if i == 0 else "white",
            }
            pieces = sorted(s["pieces"] for s in mine)
            center = 2.4 * i + j
            # beside each other in the order of size, so that all are seen
            at = center + np.linspace(-0.3, 0.3, len(pieces))
            left.plot(at, pieces, linestyle="none", **look)
            middle = float(mean(pieces))
            left.hlines(middle, center - 0.42, center + 0.42, color=INK, linewidth=1)
            counts = Counter(len(s["winners"]) - 1 for s in mine)
            changes = range(max(counts) + 1)
            shares = [100 * counts[n] / len(mine) for n in changes]
            words = "one class" if kind == "same" else "two classes"
            right.plot(changes, shares, linestyle=LINES[i], label=f"{model}, {words}", **look)
    left.set_xticks([2.4 * i + 0.5 for i in range(len(MODELS))], MODELS)
    left.tick_params(axis="x", length=0)
    left.set_ylim(bottom=0)
    left.set_ylabel("pieces (bars: means)")
    right.set_xlabel("changes of the decision")
    right.set_ylabel("segments (%)")
    right.xaxis.get_major_locator().set_params(integer=True)
    right.set_ylim(bottom=0)
    handles, labels = right.get_legend_handles_labels()
    made.legend(handles, labels, loc="outside upper center", ncols=4)
    return made


@style()
def course_figure(courses: Mapping[str, Mapping[str, Any]], x_test: Any) -> Figure:
    """One segment between two digits: the images, and the scores of the classes that win."""
    ends = next(iter(courses.values()))["ends"]
    made, axes = figure(
        1 + len(courses), 1, size=(3.4, 4.8), height_ratios=[0.5, *[1.0] * len(courses)]
    )
    strip, *panels = axes
    p, q = x_test[ends]
    for k in range(_STEPS):
        t = k / (_STEPS - 1)
        image = _image((1 - t) * p + t * q)
        half = 0.45 / (_STEPS - 1)
        box = (t - half, t + half, 0.0, 1.0)
        strip.imshow(image, cmap="gray_r", vmin=0, vmax=1, extent=box, aspect="auto")
    strip.set_xlim(-0.5 / (_STEPS - 1), 1 + 0.5 / (_STEPS - 1))
    strip.set_axis_off()
    winners = sorted({w for course in courses.values() for w in course["winners"]})
    for ax, (model, course) in zip(panels, courses.items(), strict=True):
        scores = np.array(course["scores"])
        for k in range(scores.shape[1]):
            if k not in winners:
                ax.plot(course["t"], scores[:, k], color="#BBBBBB", linewidth=0.6, zorder=1)
        for n, k in enumerate(winners):
            look = {"color": COLORS[n % 7], "linestyle": LINES[n % len(LINES)]}
            ax.plot(course["t"], scores[:, k], label=f"{k}", zorder=3, **look)
        for place in course["places"]:
            ax.axvline(place, color=INK, linewidth=0.7, linestyle=(0, (1, 2)), zorder=2)
        pieces = len(course["t"]) - 1
        ax.set_ylabel("score")
        ax.set_title(f"{model}: {pieces} pieces", loc="right")
        ax.set_xlim(-0.5 / (_STEPS - 1), 1 + 0.5 / (_STEPS - 1))
    panels[-1].set_xlabel("position $t$ on the segment")
    handles, labels = panels[0].get_legend_handles_labels()
    made.legend(handles, labels, loc="outside lower center", ncols=7, title="digit")
    return made


@style()
def triangle_figure(networks: Mapping[str, Any], triangles: Table, samples: Any) -> Figure:
    """Decisions of each network in the triangle between three samples, with its regions."""
    made, axes = figure(1, len(networks), size=(7.0, 3.1), squeeze=False)
    boxes = require("matplotlib.offsetbox", "plot")
    p, q, r = exact_rows(samples)
    for ax, (model, data) in zip(axes[0], networks.items(), strict=True):
        stages, domain = from_data(data).stages, pl.plane(p, q, r)
        found = decision_map(stages, domain, False, None)
        *_, border = decisions(found, ax, names=[str(k) for k in range(10)])
        border.set_snap(False)  # its short parts would be moved to pixels one by one
        ax.get_legend().set_title("digit")
        first = next(row for row in triangles.rows if row[0] == model)
        ax.set_title(f"{model}: {first[3]:,} linear regions")
        for sample, corner, shift in zip(samples, _CORNERS, _SHIFTS, strict=True):
            image = boxes.OffsetImage(_image(sample), zoom=2.6, cmap="gray_r")
            look = {"xybox": shift, "boxcoords": "offset points", "pad": 0.1}
            ax.add_artist(boxes.AnnotationBbox(image, corner, **look))
        ax.set_axis_off()
    return made
