"""The step about a network along a segment of its input space."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from plsym.reporting.numbers import MINUS, exact
from plsym.reporting.page import Content, Html, facts, paragraph, table, tag
from plsym.reporting.pictures import pair, picture
from plsym.reporting.study import Part, Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from plsym.piecewise.function import PiecewiseLinear

__all__ = ["images", "segment"]

_OUTPUTS = 16
_SHOWN = 12  # transitions listed


def segment(study: Study) -> Part:
    """Transitions, pieces, and the outputs as functions of t."""
    path = study.path
    net = study.network
    count = path.statistics
    rows: list[tuple[Content, Content]] = [
        ("Transitions", path.num_transitions),
        ("Pieces of the output", path.num_pieces),
        ("Activation patterns", path.num_patterns),
        (
            "Decisions",
            f"{count.filtered:,} by floats with bounds, {count.refined:,} refined, "
            f"{count.exact:,} exact",
        ),
    ]
    words = paragraph(
        f"The network along p + t (q {MINUS} p), t from 0 to 1. A transition is a neuron that "
        "changes its activation."
    )
    layers = table(
        "Layer by layer",
        ("layer", "neurons", "transitions", "pieces so far"),
        zip(
            range(len(net.widths)),
            net.widths,
            path.transitions_per_layer,
            path.pieces_per_layer,
            strict=True,
        ),
    )
    chosen = range(min(net.n_outputs, _OUTPUTS))
    outputs = {k: path.component(k) for k in chosen}
    left = net.n_outputs - len(outputs)
    grid = table(
        "Outputs as functions of t",
        ("output", "pieces", "laps", "Lipschitz constant", "at t = 0", "at t = 1"),
        (
            (k, f.num_pieces, f.lap_number, *(exact(v) for v in (f.lipschitz, f(0), f(1))))
            for k, f in outputs.items()
        ),
        note=f"and {left:,} more" if left else None,
    )
    blocks = [
        words,
        facts(rows, "Along the segment"),
        layers,
        grid,
        _drawing(outputs),
        *_events(study),
    ]
    data = {
        "transitions": path.num_transitions,
        "pieces": path.num_pieces,
        "transitions_per_layer": path.transitions_per_layer,
        "pieces_per_layer": path.pieces_per_layer,
    }
    heads: tuple[tuple[str, Content], ...] = (("Transitions on the segment", path.num_transitions),)
    return Part(tuple(blocks), {"segment": data}, heads)


def _drawing(outputs: dict[int, PiecewiseLinear]) -> Html:
    from plsym.plotting import COLORS, LINES, plot

    def draw(ax: Axes) -> None:
        for k, f in outputs.items():
            look = {"color": COLORS[k % 7], "linestyle": LINES[k // 7 % len(LINES)]}
            plot(f, ax, label=str(k), **look)
        ax.set_xlabel("$t$")
        ax.set_ylabel("output" if len(outputs) == 1 else "outputs")
        if len(outputs) > 1:
            ax.legend(
                title="output", loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=2.4
            )

    return picture(
        "outputs",
        f"{len(outputs)} outputs of the network along the segment",
        "The outputs along the segment.",
        draw,
        size=(3.9, 2.9) if len(outputs) > 1 else None,
    )


def _events(study: Study) -> list[Html]:
    path = study.path
    if not path.num_transitions:
        return []
    shown = path.transitions[:_SHOWN]
    left = path.num_transitions - len(shown)
    return [
        tag("h3", "Transitions"),
        table(
            "Neurons that change, in the order of t",
            ("t", "layer", "neuron", "before", "after"),
            ((exact(e.t), e.layer, e.neuron, str(e.before), str(e.after)) for e in shown),
            note=f"and {left:,} more" if left else None,
        ),
    ]


def images(study: Study) -> Part:
    """The images of the segment in the first layers and the last, two dimensions of each."""
    from plsym.plotting import trajectory

    path, net = study.path, study.network
    last = len(net.layers) - 1
    figures = [
        picture(
            f"layer-{k}",
            f"The image of the segment in layer {k}, in its two principal directions",
            f"The image in layer {k}, in its two principal directions.",
            partial(trajectory, net, path, layers=k),
            size=(3.4, 2.9),
        )
        for k in sorted({0, 1, 2, last} & set(range(last + 1)))
    ]
    if not figures:
        return Part()
    return Part((tag("h3", "Images in the layers"), pair(*figures)))
