"""Small valid files of every kind; nothing binary is kept in the repository."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import numpy as np

import plsym as pl
from plsym import certify
from plsym.networks import layers as ops
from plsym.networks.layers import Node

FORMULAS = (
    "1 - |2*x - 1|",
    "max(0, x, 1/3 - 2.5e-3*x) + min(golden, relu(x - 1))",
    "clip(3*x, -1, (1 + sqrt(5))/2) - abs(x)/7",
    "|||x| - 1| - 1/2| + .5*x - -x",
)
POINTS = ('[[0, 0], ["1/2", 1], [1, 0]]', '[[0, "1e-3"], [0.25, 0.1], ["0x1f/0x20", 7]]')


@cache
def functions() -> list[bytes]:
    """JSON of functions, and lists of points."""
    made = [
        pl.tent(),
        pl.stefan_map(3),
        pl.abs_map(pl.golden()),
        pl.PiecewiseLinear.from_formula("|x| - 1"),
    ]
    return [json.dumps(f.to_json()).encode() for f in made] + [p.encode() for p in POINTS]


@cache
def networks() -> list[pl.ReLUNetwork]:
    """Networks with every operation that files may hold."""
    image = pl.ReLUNetwork(
        (
            Node("conv", ops.Convolution(np.ones((2, 1, 2, 2)), np.ones(2), pads=1)),
            Node("clip", ops.Clip(-1, 1), ("conv",)),
            Node("pool", ops.MaxPool((2, 2), 1), ("clip",)),
            Node("mean", ops.AveragePool((2, 2)), ("pool",)),
            Node("flat", ops.Reshape((-1,)), ("mean",)),
            Node("out", ops.Affine(np.ones((1, 2)), [0]), ("flat",)),
        ),
        (1, 3, 3),
    )
    branches = pl.ReLUNetwork(
        (
            Node("a", ops.Affine([[1], ["1/3"]], [0, "-1/2"])),
            Node("b", ops.LeakyReLU("1/8"), ("a",)),
            Node("c", ops.Abs(), ("a",)),
            Node("d", ops.Add(), ("b", "c")),
            Node("e", ops.Concat(0), ("d", "b")),
            Node("f", ops.Maxout(2), ("e",)),
            Node("g", ops.Scale([2, "1/2"]), ("f",)),
            Node("h", ops.Shift([1]), ("g",)),
        ),
        (1,),
    )
    golden = pl.from_weights([([[pl.golden()]], [1]), ([[1]], None)])
    return [pl.sawtooth_network(3), pl.random_network([2, 3, 1], seed=0), image, branches, golden]


def _saved(network: pl.ReLUNetwork, suffix: str) -> bytes | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"net{suffix}"
        try:
            pl.save(network, path)
        except pl.PlsymError:  # a format that cannot hold this network
            return None
        return path.read_bytes()


@cache
def saved(suffix: str) -> list[bytes]:
    """The networks that a format can hold, as files of it."""
    chosen = networks()
    if suffix == ".pt":  # which takes an architecture: that of one hidden layer
        chosen = [pl.sawtooth_network(1), chosen[1]]
    found = [_saved(network, suffix) for network in chosen]
    if suffix == ".npz":
        buffer = io.BytesIO()
        np.savez(buffer, W0=np.ones((2, 1)), b0=np.zeros(2), W1=np.ones((1, 2), dtype=np.int8))
        found.append(buffer.getvalue())
    return [content for content in found if content is not None]


@cache
def certificates() -> list[bytes]:
    """Certificates of most kinds of claims, over the rationals and over a number field."""
    tent, stefan = pl.tent(), pl.stefan_map(3)
    bimodal = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
    core = pl.abs_map(pl.golden()).restrict(-1, 1 / pl.golden())
    made = [
        certify.value(bimodal, "1/3"),
        certify.period(tent, 4),
        certify.robust_period(bimodal, 4),
        certify.period(pl.abs_map("809/500"), 3),
        certify.periods(pl.truncated_tent("14/17"), 7),
        certify.period_set(pl.abs_map("7/5")),
        certify.growth(stefan),
        certify.laps(bimodal, 4),
        certify.crossings(bimodal, "1/2", None, 4, kind="threshold"),
        certify.equal(tent @ tent, pl.sawtooth(4)),
        certify.network(pl.realize(bimodal), 0, 1),
        certify.distance(bimodal, 3, 5),
        certify.distance(pl.abs_map("809/500"), 6, 3),
        certify.covers(bimodal, [0, "1/4", "1/2", 1], power=2),
        certify.regions(pl.random_network([2, 3, 1], seed=0), [(-1, 1)] * 2),
        certify.all_of(certify.laps(bimodal, 2), certify.period(bimodal, 2)),
        certify.eventual_period(core, 0),
        certify.growth(core),
        certify.crossings(core, -1, 0, 12),
        certify.cycles(core, 6),
    ]
    return [c.text.encode() for c in made]


SWEEP_ITEMS = ("a", "b", "c")


def half(x: int) -> Fraction:
    """The task of the sweep."""
    return Fraction(x, 2)


@cache
def sweeps() -> list[bytes]:
    """A file of a sweep that is done, and one that is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.jsonl"
        pl.sweep(half, dict(zip(SWEEP_ITEMS, (1, 2, 5), strict=True)), path=path)
        whole = path.read_bytes()
    extra = json.dumps({"item": "c", "result": [{"dict": {"k": [1, 0.5, None]}}]}).encode()
    return [whole, whole[: len(whole) - 9], b"\n".join(whole.split(b"\n")[:3]) + b"\n" + extra]


@cache
def idx() -> list[bytes]:
    """Images as an IDX file, plain and compressed."""
    images = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (2, 2, 3)) + bytes(12)
    return [images, gzip.compress(images, mtime=0)]


def formulas() -> list[bytes]:
    """Formulas."""
    return [text.encode() for text in FORMULAS]


SEEDS = {
    "formula": formulas,
    "function": functions,
    "json": partial(saved, ".json"),
    "npz": partial(saved, ".npz"),
    "nnet": partial(saved, ".nnet"),
    "onnx": partial(saved, ".onnx"),
    "pt": partial(saved, ".pt"),
    "certificate": certificates,
    "sweep": sweeps,
    "idx": idx,
}
