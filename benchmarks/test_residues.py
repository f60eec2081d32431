"""Exact integer products: residues over float64 BLAS beside python-flint and object arrays.

    pytest benchmarks/test_residues.py --benchmark-columns=min,median

The representation was chosen by this measurement: the chain multiplies integers
of a few hundred bits by 53-bit weights again and again.
"""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpz_mat

from plsym.exact.residues import Residues


@pytest.mark.parametrize("width", [50, 200])
@pytest.mark.parametrize("bits", [120, 300])
@pytest.mark.parametrize("engine", ["residues", "flint", "object array"])
def test_matrix_product(benchmark, engine, bits, width):
    rng = np.random.default_rng(1)
    rows = 200
    a = [[int.from_bytes(rng.bytes(bits // 8)) for _ in range(width)] for _ in range(rows)]
    w = rng.integers(-(2**53), 2**53, (width, width))
    if engine == "residues":
        ring = Residues(bits + 53 + 10)
        code_a = np.array([[[v % p for v in row] for row in a] for p in ring.primes], dtype=float)
        code_w = np.array([w % p for p in ring.primes], dtype=float)
        benchmark(ring.matmul, ring.reduce(code_a), ring.reduce(code_w))
    elif engine == "flint":
        left, right = fmpz_mat(a), fmpz_mat(w.tolist())
        benchmark(lambda: left * right)
    else:
        left_o, right_o = np.array(a, dtype=object), w.astype(object)
        benchmark.pedantic(lambda: left_o @ right_o, rounds=2)
