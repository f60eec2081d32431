"""The rival: the same one-dimensional sweep in plain float64, without any proof.

Rows, one matrix product a stage, sign changes, linear interpolation, sorting:
what a careful numpy programmer writes when floats are good enough.
"""

from __future__ import annotations

import numpy as np


def float_sweep(layers, p, q):
    """Rows along the segment p..q, activity, outputs and their breaks; relu between layers.

    ``layers`` is a list of (W transposed, b).  Like the exact sweep it records which
    unit made each row and the activity of every unit at the rows.
    """
    h = np.stack([p, q])
    t = np.array([0.0, 1.0])
    record = []
    for w, b in layers[:-1]:
        z = h @ w
        z += b
        positive = z > 0
        row, unit = np.nonzero(positive[1:] != positive[:-1])
        if row.size:
            left = z[row, unit]
            at = left / (left - z[row + 1, unit])
            order = np.lexsort((at, row))
            row, unit, at = row[order], unit[order], at[order]
            new_rows = row + 1 + np.arange(len(row))
            n = len(z) + len(row)
            old = np.ones(n, dtype=bool)
            old[new_rows] = False
            place = np.flatnonzero(old)
            low = z[row]
            fresh = low + at[:, None] * (z[row + 1] - low)
            grown = np.empty((n, z.shape[1]))
            grown[place] = z
            grown[new_rows] = fresh
            grown_t = np.empty(n)
            grown_t[place] = t
            grown_t[new_rows] = t[row] + at * (t[row + 1] - t[row])
            z, t = grown, grown_t
            record.append((grown > 0, place, new_rows, unit))
        else:
            record.append((positive, None, row, unit))
        h = np.maximum(z, 0.0, out=z)
    w, b = layers[-1]
    y = h @ w + b
    slope = np.diff(y, axis=0) / np.diff(t)[:, None]
    breaks = np.flatnonzero((slope[1:] != slope[:-1]).any(axis=1)) + 1
    return t, y, breaks, record
