"""Write what was found as certificates: ``pl.certify.growth(f)``, then ``pl.check``.

writing   numbers, functions and networks as the data of a certificate
points    value, orbit, eventual_period; counts: laps, pieces, crossings
identity  equal, network, covers
distances distance: all functions with few pieces are far from f^t; regions: of a network
periods   period, cycles, periods, period_set; rates: growth; all_of joins several

Most functions take ``network=net`` to state f as the map of a ReLU network.
"""

from plsym.certify.counts import crossings, laps, pieces
from plsym.certify.distances import distance
from plsym.certify.identity import covers, equal, network
from plsym.certify.periods import cycles, period, period_set, periods, robust_period
from plsym.certify.points import eventual_period, orbit, value
from plsym.certify.rates import growth
from plsym.certify.regions import regions
from plsym.certify.writing import all_of

__all__ = [
    "all_of",
    "covers",
    "crossings",
    "cycles",
    "distance",
    "equal",
    "eventual_period",
    "growth",
    "laps",
    "network",
    "orbit",
    "period",
    "period_set",
    "periods",
    "pieces",
    "regions",
    "robust_period",
    "value",
]
