"""Which float type holds all weights of a network, for formats that store floats."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from plsym.errors import ModelFormatError
from plsym.exact.dyadics import ExactArray
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork

__all__ = ["shared_type"]


def _parameters(node: Node) -> dict[str, ExactArray]:
    values = {f.name: getattr(node.op, f.name) for f in fields(node.op)}  # type: ignore[arg-type]
    return {name: v for name, v in values.items() if isinstance(v, ExactArray)}


def shared_type(network: ReLUNetwork, target: str) -> type[np.floating[Any]]:
    """Return float32 if it holds all weights exactly, otherwise float64.

    Raises
    ------
    ModelFormatError
        If a weight is no double; the message names the node and ``target``.
    """
    narrow = True
    for node in network.nodes:
        for name, array in _parameters(node).items():
            if not array.is_dyadic:
                raise ModelFormatError(
                    f"{name} of node {node.name!r} has entries that are no doubles (such as 1/3), "
                    f"so {target} cannot hold them exactly; save as .json"
                )
            with np.errstate(over="ignore", under="ignore"):
                narrow = narrow and bool((array.mid.astype(np.float32) == array.mid).all())
    return np.float32 if narrow else np.float64
