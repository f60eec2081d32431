"""A zonotope norm followed by sawtooths: many regions, counted exactly."""

from __future__ import annotations

from typing import Any

from plsym.regions.counting import count_regions
from plsym.regions.examples import zonotope_network
from plsym.regions.formulas import arora_zonotope
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]

_VECTORS = ((1, 0), (0, 1), (1, 1), (1, -2), (2, 1), (-1, 3))


def _rule(case: Case, subject: Any = None, m: int = 3, w: int = 3, k: int = 1) -> None:
    no_subject(subject, "zonotopes", "m, w and k")
    m, w, k = positive(m, "m"), positive(w, "w"), positive(k, "k")
    case.require("2 <= m <= 6 directions", 2 <= m <= 6, f"m = {m}")
    case.require("w >= 2", w >= 2, f"w = {w}")
    net = zonotope_network(_VECTORS[:m], w, k)
    formula = arora_zonotope(2, m, w, k)
    found = count_regions(net)
    case.numbers |= {"regions": found, "formula": formula}
    case.conclude(
        f"it has {k + 1} hidden layers and 2 m + w k = {2 * m + w * k} neurons",
        len(net.widths) == k + 1 and sum(net.widths) == 2 * m + w * k,
        f"widths {net.widths}",
    )
    # for even w the last lap of each sawtooth ends at 0, and outside it stays flat
    extra = int(w % 2 == 0 and k > 1)
    case.conclude(
        f"it has at least 2 Zas(m - 1, 1) w^k = {formula} linear regions",
        found >= formula,
        f"{found}",
    )
    case.conclude(
        "exactly that many, and one flat region more if w is even and k > 1",
        found == formula + extra,
        f"{found} = {formula} + {extra}",
    )


THEOREM = Theorem(
    "zonotopes",
    "The norm sum |<v_i, x>| of m vectors in R^n followed by k sawtooths of w laps has "
    "2 Zas(m - 1, n - 1) w^k linear regions, with k + 1 hidden layers and 2 m + w k neurons.",
    "R. Arora, A. Basu, P. Mianjy, A. Mukherjee, ICLR 2018, Theorem 3.9; the extra flat region of "
    "even w is our finding",
    _rule,
    tuple(
        Instance(f"m = {m}, w = {w}, k = {k}", lambda: None, {"m": m, "w": w, "k": k})
        for m, w, k in ((2, 3, 1), (3, 3, 2), (4, 3, 2), (3, 2, 1), (3, 2, 2))
    ),
)
