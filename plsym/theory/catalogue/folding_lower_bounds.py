"""Folding networks have as many regions as the lower bounds say."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.networks.network import ReLUNetwork
from plsym.regions.counting import count_regions
from plsym.regions.examples import montufar_network, most_pieces_network, zigzag_network
from plsym.regions.formulas import (
    montufar_lower_bound,
    pascanu_lower_bound,
    serra_lower_bound,
    serra_upper_bound,
)
from plsym.theory.case import Case
from plsym.theory.constants import chain
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM", "serra_example"]


def serra_example() -> ReLUNetwork:
    """Two inputs, widths 6 and 6: six lines in general position in each of 16 squares."""
    normals = [(3, 1), (1, 1), (1, 3), (-1, 2), (-1, 1), (-2, 1)]
    offsets = (0, 1, 5, 13, 29, 47)
    return zigzag_network(
        2,
        3,
        [
            (normal, Fraction(sum(normal), 2) + Fraction(c, 2000))  # type: ignore[misc]
            for normal, c in zip(normals, offsets, strict=True)
        ],
    )


def _rule(case: Case, subject: Any, bound: str = "montufar") -> None:
    net = chain(case, subject, "folding-lower-bounds")
    inputs, widths = net.n_inputs, net.widths
    formulas = {
        "pascanu": pascanu_lower_bound,
        "montufar": montufar_lower_bound,
        "serra": serra_lower_bound,
    }
    case.require("the bound is one of pascanu, montufar, serra", bound in formulas, bound)
    least = 3 * inputs if bound == "serra" else inputs
    case.require(
        f"all widths are at least {least}", all(n >= least for n in widths), f"widths {widths}"
    )
    value = formulas[bound](inputs, widths)
    found = count_regions(net, definition="activation")
    top = serra_upper_bound(inputs, widths)
    case.numbers |= {"regions": found, "bound": value, "upper bound": top}
    # others of these widths may have fewer: the theorem says that one has as many
    case.require(
        f"this network is a witness: it has at least {value} regions",
        found >= value,
        f"{found} activation regions",
    )
    case.conclude(
        f"some network of widths {widths} has at least {value} regions, the bound of {bound}",
        found >= value,
        f"this one has {found}; at most {top} are possible",
    )
    if bound == "montufar":
        older = pascanu_lower_bound(inputs, widths)
        case.conclude("that is at least the bound of Pascanu et al.", value >= older, f"{older}")


THEOREM = Theorem(
    "folding-lower-bounds",
    "Some network with n_0 inputs has at least prod floor(n_l/n_0)^(n_0) Zas(n_L, n_0) regions "
    "(Montufar et al.), with floor(n_l/n_0) + 1 if all widths are at least 3 n_0 (Serra et al.).",
    "R. Pascanu, G. Montufar, Y. Bengio (2013); G. Montufar, R. Pascanu, K. Cho, Y. Bengio, "
    "NeurIPS 2014, Theorem 4; T. Serra et al., ICML 2018 (Theorem 6 of the ICLR 2018 submission)",
    _rule,
    (
        Instance("Montufar's network of widths 4, 4", montufar_network, {"bound": "montufar"}),
        Instance("a zigzag network of widths 6, 6", serra_example, {"bound": "serra"}),
        Instance(
            "one input, widths 3, 3, 3",
            lambda: most_pieces_network((3, 3, 3)),
            {"bound": "serra"},
        ),
        Instance(
            "widths 4, 4, too narrow for the bound of Serra",
            montufar_network,
            {"bound": "serra"},
        ),
    ),
)
