"""Exact breakpoints, pieces, laps and crossings of ReLU networks and PL functions.

exact      numbers: the input gate, integers, number fields, decisions of signs
piecewise  functions of one variable, curves, and counts of iterates
networks   networks as exact PL maps, restriction to lines, realization
depth      what iterates prove about the depth and width of networks
regions    linear regions of networks with several inputs
dynamics   periodic points, covers, growth numbers; certify writes them as certificates
certificates  claims as plain data, and the small checker that believes nothing
theory     theorems of the literature, verified on an instance
plotting, experiments, reporting  pictures; the literature's experiments; pages
interop    PyTorch, ONNX, scikit-learn: the only place that imports them
testing    hypothesis strategies for all of these; cli: the `plsym` command

Everything public is here, as ``import plsym as pl``; names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plsym import certify, experiments, plotting
    from plsym.batch import sweep
    from plsym.certificates.certificate import Certificate, check
    from plsym.config import Budget
    from plsym.depth.calculator import Separation, minimum_width, separation
    from plsym.depth.labels import label_quality
    from plsym.depth.optimal import best_approximation
    from plsym.dynamics.chaos import OddChaos, li_yorke, odd_chaos
    from plsym.dynamics.covers import (
        cover_graph,
        loop_point,
        markov_partition,
        primitive_loops,
    )
    from plsym.dynamics.cycles import Cycle, cycles
    from plsym.dynamics.degree import lap_degree
    from plsym.dynamics.growth import Growth, growth
    from plsym.dynamics.kneading import itinerary, kneading_sequence
    from plsym.dynamics.orbits import eventual_period, least_period, orbit
    from plsym.dynamics.periodic import periodic_orbits
    from plsym.dynamics.periods import periods
    from plsym.dynamics.periodset import PeriodSet, period_set
    from plsym.dynamics.renormalize import Renormalization, renormalize
    from plsym.dynamics.robust import RobustPeriod, loop_margin, robust_period
    from plsym.dynamics.sharkovsky import forced_periods, sharkovsky_precedes
    from plsym.errors import (
        BudgetExceeded,
        CertificateFormatError,
        DomainError,
        FieldMismatchError,
        FormulaError,
        InexactInputError,
        MissingExtraError,
        ModelFormatError,
        PlsymError,
        UndecidedError,
        UnsupportedLayerError,
        WorkerError,
    )
    from plsym.exact.algebraic import algebraic, golden, sqrt
    from plsym.exact.decide import Statistics
    from plsym.exact.element import AlgebraicReal
    from plsym.exact.enclosure import Enclosure
    from plsym.exact.numberfield import NumberField
    from plsym.exact.rationals import dyadic, rational
    from plsym.interop.files import load, save
    from plsym.interop.onnx import from_onnx
    from plsym.interop.onnx_writer import to_onnx
    from plsym.interop.sklearn import from_sklearn
    from plsym.interop.sympy import from_sympy, to_sympy
    from plsym.interop.torch import from_torch
    from plsym.interop.torch_writer import to_torch
    from plsym.networks.arcs import arc
    from plsym.networks.families import (
        pulse_network,
        random_network,
        sawtooth_network,
    )
    from plsym.networks.network import ReLUNetwork, from_weights
    from plsym.networks.realize import realize
    from plsym.networks.signs import sign_transitions
    from plsym.networks.travel import trajectory, weight_trajectory
    from plsym.piecewise.counting import (
        crossing_numbers,
        lap_numbers,
        piece_numbers,
        preimage_numbers,
    )
    from plsym.piecewise.curve import PLCurve
    from plsym.piecewise.equations import Interval
    from plsym.piecewise.families import (
        abs_map,
        connect_the_dots,
        constant,
        identity,
        rectangle_pulse,
        relu,
        sawtooth,
        skew_tent,
        stefan_map,
        tent,
        truncated_tent,
    )
    from plsym.piecewise.function import PiecewiseLinear
    from plsym.piecewise.iterate_measures import (
        iterate_distance,
        iterate_integral,
        iterate_variation,
    )
    from plsym.piecewise.operations import classification_error, distance, maximum, minimum
    from plsym.piecewise.polynomial import Polynomial
    from plsym.regions.bounds import region_bounds
    from plsym.regions.compare import equivalent, network_distance
    from plsym.regions.counting import count_regions
    from plsym.regions.crossing import hyperplane_crossings
    from plsym.regions.domains import plane, polygon, polytope
    from plsym.regions.formulas import montufar_lower_bound, serra_upper_bound, zaslavsky
    from plsym.regions.linear import LinearRegions, linear_regions
    from plsym.regions.search import search_regions
    from plsym.reporting.making import report
    from plsym.theory.case import Finding
    from plsym.theory.registry import audit, theorems, verify
    from plsym.verdict import Outcome, Verdict

# Where each public name lives; `__getattr__` imports the module when it is asked for.
_MODULES = ("certify", "experiments", "plotting")
_HOME = {
    "plsym.certificates.certificate": ("Certificate", "check"),
    "plsym.config": ("Budget",),
    "plsym.depth.calculator": ("Separation", "minimum_width", "separation"),
    "plsym.depth.labels": ("label_quality",),
    "plsym.depth.optimal": ("best_approximation",),
    "plsym.dynamics.chaos": ("OddChaos", "li_yorke", "odd_chaos"),
    "plsym.dynamics.covers": (
        "cover_graph",
        "loop_point",
        "markov_partition",
        "primitive_loops",
    ),
    "plsym.dynamics.cycles": ("Cycle", "cycles"),
    "plsym.dynamics.growth": ("Growth", "growth"),
    "plsym.dynamics.kneading": ("itinerary", "kneading_sequence"),
    "plsym.dynamics.orbits": ("eventual_period", "least_period", "orbit"),
    "plsym.dynamics.periodic": ("periodic_orbits",),
    "plsym.dynamics.periods": ("periods",),
    "plsym.dynamics.periodset": ("PeriodSet", "period_set"),
    "plsym.dynamics.degree": ("lap_degree",),
    "plsym.dynamics.renormalize": ("Renormalization", "renormalize"),
    "plsym.dynamics.robust": ("RobustPeriod", "loop_margin", "robust_period"),
    "plsym.dynamics.sharkovsky": ("forced_periods", "sharkovsky_precedes"),
    "plsym.errors": (
        "BudgetExceeded",
        "CertificateFormatError",
        "DomainError",
        "FieldMismatchError",
        "FormulaError",
        "InexactInputError",
        "MissingExtraError",
        "ModelFormatError",
        "PlsymError",
        "UndecidedError",
        "UnsupportedLayerError",
        "WorkerError",
    ),
    "plsym.exact.algebraic": ("algebraic", "golden", "sqrt"),
    "plsym.exact.decide": ("Statistics",),
    "plsym.exact.element": ("AlgebraicReal",),
    "plsym.exact.enclosure": ("Enclosure",),
    "plsym.exact.numberfield": ("NumberField",),
    "plsym.exact.rationals": ("dyadic", "rational"),
    "plsym.interop.files": ("load", "save"),
    "plsym.interop.onnx": ("from_onnx",),
    "plsym.interop.onnx_writer": ("to_onnx",),
    "plsym.interop.sklearn": ("from_sklearn",),
    "plsym.interop.sympy": ("from_sympy", "to_sympy"),
    "plsym.interop.torch": ("from_torch",),
    "plsym.interop.torch_writer": ("to_torch",),
    "plsym.networks.families": ("pulse_network", "random_network", "sawtooth_network"),
    "plsym.networks.network": ("ReLUNetwork", "from_weights"),
    "plsym.networks.realize": ("realize",),
    "plsym.piecewise.counting": (
        "crossing_numbers",
        "lap_numbers",
        "piece_numbers",
        "preimage_numbers",
    ),
    "plsym.piecewise.curve": ("PLCurve",),
    "plsym.piecewise.equations": ("Interval",),
    "plsym.piecewise.families": (
        "abs_map",
        "connect_the_dots",
        "constant",
        "identity",
        "rectangle_pulse",
        "relu",
        "sawtooth",
        "skew_tent",
        "stefan_map",
        "tent",
        "truncated_tent",
    ),
    "plsym.piecewise.function": ("PiecewiseLinear",),
    "plsym.piecewise.iterate_measures": (
        "iterate_distance",
        "iterate_integral",
        "iterate_variation",
    ),
    "plsym.piecewise.operations": ("classification_error", "distance", "maximum", "minimum"),
    "plsym.piecewise.polynomial": ("Polynomial",),
    "plsym.regions.counting": ("count_regions",),
    "plsym.regions.crossing": ("hyperplane_crossings",),
    "plsym.regions.formulas": ("montufar_lower_bound", "serra_upper_bound", "zaslavsky"),
    "plsym.regions.linear": ("LinearRegions", "linear_regions"),
    "plsym.regions.domains": ("plane", "polygon", "polytope"),
    "plsym.regions.compare": ("equivalent", "network_distance"),
    "plsym.networks.arcs": ("arc",),
    "plsym.networks.travel": ("trajectory", "weight_trajectory"),
    "plsym.regions.search": ("search_regions",),
    "plsym.regions.bounds": ("region_bounds",),
    "plsym.batch": ("sweep",),
    "plsym.networks.signs": ("sign_transitions",),
    "plsym.reporting.making": ("report",),
    "plsym.theory.case": ("Finding",),
    "plsym.theory.registry": ("audit", "theorems", "verify"),
    "plsym.verdict": ("Outcome", "Verdict"),
}

__all__ = [
    "AlgebraicReal",
    "Budget",
    "BudgetExceeded",
    "Certificate",
    "CertificateFormatError",
    "Cycle",
    "DomainError",
    "Enclosure",
    "FieldMismatchError",
    "Finding",
    "FormulaError",
    "Growth",
    "InexactInputError",
    "Interval",
    "LinearRegions",
    "MissingExtraError",
    "ModelFormatError",
    "NumberField",
    "OddChaos",
    "Outcome",
    "PLCurve",
    "PeriodSet",
    "PiecewiseLinear",
    "PlsymError",
    "Polynomial",
    "ReLUNetwork",
    "Renormalization",
    "RobustPeriod",
    "Separation",
    "Statistics",
    "UndecidedError",
    "UnsupportedLayerError",
    "Verdict",
    "WorkerError",
    "abs_map",
    "algebraic",
    "arc",
    "audit",
    "best_approximation",
    "certify",
    "check",
    "classification_error",
    "connect_the_dots",
    "constant",
    "count_regions",
    "cover_graph",
    "crossing_numbers",
    "cycles",
    "distance",
    "dyadic",
    "equivalent",
    "eventual_period",
    "experiments",
    "forced_periods",
    "from_onnx",
    "from_sklearn",
    "from_sympy",
    "from_torch",
    "from_weights",
    "golden",
    "growth",
    "hyperplane_crossings",
    "identity",
    "iterate_distance",
    "iterate_integral",
    "iterate_variation",
    "itinerary",
    "kneading_sequence",
    "label_quality",
    "lap_degree",
    "lap_numbers",
    "least_period",
    "li_yorke",
    "linear_regions",
    "load",
    "loop_margin",
    "loop_point",
    "markov_partition",
    "maximum",
    "minimum",
    "minimum_width",
    "montufar_lower_bound",
    "network_distance",
    "odd_chaos",
    "orbit",
    "period_set",
    "periodic_orbits",
    "periods",
    "piece_numbers",
    "plane",
    "plotting",
    "polygon",
    "polytope",
    "preimage_numbers",
    "primitive_loops",
    "pulse_network",
    "random_network",
    "rational",
    "realize",
    "rectangle_pulse",
    "region_bounds",
    "relu",
    "renormalize",
    "report",
    "robust_period",
    "save",
    "sawtooth",
    "sawtooth_network",
    "search_regions",
    "separation",
    "serra_upper_bound",
    "sharkovsky_precedes",
    "sign_transitions",
    "skew_tent",
    "sqrt",
    "stefan_map",
    "sweep",
    "tent",
    "theorems",
    "to_onnx",
    "to_sympy",
    "to_torch",
    "trajectory",
    "truncated_tent",
    "verify",
    "weight_trajectory",
    "zaslavsky",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOME.items():
        if name in names:
            value = getattr(import_module(module), name)
            globals()[name] = value  # the next use is a plain lookup
            return value
    if name in _MODULES:
        return import_module(f"plsym.{name}")
    if name == "__version__":
        return import_module("importlib.metadata").version("plsym")
    raise AttributeError(f"module 'plsym' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
