"""What a certificate claims, as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plsym.certificates.codec import Data

__all__ = ["statement"]


def statement(claim: Data) -> str:
    """The claim in words; nothing in it is checked here."""
    kind = claim["kind"].text()
    words = _WORDS.get(kind)
    if words is None:
        claim["kind"].fail(f"one of {', '.join([*_WORDS, 'all'])}")
    return words(claim)


def _show(data: Data, name: str) -> str:
    """A number as it is written, cut short."""
    value: Any = data[name].value
    if isinstance(value, list):
        value = " + ".join(f"({c}) a^{k}" if k else str(c) for k, c in enumerate(value))
    text = str(value) if not isinstance(value, dict) else "an algebraic number"
    return text if len(text) <= 60 else text[:57] + "..."


def _some(data: Data, name: str) -> str:
    items = [str(item.value) for item in data[name]]
    text = ", ".join(items[:30]) + (", ..." if len(items) > 30 else "")
    return text if len(text) <= 200 else text[:197] + "..."


def _period(claim: Data) -> str:
    text = f"f has a point of least period {_show(claim, 'period')}"
    if claim.has("radius"):
        text += f", and so has each continuous map nearer to f than {_show(claim, 'radius')}"
    return text


def _no_period(claim: Data) -> str:
    if claim.has("level"):
        return f"f has no period 2^i q with odd q > 1 and i <= {_show(claim, 'level')}"
    return f"f has no point of least period {_show(claim, 'period')}"


def _cycles(claim: Data) -> str:
    text = f"f has exactly {len(claim['points'])} isolated cycles of period "
    text += _show(claim, "period")
    if len(claim["intervals"]):
        text += f", and cycles of that period in {len(claim['intervals'])} intervals"
    return text


def _growth(claim: Data) -> str:
    parts = []
    if claim.has("exact"):
        exact = claim["exact"]
        coefficients = _some(exact, "minimal_polynomial")
        ends = [str(item.value) for item in exact["interval"]]
        parts.append(
            f"is the root in ({', '.join(ends)})"[:120]
            + f" of the polynomial with coefficients {coefficients} from low to high degree"
        )
    if claim.has("lower"):
        parts.append(f"is at least {_show(claim, 'lower')}")
    if claim.has("upper"):
        parts.append(f"is at most {_show(claim, 'upper')}")
    return "the growth number of f " + ", ".join(parts)


def _count(claim: Data) -> str:
    what = claim["of"].text()
    levels = {
        "crossings": lambda: f" of {_show(claim, 'low')} and {_show(claim, 'high')}",
        "threshold": lambda: f" intervals of {_show(claim, 'low')}",
    }.get(what, lambda: "")()
    return f"f^{_show(claim, 'power')} has {_show(claim, 'count')} {what[:20]}{levels}"


def _distance(claim: Data) -> str:
    kind = claim["of"].text()
    what = {
        "L1": "at L1 distance at least",
        "classification": "on the wrong side of the threshold on a length of at least",
    }.get(kind, "")
    return (
        f"continuous functions with {_show(claim, 'pieces')} pieces are {what} "
        f"{_show(claim, 'bound')} from f^{_show(claim, 'power')}"
    )


def _regions(claim: Data) -> str:
    what = {
        "cells": "cells on which all units keep their signs",
        "connected": "linear regions (open, connected)",
        "affine": "different affine maps",
    }.get(claim["of"].text(), "")
    place = "on a plane" if claim.has("plane") else "on its input space"
    sides = len(claim["half_spaces"])
    part = f", within {sides} half-spaces" if sides else ""
    return f"the network has {_show(claim, 'count')} {what} {place}{part}"


def _all(claim: Data) -> str:
    return "; ".join(
        _WORDS[kind](one)
        for one in claim["claims"]
        if (kind := one["kind"].text()) in _WORDS and kind != "all"
    )


_WORDS: dict[str, Callable[[Data], str]] = {
    "value": lambda c: f"f({_show(c, 'point')}) = {_show(c, 'value')}",
    "orbit": lambda c: f"the {len(c['points'])} points listed are an orbit of f",
    "eventual period": lambda c: (
        f"{_show(c, 'point')} falls into a cycle of period {_show(c, 'period')} "
        f"after {_show(c, 'preperiod')} steps"
    ),
    "period": _period,
    "no period": _no_period,
    "cycles": _cycles,
    "periods": lambda c: (
        f"the periods of f up to {_show(c, 'up_to')} are {_some(c, 'periods') or 'none'}"
    ),
    "period set": lambda c: (
        f"the periods of f are {_show(c, 'strongest')} and all that it forces in Sharkovsky's order"
    ),
    "covers": lambda c: (
        f"{len(c['edges'])} covers by f^{_show(c, 'power')} hold between "
        f"{len(c['points'])} points, and no others"
    ),
    "growth": _growth,
    "count": _count,
    "distance": _distance,
    "equal": lambda c: "f and the other function are equal",
    "regions": _regions,
    "network": lambda c: "the network computes f",
    "all": _all,
}
