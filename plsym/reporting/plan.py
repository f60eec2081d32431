"""The steps of a report, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plsym.reporting import theorems
from plsym.reporting.study import Study

__all__ = ["THEOREMS", "Step", "planned"]

THEOREMS = "Theorems"
_MOST_INPUTS = 10  # of whole spaces and boxes that are cut into cells


@dataclass(frozen=True)
class Step:
    """One step of the plan.

    Attributes
    ----------
    title : str
        Of the section it belongs to.
    name : str
        The function of `plsym.reporting` that does it, as "module.name".
    what : str
        How its work is called.
    share : float
        The part of the time that it may take.
    args : tuple
        For the function, after the study.
    needs : str
        The step on which it builds; it is left out where that did not succeed.
    """

    title: str
    name: str
    what: str
    share: float
    args: tuple[Any, ...] = ()
    needs: str = ""


def planned(study: Study, with_theorems: bool) -> list[Step]:
    """The steps that make sense for a function or network, with what is known about it."""
    steps: list[Step] = []
    if study.net is not None:
        steps.append(Step("The network", "network.architecture", "its description", 0.1))
    if study.function is not None:
        steps += _function_steps(study)
        if study.net is not None and study.net.widths:
            steps.append(Step("The network", "regions.bounds", "the table of bounds", 0.15))
    elif study.network.n_inputs > 1:
        steps += _region_steps(study)
    if study.segment is not None:
        title = "Along the segment"
        sweep = "segment.segment"
        steps.append(Step(title, sweep, "the sweep of the segment", 0.2))
        images = "the images of the segment in the layers"
        steps.append(Step(title, "segment.images", images, 0.1, needs=sweep))
    if with_theorems:
        title = THEOREMS
        if study.function is not None:
            steps += [
                Step(title, "theorems.verify", name, 0.08, (name, "function"))
                for name in theorems.about_functions()
            ]
        if study.net is not None:
            known = theorems.about_functions() if study.function is not None else ()
            steps += [
                Step(title, "theorems.verify", name, 0.08, (name, "network"))
                for name in theorems.about_networks()
                if name not in known
            ]
    return steps


def _function_steps(study: Study) -> Iterator[Step]:
    title = "The function" if study.net is None else "Its function"
    yield Step(title, "function.about", "measuring the function", 0.2)
    yield Step(title, "function.pieces", "the list of pieces", 0.1)
    yield Step(title, "function.graphs", "the graph", 0.1)
    if study.net is not None:
        yield Step(title, "function.certify", "a certificate of the network's function", 0.05)
    if not study.f.is_self_map:
        return
    growth, periods = "iterates.growth_number", "periods.periods"
    title, further = "Growth of the iterates", "Periods"
    yield Step(title, growth, "the growth number", 0.2)
    yield Step(title, "iterates.counts", "the counts of the iterates", 0.15)
    yield Step(further, periods, "the search for periods", 0.2)
    if study.is_bounded:
        yield Step(title, "iterates.crossings", "the crossings", 0.1, needs=periods)
        yield Step(further, "periods.robust", "how robust a period is", 0.1, needs=periods)
    yield Step(further, "periods.cycles", "the list of cycles", 0.15, needs=periods)
    if study.is_bounded:
        yield Step(further, "periods.cover", "the covering graph", 0.1, needs=periods)
        title = "Depth and width"
        yield Step(title, "depth.depth", "the bounds for networks", 0.25, needs=growth)


def _region_steps(study: Study) -> Iterator[Step]:
    title, cells = "Linear regions", "regions.regions"
    if study.domain is not None or study.network.n_inputs <= _MOST_INPUTS:
        yield Step(title, cells, "the search for cells", 0.3)
        yield Step(title, "regions.drawings", "the pictures of the regions", 0.25, needs=cells)
        if study.network.n_outputs > 1:
            yield Step(title, "regions.decisions", "the decision map", 0.25, needs=cells)
        yield Step(title, "regions.definitions", "the counts by definition", 0.15, needs=cells)
        yield Step(title, "regions.certify", "the certificate of the cells", 0.15, needs=cells)
    yield Step(title, "regions.bounds", "the table of bounds", 0.15)
