"""Pictures for papers with matplotlib: exact objects in, artists on axes out.

graphs, counts  graphs of f and f^n (envelope: any number of pieces), cobwebs; growth of counts
covers, errors  covering graphs; errors against depth, with lower bounds
regions         regions and decisions in the plane; hyperplanes: bent ones, region graphs
paths           images of a path in the layers of a network, and its transitions
style           colours, sizes, axes, bytes; matplotlib is imported when something is drawn
"""

# All at once, though nothing here is slow to import: functions have the names of modules.
from plsym.plotting.counts import crossings, growth
from plsym.plotting.covers import cover_graph
from plsym.plotting.errors import error_by_depth
from plsym.plotting.graphs import cobweb, plot
from plsym.plotting.hyperplanes import bent_hyperplanes, region_graph
from plsym.plotting.paths import trajectory, transitions
from plsym.plotting.regions import decisions, regions
from plsym.plotting.style import (
    COLORS,
    LINES,
    MARKERS,
    PALE,
    axes,
    detached,
    figure,
    figure_bytes,
    style,
)

__all__ = [
    "COLORS",
    "LINES",
    "MARKERS",
    "PALE",
    "axes",
    "bent_hyperplanes",
    "cobweb",
    "cover_graph",
    "crossings",
    "decisions",
    "detached",
    "error_by_depth",
    "figure",
    "figure_bytes",
    "growth",
    "plot",
    "region_graph",
    "regions",
    "style",
    "trajectory",
    "transitions",
]
