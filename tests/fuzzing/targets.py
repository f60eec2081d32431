"""One function for each kind of file: it reads a file as a user would, or refuses it.

A target may raise subclasses of PlsymError and OSError; anything else is a defect.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import plsym as pl
from plsym.batch import sweep
from plsym.cli.subject import read_subject
from plsym.errors import PlsymError
from plsym.experiments.datasets import _read_idx, mnist
from plsym.piecewise.formula import parse_constant

from .seeds import SWEEP_ITEMS, half

__all__ = ["ALLOWED", "TARGETS", "attempt"]

ALLOWED = (PlsymError, OSError)


def _formula(content: bytes, folder: Path) -> None:
    text = content.decode("utf-8", "surrogateescape")
    if "x" in text:
        read_subject(text)
    else:
        parse_constant(text)


def _function(content: bytes, folder: Path) -> None:
    path = folder / "function.json"
    path.write_bytes(content)
    f = read_subject(str(path))
    repr(f)


def _network(suffix: str) -> Callable[[bytes, Path], None]:
    def read(content: bytes, folder: Path) -> None:
        path = folder / f"net{suffix}"
        path.write_bytes(content)
        options = {"architecture": ["linear", "relu", "linear"]} if suffix == ".pt" else {}
        network = pl.load(path, **options)
        repr(network)

    return read


def _certificate(content: bytes, folder: Path) -> None:
    path = folder / "certificate.json"
    path.write_bytes(content)
    verdict = pl.check(path)
    repr(verdict)
    # what a command prints
    f"{verdict.claim} {verdict.reason}".encode()


def _sweep(content: bytes, folder: Path) -> None:
    path = folder / "sweep.jsonl"
    path.write_bytes(content)
    sweep(half, dict(zip(SWEEP_ITEMS, (1, 2, 5), strict=True)), path=path)


def _idx(content: bytes, folder: Path) -> None:
    path = folder / ("train-images-idx3-ubyte" + (".gz" if content[:2] == b"\x1f\x8b" else ""))
    for old in folder.glob("*-ubyte*"):
        old.unlink()
    path.write_bytes(content)
    count = len(_read_idx(path, 3))
    for name, data in (
        ("train-labels-idx1-ubyte", bytes([0, 0, 8, 1]) + count.to_bytes(4, "big") + bytes(count)),
        ("t10k-images-idx3-ubyte", content),
        ("t10k-labels-idx1-ubyte", bytes([0, 0, 8, 1]) + count.to_bytes(4, "big") + bytes(count)),
    ):
        (folder / name).write_bytes(data)
    if path.suffix == ".gz":
        os.replace(folder / "t10k-images-idx3-ubyte", folder / "t10k-images-idx3-ubyte.gz")
    mnist(folder)


TARGETS: dict[str, Callable[[bytes, Path], None]] = {
    "formula": _formula,
    "function": _function,
    "json": _network(".json"),
    "npz": _network(".npz"),
    "nnet": _network(".nnet"),
    "onnx": _network(".onnx"),
    "pt": _network(".pt"),
    "certificate": _certificate,
    "sweep": _sweep,
    "idx": _idx,
}


def attempt(target: str, content: bytes, folder: Path) -> bool:
    """Let a target read a file: True if it was read, False if it was refused."""
    try:
        TARGETS[target](content, folder)
    except ALLOWED:
        return False
    return True
