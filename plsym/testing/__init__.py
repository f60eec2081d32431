"""Hypothesis strategies for exact numbers, PL functions and ReLU networks.

functions  scalars, piecewise_linear_functions, self_maps, domain_points
nets       networks (generic and degenerate), segments

They lean towards what breaks geometry software: plateaus, knots that merge,
breakpoints on the ends of the domain, duplicate, dead and antiparallel neurons,
neurons 1e-12 apart, slopes that cancel.  Needs ``pip install plsym[test]``.
"""

from __future__ import annotations

from plsym.errors import MissingExtraError

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as error:
    raise MissingExtraError(
        "plsym.testing needs hypothesis, which is not installed; run: pip install plsym[test]"
    ) from error

from plsym.testing.functions import (
    domain_points,
    piecewise_linear_functions,
    scalars,
    self_maps,
)
from plsym.testing.nets import networks, segments

__all__ = [
    "domain_points",
    "networks",
    "piecewise_linear_functions",
    "scalars",
    "segments",
    "self_maps",
]
