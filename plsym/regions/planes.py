"""What the kernels that cut polygons work on: plain arrays with room to grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.cellforms import UnitForms
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK
from plsym.regions.placing import COARSE_RADIUS

if TYPE_CHECKING:
    from plsym.regions.engine import FaceComplex

__all__ = [
    "COARSE",
    "CROSSINGS",
    "CUT",
    "DONE",
    "GROW",
    "PAUSE",
    "SIGNS",
    "SPLIT",
    "UNCERTAIN",
    "Planes",
]

# Compiled code on disk knows these numbers: never change them, only add some.
# why a kernel stopped
DONE, GROW, COARSE, UNCERTAIN, PAUSE, CUT = range(6)

# what it does next for a unit
SPLIT, SIGNS, CROSSINGS = range(3)


class Planes:
    """The state of the cuts by one group of units.

    Attributes
    ----------
    points, radii, vertex_home, vertex_lines : arrays with a row for each vertex
    positive_bytes, negative_bytes : uint8 arrays
        The signs of all neurons of earlier groups at the vertices.
    positive, negative, open : uint64 arrays
        Bits for each vertex: which units of the group are positive, negative, not decided.
        The first unit has the highest bit.
    ends, sides, edge_home, edge_lines : arrays with a row for each edge
    crossed : uint64 array
        Which units have opposite signs at the ends of an edge.
    cell_home : int array
    line_source, line_forms, line_errors : arrays with a row for each line
    sizes : int array
        The numbers of vertices, edges, cells and lines; the arrays are longer.
    needed : int array
        The same at which a kernel can go on, if it had no room.
    values, single, size : arrays with a row for each home
        Forms of the units and their bounds, as in `UnitForms`.
    columns, units : int arrays
        For each unit of the group its place in ``values`` and its number in the stage.
    bits : uint64 array
        The bit of each unit.
    constants : float array
        Unit roundoff, slack of bounds, and the radius from which on a vertex is coarse.
    touched : uint64 array of length 1
        Which units are zero at some vertex, of those still to come.
    state : int array of length 4
        The unit, what to do next for it, and how many edges and cells it cuts.
    cut_edges : int array
        The edges that the present unit cuts.
    work : dict
        What a kernel keeps for itself.
    """

    def __init__(
        self,
        complex_: FaceComplex,
        forms: UnitForms,
        columns: NDArray[np.intp],
        units: NDArray[np.intp],
        homes: int,
    ) -> None:
        self.values, self.single, _, self.size = (np.ascontiguousarray(x) for x in forms)
        self.columns = np.ascontiguousarray(columns, dtype=np.int64)
        self.units = np.ascontiguousarray(units, dtype=np.int64)
        self.bits = np.left_shift(
            np.uint64(1), np.arange(63, 63 - len(units), -1).astype(np.uint64)
        )
        self.full = np.bitwise_or.reduce(self.bits, initial=np.uint64(0))
        self.stage = complex_.stage
        self.doubt = complex_.doubt
        self.slack = SLACK * complex_.doubt
        self.constants = np.array([ROUNDOFF, SLACK, COARSE_RADIUS])
        self.sizes = np.zeros(4, dtype=np.int64)
        self.needed = np.zeros(4, dtype=np.int64)
        self.touched = np.zeros(1, dtype=np.uint64)
        self.state = np.zeros(4, dtype=np.int64)
        self.home_line = np.full(homes, -1, dtype=np.int32)
        self.cut_edges: NDArray[Any] = np.zeros(0, dtype=np.int32)
        self.coarse = np.zeros(0, dtype=np.int64)
        self.pause = 0
        self.filtered = 0
        self.work: dict[str, Any] = {}

    def bind(self, arrays: list[list[NDArray[Any]]]) -> None:
        """Take new arrays, with more room."""
        vertices, edges, cells, lines = arrays
        self.points, self.radii, self.vertex_home, self.vertex_lines = vertices[:4]
        self.positive_bytes, self.negative_bytes = vertices[4:6]
        self.positive, self.negative, self.open = vertices[6:]
        self.ends, self.sides, self.edge_home, self.edge_lines, self.crossed = edges
        self.cell_home = cells[0]
        self.line_source, self.line_forms, self.line_errors = lines
        self.room = np.array([min(map(len, row)) for row in arrays], dtype=np.int64)

    @property
    def cells(self) -> int:
        """The number of cells."""
        return int(self.sizes[2])

    @property
    def fresh(self) -> NDArray[np.int64]:
        """The vertices made by the present unit."""
        count = int(self.sizes[0])
        return np.arange(count - int(self.state[2]), count)

    def neighbours(self, vertices: NDArray[np.int64]) -> tuple[Any, Any]:
        """The positive and the negative neighbour of vertices made by the present unit."""
        edge = self.cut_edges[vertices - int(self.fresh[0])]
        # the halves beyond the new vertices are the edges before those inside the cells
        first = int(self.sizes[1] - self.state[2] - self.state[3])
        other = vertices - int(self.fresh[0]) + first
        return self.ends[edge, 0], self.ends[other, 1]
