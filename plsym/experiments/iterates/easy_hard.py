"""Compositions that a network can learn, and compositions that no small network can."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import count
from typing import TYPE_CHECKING, Any

import plsym as pl
from plsym.depth.calculator import DepthRow, Separation
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import to_float, to_num
from plsym.experiments.iterates.targets import THRESHOLD, label_table, map_of, points_of, trained
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, run_units, seeds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["easy_hard"]

TASKS = ("regression", "classification")
FULL = {
    "slopes": ("1.618", "golden"),
    "compositions": (8, 40),
    "depths": (1, 2, 3, 4, 5),
    "width": 20,
    "points": 10_000,
    "epochs": 1500,
    "batch": 500,
    "rate": 0.005,
    "trials": 1,
}
QUICK = {
    "slopes": ("1.618",),
    "compositions": (4, 40),
    "depths": (1, 4),
    "points": 2000,
    "epochs": 60,
    "batch": 200,
    "rate": 0.01,
}
REFERENCES = (
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, Better depth-width trade-offs for neural "
    "networks through the lens of dynamical systems, ICML 2020, arXiv:2003.00777 (the experiment: "
    "map, width, depths, compositions, points, Adam and epochs are theirs; interval, batch, "
    "learning rate and threshold are ours)",
)
BOUND = "certified: no network of these widths does better (windows, lobes, crossings)"
BUDGET = "a network of widths n_i has at most prod(n_i + 1) pieces"


def easy_hard(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    slopes: Sequence[str] | None = None,
    compositions: Sequence[int] | None = None,
    depths: Sequence[int] | None = None,
    width: int | None = None,
    points: int | None = None,
    epochs: int | None = None,
    batch: int | None = None,
    rate: float | None = None,
    trials: int | None = None,
) -> Result:
    """Train networks of growing depth on f^8 and f^40, f(x) = s|x| - 1 on [-1, 1].

    With 40 compositions no network of width 20 and up to five hidden layers comes near the
    function, with 8 some do: the depth-width trade-off of ICML 2020, with the exact error
    of each trained network between the certified bound and the best constant.

    Parameters
    ----------
    quick : bool
        One slope, two depths, 2,000 points, 60 epochs, and 4 compositions instead of 8,
        which are learnt in that time.
    seed : int
        Of the points, the initial weights and the batches.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a trained network.
    progress : bool or callable
    slopes : sequence of str
        Exact numbers such as "1.618" or "golden"; at most the golden ratio, so that
        [-1, 1] is mapped into itself with room for a cycle of period 3 at "golden" alone.
    compositions, depths : sequence of int
        The numbers t of compositions, and of hidden layers.
    width, points, epochs, batch, trials : int
        Neurons a layer; training points, uniform on [-1, 1]; epochs of Adam; points a
        batch; networks for each case.
    rate : float
        Adam's learning rate, which falls to 0 along a cosine.

    Returns
    -------
    Result
        Tables ``errors``, ``bounds`` and ``labels``; figures ``errors`` and ``labels``.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Labels are the exact values of f^t at the points, rounded to the nearest double; errors
    of trained networks are integrals in closed form over all of [-1, 1], not sums over the
    sample, and are kept as enclosures of width 2^-60.  Classification asks for
    [f^t >= -5/16].  The table ``labels`` says what float programs would have made of the
    labels.  The quick run takes about half a minute, the full one about half an hour.

    Examples
    --------
    >>> tiny = pl.experiments.easy_hard(
    ...     slopes=["1.618"], compositions=[3], depths=[1], width=4, points=64, epochs=2
    ... )
    >>> tiny.holds, tiny.table("bounds").column("pieces of f^t")
    (True, [6])
    """
    given = {
        "slopes": slopes,
        "compositions": compositions,
        "depths": depths,
        "width": width,
        "points": points,
        "epochs": epochs,
        "batch": batch,
        "rate": rate,
        "trials": trials,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    results = run_units(
        "easy-hard",
        trained,
        _units(settings, seed),
        out=out,
        executor=executor,
        progress=progress,
        needs=("torch",),
    )
    separations = {
        (s, t): pl.separation(
            map_of(s), t, (settings["width"],) * max(settings["depths"]), threshold=THRESHOLD
        )
        for s in settings["slopes"]
        for t in settings["compositions"]
    }
    errors = _errors(results)
    bounds = _bounds(separations, settings["depths"])
    shown = points_of(min(settings["points"], 2000), seeds(seed, 1)[0])
    labels = label_table(settings["slopes"], settings["compositions"], shown)
    result = Result(
        "easy-hard",
        "Easy and hard compositions: error against depth",
        {"seed": seed, "quick": quick, **settings},
        (errors, bounds, labels),
        tuple(_comparisons(results, separations)),
        tuple(_remarks(errors, bounds, labels)),
        REFERENCES,
        {
            "errors": lambda: _error_figure(errors, bounds, settings),
            "labels": lambda: _label_figure(labels, settings),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for key in ("compositions", "depths", "width", "points", "batch", "trials"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if min(values) < 1:
            raise DomainError(f"{key} = {settings[key]}: at least 1 is needed")
    if settings["epochs"] < 0 or settings["rate"] <= 0:
        raise DomainError("epochs must be 0 or more, and the learning rate positive")
    for slope in settings["slopes"]:
        if not map_of(slope).is_self_map:
            raise DomainError(f"slope {slope}: [-1, 1] is not mapped into itself; take at most 2")
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    fixed = {key: settings[key] for key in ("width", "points", "epochs", "batch", "rate")}
    cases = [
        (slope, t, depth, task, trial)
        for slope in settings["slopes"]
        for t in settings["compositions"]
        for depth in settings["depths"]
        for task in TASKS
        for trial in range(settings["trials"])
    ]
    data, *starts = seeds(seed, 1 + len(cases))
    return {
        f"{slope} t={t} depth={depth} {task} {trial}": {
            "slope": slope,
            "t": t,
            "depth": depth,
            "task": task,
            "data": data,
            "seed": start,
            **fixed,
        }
        for (slope, t, depth, task, trial), start in zip(cases, starts, strict=True)
    }


def _errors(results: dict[str, Any]) -> Table:
    rows = [
        (
            *found["case"],
            found["pieces"],
            Enclosure(*found["error"]),
            Enclosure(*found["square"]) if "square" in found else None,
            found["sample"],
        )
        for found in results.values()
    ]
    return Table(
        "errors",
        ("slope", "t", "task", "depth", "pieces", "exact error", "exact MSE", "on the sample"),
        tuple(rows),
        "Trained networks: exact mean |f^t - g| or share of wrong labels over [-1, 1]; on the "
        "sample: mean squared error or share of wrong labels",
    )


def _row(separation: Separation, depth: int) -> DepthRow:
    return separation.rows[depth - 1]


def _half(value: Any) -> Any:
    if isinstance(value, Enclosure):
        return Enclosure(value.lower / 2, value.upper / 2)
    return value / 2


def _bounds(separations: dict[tuple[str, int], Separation], depths: Sequence[int]) -> Table:
    rows = [
        (
            slope,
            t,
            depth,
            found.pieces,
            _row(found, depth).pieces,
            _row(found, depth).l1.value / 2,
            _half(found.constant.l1),
            _half(found.constant.square),
            _row(found, depth).classification.value / 2,
            _half(found.constant.classification),
            _row(found, depth).fails_from,
        )
        for (slope, t), found in separations.items()
        for depth in depths
    ]
    return Table(
        "bounds",
        (
            "slope",
            "t",
            "depth",
            "pieces of f^t",
            "most pieces",
            "mean error at least",
            "best constant",
            "best constant, MSE",
            "wrong labels at least",
            "best constant, labels",
            "fails from t",
        ),
        tuple(rows),
        "Certified for every network of these widths",
    )


def _comparisons(
    results: dict[str, Any], separations: dict[tuple[str, int], Separation]
) -> list[Comparison]:
    found: list[Comparison] = []
    for (slope, t), separation in separations.items():
        if slope != "golden":
            continue
        laps = pl.lap_numbers(map_of(slope), t)[-1]
        source = "2 F_(t+1) for Fibonacci numbers F, by the covering graph of the 3-cycle"
        found.append(
            Comparison.exactly(f"laps of f^{t}, slope golden", 2 * _fibonacci(t + 1), laps, source)
        )
        for row in separation.rows if t == max(t for _, t in separations) else ():
            first = next(k for k in count(1) if 2 * _fibonacci(k + 1) > row.pieces)
            found.append(
                Comparison.exactly(
                    f"first t at which depth {row.depth} fails, slope golden",
                    first,
                    row.fails_from,
                    "2 F_(t+1) > prod(n_i + 1)",
                )
            )
    for name, result in results.items():
        slope, t, task, depth = result["case"]
        row = _row(separations[slope, t], depth)
        bound = row.l1 if task == "regression" else row.classification
        error = Enclosure(*result["error"])
        if bound.value:  # nothing is compared with nothing
            found.append(Comparison.at_least(f"error, {name}", bound.value / 2, error, BOUND))
        found.append(Comparison.at_most(f"pieces, {name}", row.pieces, result["pieces"], BUDGET))
    return found


def _fibonacci(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def _remarks(errors: Table, bounds: Table, labels: Table) -> list[str]:
    words = []
    for slope, t in dict.fromkeys(zip(bounds.column("slope"), bounds.column("t"), strict=True)):
        mine = [r for r in errors.rows if r[:3] == (slope, t, "regression")]
        known = [r for r in bounds.rows if r[:2] == (slope, t)]
        first, last = float(mine[0][5]), float(mine[-1][5])
        words.append(
            f"Slope {slope}, {t} compositions: the exact mean error goes from {first:.4f} at depth "
            f"{mine[0][3]} to {last:.4f} at depth {mine[-1][3]}; the best constant has "
            f"{_decimal(known[0][6])}, and no network of depth {known[-1][2]} is below "
            f"{_decimal(known[-1][5])}."
        )
    worst = max(labels.rows, key=lambda row: row[5])
    words.append(
        f"Labels of f^{worst[1]} (slope {worst[0]}) from a {worst[2]} program are off by more than "
        f"1/10 at {100 * float(worst[5]):.1f}% of the points; in training all labels were exact."
    )
    return words


def _decimal(value: Any) -> str:
    return f"{_double(value):.4f}"


def _double(value: Any) -> float:
    return float(value) if isinstance(value, (float, Enclosure)) else to_float(to_num(value))


def _error_figure(errors: Table, bounds: Table, settings: dict[str, Any]) -> Figure:
    from plsym.plotting.errors import error_by_depth
    from plsym.plotting.style import figure

    ts, depths = settings["compositions"], settings["depths"]
    made, axes = figure(len(TASKS), len(ts), size=(3.4 * len(ts), 5.2), squeeze=False)
    columns = {"regression": (5, 6), "classification": (8, 9)}
    names = {"regression": "mean of $|f^{\\,t} - g|$", "classification": "share of wrong labels"}
    for i, task in enumerate(TASKS):
        least, constant = columns[task]
        for j, t in enumerate(ts):
            ax = axes[i, j]
            known = [r for r in bounds.rows if r[1] == t]
            for k, slope in enumerate(settings["slopes"]):
                mine = [r for r in errors.rows if r[:3] == (slope, t, task)]
                error_by_depth(
                    depths,
                    [[float(r[5]) for r in mine if r[3] == depth] for depth in depths],
                    ax,
                    # slopes share their axes: what is drawn holds for each of them
                    bounds=None
                    if k
                    else [min(float(r[least]) for r in known if r[2] == d) for d in depths],
                    best=None if k else max(_double(r[constant]) for r in known),
                    label=f"trained, $s$ = {slope}",
                    series=k,
                )
            ax.set_yscale("linear")
            ax.set_ylim(bottom=0)
            ax.set_ylabel(f"{names[task]}, $t = {t}$")
            if (i, j) != (0, 0):
                ax.get_legend().remove()
    axes[0, 0].get_legend().remove()
    _legend(made, axes[0, 0], 4 if len(ts) > 1 else 2)
    return made


def _legend(made: Figure, ax: Any, columns: int) -> None:
    """One legend over all axes."""
    from plsym.plotting.style import style

    handles, words = ax.get_legend_handles_labels()
    with style():
        made.legend(handles, words, loc="outside upper center", ncols=min(columns, len(words)))


def _label_figure(labels: Table, settings: dict[str, Any]) -> Figure:
    from plsym.plotting.style import COLORS, LINES, MARKERS, figure

    made, axes = figure(1, 2, size=(6.8, 2.8), squeeze=False)
    pairs = [(s, kind) for s in settings["slopes"] for kind in ("float32", "float64")]
    for slope, kind in pairs:
        mine = [r for r in labels.rows if r[0] == slope and r[2] == kind]
        k, m = settings["slopes"].index(slope), int(kind == "float64")
        style = {
            "color": COLORS[k],
            "linestyle": LINES[m],
            "marker": MARKERS[k],
            "markersize": 3.5,
            "label": f"$s$ = {slope}, {kind}",
        }
        steps = [r[1] for r in mine]
        axes[0, 0].plot(steps, [r[3] for r in mine], **style)
        axes[0, 1].plot(steps, [100 * float(r[6]) for r in mine], **style)
    axes[0, 0].set_yscale("log")
    axes[0, 0].set_ylabel("mean error of a label")
    axes[0, 1].set_ylabel("labels on the wrong side (%)")
    for ax in axes[0]:
        ax.set_xlabel("compositions $t$")
    _legend(made, axes[0, 0], 4)
    return made
