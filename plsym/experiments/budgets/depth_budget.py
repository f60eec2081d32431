"""Most linear regions for a budget of parameters: deep networks against shallow ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from math import isqrt, prod
from typing import TYPE_CHECKING, Any

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.budgets.architectures import best_lower, best_upper, parameter_count
from plsym.experiments.budgets.constructions import best_zonotope, build
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, run_units, seeds
from plsym.regions.formulas import arora_zonotope

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["depth_budget"]

FULL = {"inputs": (1, 2, 3), "depths": (1, 2, 3, 4), "budget": 2000, "counted": 200_000}
QUICK = {"inputs": (1, 2), "budget": 320, "counted": 6_000}
REFERENCES = (
    "G. Montufar, R. Pascanu, K. Cho, Y. Bengio, On the number of linear regions of deep neural "
    "networks, NeurIPS 2014 (the comparison by parameters, and the folding network)",
    "T. Serra, C. Tjandraatmadja, S. Ramalingam, Bounding and counting linear regions of deep "
    "neural networks, ICML 2018 (upper bound; lower bound with zigzags, Theorem 6 of the ICLR "
    "2018 submission; one input, Theorem 5)",
    "R. Arora, A. Basu, P. Mianjy, A. Mukherjee, Understanding deep neural networks with "
    "rectified linear units, ICLR 2018, Theorem 3.9 (zonotopes)",
    "T. Zaslavsky, Facing up to arrangements, Memoirs AMS 154 (1975)",
)
UPPER = "Serra et al., ICML 2018, Theorem 1"
FOLDED = "Montufar et al. 2014, Theorem 4; Serra et al. 2018, Theorem 6"
GENERAL = "Zaslavsky 1975: hyperplanes in general position"
ONE_INPUT = "Serra et al. 2018, Theorem 5"
ZONOTOPE = "Arora et al. 2018, Theorem 3.9"
MEMORY = 30_000_000  # numbers that the search of architectures may keep
PICTURED = 80  # parameters of the networks whose regions are drawn


def depth_budget(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    inputs: Sequence[int] | None = None,
    depths: Sequence[int] | None = None,
    budget: int | None = None,
    counted: int | None = None,
) -> Result:
    """Most linear regions that a number of parameters pays, for each depth.

    The lower bounds of Montufar et al. and Serra et al. and the upper bound of Serra et
    al. are maximised over all architectures of a depth with at most so many weights and
    biases; the architectures that win are built and their regions counted.

    Parameters
    ----------
    quick : bool
        One and two inputs, up to 320 parameters, networks of up to 6,000 regions.
    seed : int
        Nothing here is random; it is kept with the settings.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a curve, then one a network that is counted.
    progress : bool or callable
    inputs, depths : sequence of int
        The numbers of inputs, and of hidden layers.
    budget : int
        The largest number of parameters: weights and biases, one output included.
    counted : int
        Networks with more regions than this, by their lower bound, are not counted.

    Returns
    -------
    Result
        Tables ``bounds``, ``counted`` and ``overtaking``; figures ``regions`` and
        ``pictures`` (where there are networks with two inputs to be drawn).

    Raises
    ------
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Exact integers throughout.  Lower bounds and upper bounds are about activation
    regions; linear regions ("connected") are counted, too.  One hidden layer has no gap:
    n hyperplanes in general position are best.  With one input the bounds meet where all
    layers but the last have three neurons.  Where layers are narrower than twice the
    inputs, the upper curve can be a little above the bound of every single architecture
    (`plsym.experiments.budgets.architectures.best_upper`).  About 3 s quick, 45 s in full.

    Examples
    --------
    >>> found = pl.experiments.depth_budget(inputs=[2], depths=[1, 2], budget=70, counted=400)
    >>> [row[2:7] for row in found.table("counted").rows if row[4] == 67][0]
    ('zigzags', '6-6', 67, 352, 352)
    >>> found.table("overtaking").rows  # one layer is best up to 6, two are better from 49 on
    ((2, 2, 6, 49),)
    """
    given = {"inputs": inputs, "depths": depths, "budget": budget, "counted": counted}
    settings = _checked(chosen(quick, FULL, QUICK, given))
    seeds(seed, 1)
    share: dict[str, Any] = {"out": out, "executor": executor, "progress": progress}
    cases = [(n0, depth) for n0 in settings["inputs"] for depth in settings["depths"]]
    curves = run_units(
        "depth-budget",
        _curve,
        {
            f"{n0} inputs, {depth} layers": {
                "inputs": n0,
                "depth": depth,
                "budget": settings["budget"],
            }
            for n0, depth in cases
        },
        **share,
    )
    by_case = dict(zip(cases, curves.values(), strict=True))
    networks = run_units("depth-budget", _count, _networks(by_case, settings), **share)
    bounds, counts = _bounds(by_case), _counts(networks)
    overtaking = _overtaking(by_case)
    result = Result(
        "depth-budget",
        "Most linear regions for a budget of parameters",
        {"seed": seed, "quick": quick, **settings},
        (bounds, counts, overtaking),
        tuple(_comparisons(counts)),
        tuple(_remarks(counts, overtaking, settings["budget"])),
        REFERENCES,
        {
            "regions": lambda: _regions_figure(by_case, counts),
            **({"pictures": lambda: _pictures(counts)} if _drawn(counts) else {}),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for key in ("inputs", "depths", "budget", "counted"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if min(values) < 1:
            raise DomainError(f"{key} = {settings[key]}: at least 1 is needed")
    if max(settings["inputs"]) > 6:
        raise DomainError(f"inputs = {settings['inputs']}: regions are counted for at most 6")
    least = parameter_count(max(settings["inputs"]), (1,) * max(settings["depths"]))
    most = isqrt(MEMORY // (max(settings["inputs"]) + 1))
    if not least <= settings["budget"] <= most:
        raise DomainError(
            f"budget = {settings['budget']}: from {least}, which one neuron a layer takes, to "
            f"{most}, for which there is memory, are allowed with {max(settings['inputs'])} inputs"
        )
    return settings


def shown_budgets(budget: int) -> list[int]:
    """The budgets that are drawn: eight to each doubling, and the last."""
    steps = [round(4 * 2 ** (k / 8)) for k in range(8 * budget.bit_length())]
    return [*dict.fromkeys(p for p in steps if p < budget), budget]


def counted_budgets(budget: int) -> list[int]:
    """The budgets of the tables, at which networks are built: two to each doubling, the last."""
    steps = [round(10 * 2 ** (k / 2)) for k in range(2 * budget.bit_length())]
    return [*(p for p in steps if p < budget), budget]


# curves --------------------------------------------------------------------------------


def _curve(unit: dict[str, Any]) -> dict[str, Any]:
    """The largest lower and upper bound for each budget, and who has them."""
    case = (unit["inputs"], unit["depth"], unit["budget"])
    upper = best_upper(*case)
    if unit["depth"] == 1:  # the bound is attained
        lower = [upper]
    else:
        lower = [best_lower(*case, "serra"), best_lower(*case, "montufar")]

    def winner(p: int) -> Any:
        return max(lower, key=lambda found: found.values[p])

    return {
        "lower": [max(values) for values in zip(*(found.values for found in lower), strict=True)],
        "upper": list(upper.values),
        "at": [[p, winner(p).widths(p), upper.widths(p)] for p in counted_budgets(unit["budget"])],
    }


Curves = dict[tuple[int, int], dict[str, Any]]


def _bounds(curves: Curves) -> Table:
    rows = []
    for (n0, depth), curve in curves.items():
        for p, low, high in curve["at"]:
            least, most = curve["lower"][p], curve["upper"][p]
            if most:
                shown = (least or None, low and _text(low), most, _text(high))
                rows.append((n0, depth, p, *shown))
    return Table(
        "bounds",
        ("inputs", "hidden layers", "parameters", "lower", "its widths", "upper", "widths"),
        tuple(rows),
        "Most regions with at most so many parameters: some network has the lower number, none "
        "has more than the upper",
    )


def _overtaking(curves: Curves) -> Table:
    rows = []
    for (n0, depth), curve in curves.items():
        if depth == 1 or (n0, 1) not in curves:
            continue
        shallow = curves[n0, 1]["upper"]
        budgets = range(len(shallow))
        ahead = [p for p in budgets if curve["upper"][p] > shallow[p]]
        behind = [p for p in budgets if curve["lower"][p] <= shallow[p]]
        first = behind[-1] + 1
        rows.append(
            (n0, depth, (ahead or [len(shallow)])[0] - 1, first if first < len(shallow) else None)
        )
    return Table(
        "overtaking",
        ("inputs", "hidden layers", "one layer is best up to", "more layers are ahead from"),
        tuple(rows),
        "Budgets at which deep networks overtake those with one hidden layer, proved by the bounds",
    )


# networks ------------------------------------------------------------------------------


def _networks(curves: Curves, settings: dict[str, Any]) -> dict[str, Any]:
    """The architectures that win at some budgets, and those of other constructions."""
    found: dict[str, Any] = {}

    def add(family: str, n0: int, widths: Sequence[int], lower: int) -> None:
        if lower <= settings["counted"]:
            unit = {"family": family, "inputs": n0, "widths": list(widths), "lower": lower}
            found.setdefault(f"{family} {n0} {' '.join(map(str, widths))}", unit)

    for (n0, depth), curve in curves.items():
        at = {p: low for p, low, _ in curve["at"]}
        for p in counted_budgets(settings["budget"]):
            if at[p]:
                family = "arrangement" if depth == 1 else "zigzags"
                add(family, n0, at[p], curve["lower"][p])
            if depth > 1 and n0 > 1 and (widths := best_zonotope(n0, depth, p)):
                lower = arora_zonotope(n0, widths[0] // 2, widths[-1], depth - 1)
                add("zonotope", n0, widths, lower)
    if (2, 2) in curves and settings["budget"] >= 37:
        add("Montufar", 2, (4, 4), pl.montufar_lower_bound(2, (4, 4)))
    return found


def _count(unit: dict[str, Any]) -> dict[str, Any]:
    """Count the regions of one network in the whole space."""
    net = build(unit["family"], unit["inputs"], unit["widths"])
    found = pl.linear_regions(net)
    return {**unit, "activation": found.count("activation"), "connected": found.count("connected")}


def _counts(networks: dict[str, Any]) -> Table:
    rows = [
        (
            unit["inputs"],
            len(unit["widths"]),
            unit["family"],
            _text(unit["widths"]),
            parameter_count(unit["inputs"], unit["widths"]),
            unit["lower"],
            unit["activation"],
            unit["connected"],
            pl.serra_upper_bound(unit["inputs"], unit["widths"]),
        )
        for unit in networks.values()
    ]
    return Table(
        "counted",
        (
            "inputs",
            "hidden layers",
            "construction",
            "widths",
            "parameters",
            "lower bound",
            "activation regions",
            "linear regions",
            "upper bound",
        ),
        tuple(sorted(rows, key=lambda row: (row[0], row[1], row[2], row[4]))),
        "Networks that were built and counted exactly, over the whole input space",
    )


# what is said and drawn ------------------------------------------------------------------


def _comparisons(counts: Table) -> list[Comparison]:
    largest = {(row[0], row[1], row[2]): row for row in counts.rows}
    found = []
    for n0, _, family, text, _, lower, regions, linear, upper in largest.values():
        name = f"{_inputs(n0)}, widths {text}, {family}"
        widths = _widths(text)
        if family == "arrangement":
            exact = pl.zaslavsky(widths[0], n0)
            found.append(Comparison.exactly(f"regions, {name}", exact, regions, GENERAL))
        elif family == "zonotope":
            found.append(Comparison.at_least(f"linear regions, {name}", lower, linear, ZONOTOPE))
        elif n0 == 1 and min(widths[:-1]) >= 3 and widths[-1] >= 2:
            exact = prod(n + 1 for n in widths)
            found.append(Comparison.exactly(f"pieces, {name}", exact, linear, ONE_INPUT))
        else:
            found.append(Comparison.at_least(f"regions, {name}", lower, regions, FOLDED))
            found.append(Comparison.at_most(f"regions, {name}", upper, regions, UPPER))
    outside = [
        row
        for row in counts.rows
        if (row[7] if row[2] == "zonotope" else row[6]) < row[5] or row[6] > row[8]
    ]
    name = f"networks of {len(counts.rows)} whose count is outside its bounds"
    return [*found, Comparison.exactly(name, 0, len(outside), "all of the above")]


def _text(widths: Sequence[int]) -> str:
    return "-".join(map(str, widths))


def _widths(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("-")))


def _inputs(n: int) -> str:
    return f"{n} input{'s' * (n > 1)}"


def _remarks(counts: Table, overtaking: Table, budget: int) -> list[str]:
    words = []
    for n0, depth, still, first in overtaking.rows:
        ahead = (
            f"from {first} on some network with {depth} has more"
            if first is not None
            else f"no construction is sure to be ahead up to {budget}"
        )
        words.append(
            f"{_inputs(n0)}: up to {still} parameters no network with {depth} hidden layers has "
            f"more activation regions than the best with one; {ahead}."
        )
    if counts.rows:
        most = max(counts.rows, key=lambda row: row[6])
        words.append(
            f"{len(counts.rows)} networks were built and counted; the largest, of widths "
            f"{most[3]} on {_inputs(most[0])}, has {most[6]} activation regions and "
            f"{most[7]} linear regions with {most[4]} parameters."
        )
    return words


def _regions_figure(curves: Curves, counts: Table) -> Figure:
    from plsym.plotting.style import COLORS, INK, MARKERS, figure, style

    inputs = list(dict.fromkeys(n0 for n0, _ in curves))
    depths = list(dict.fromkeys(depth for _, depth in curves))
    with style():
        made, axes = figure(1, len(inputs), size=(max(3.4, 2.5 * len(inputs)), 2.8), squeeze=False)
        for ax, n0 in zip(axes[0], inputs, strict=True):
            for k, depth in enumerate(depths):
                color, marker = COLORS[k % 7], MARKERS[k % 8]
                lower, upper = curves[n0, depth]["lower"], curves[n0, depth]["upper"]
                drawn = shown_budgets(len(upper) - 1)
                possible = [p for p in drawn if upper[p]]
                sure = [p for p in drawn if lower[p]]
                name = f"{depth} hidden layer{'s' * (depth > 1)}"
                low, high = ([values[p] for p in sure] for values in (lower, upper))
                ax.plot(sure, low, color=color, label=name)
                if depth > 1:
                    dots = {"linestyle": ":", "linewidth": 0.9}
                    ax.plot(possible, [upper[p] for p in possible], color=color, **dots)
                    ax.fill_between(sure, low, high, color=color, alpha=0.13, linewidth=0)
                built = [r for r in counts.rows if r[:2] == (n0, depth) and r[2] != "zonotope"]
                ax.plot([r[4] for r in built], [r[6] for r in built], marker, color=color)
            ax.set_xscale("log")
            ax.set_yscale("log")
            ax.set_xlabel("parameters")
            ax.set_title(_inputs(n0))
        axes[0, 0].set_ylabel("activation regions")
        handles = axes[0, 0].get_legend_handles_labels()[0]
        grey = [
            axes[0, -1].plot([], [], "-", color=INK, label="some network has as many")[0],
            axes[0, -1].plot([], [], ":", color=INK, label="no network has more")[0],
            axes[0, -1].plot([], [], "o", color=INK, label="counted")[0],
        ]
        columns = min(1 + len(inputs), 4)
        made.legend(handles=[*handles, *grey], loc="outside upper left", ncols=columns)
    return made


def _drawn(counts: Table) -> list[tuple[Any, ...]]:
    """The network with two inputs to be drawn for each depth: the best for 80 parameters."""
    rows = [r for r in counts.rows if r[0] == 2 and r[4] <= PICTURED]
    best = {r[1]: r for r in rows if r[2] in ("arrangement", "zigzags")}
    return list(best.values())


def _pictures(counts: Table) -> Figure:
    from plsym.plotting.regions import regions
    from plsym.plotting.style import figure, style

    rows = _drawn(counts)
    with style():
        made, axes = figure(1, len(rows), size=(2.1 * len(rows), 2.5), squeeze=False)
        for ax, row in zip(axes[0], rows, strict=True):
            found = pl.linear_regions(build(row[2], 2, _widths(row[3])), [(0, 1), (0, 1)])
            regions(found, ax, by="pattern")
            ax.set_title(f"widths {row[3]}\n{found.count('activation')} regions")
            ax.set_xlabel("$x_1$")
            ax.set_ylabel("$x_2$" if ax is axes[0, 0] else "")
    return made
