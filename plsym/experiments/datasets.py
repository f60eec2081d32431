"""Handwritten digits: those that come with scikit-learn, and MNIST from a folder of the user."""

from __future__ import annotations

import gzip
import io
import math
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError, ModelFormatError
from plsym.interop.extras import require

__all__ = ["digits", "mnist", "split"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Parts = tuple[Floats, Labels, Floats, Labels]

_BYTE = 0x08  # the IDX code of unsigned bytes, the only type that MNIST uses
_MOST_PACKED = 200  # times its size that a compressed file may have; MNIST's have 5 and 2
_PARTS = (("train-images", 3), ("train-labels", 1), ("t10k-images", 3), ("t10k-labels", 1))


def digits() -> tuple[Floats, Labels]:
    """Scikit-learn's 1,797 handwritten digits of 8 by 8 pixels.

    Returns
    -------
    x : float64 array, shape (1797, 64)
        Brightness from 0 to 1, row by row, in sixteenths: every entry is exact.
    y : int64 array, shape (1797,)
        The digits.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.

    References
    ----------
    E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning
    Repository, 1998.

    Examples
    --------
    >>> from plsym.experiments.datasets import digits
    >>> x, y = digits()
    >>> x.shape, float(x.min()), float(x.max()), np.bincount(y).tolist()
    ((1797, 64), 0.0, 1.0, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    """
    data = require("sklearn.datasets", "experiments").load_digits()
    return np.asarray(data.data, dtype=np.float64) / 16, np.asarray(data.target, dtype=np.int64)


def mnist(folder: str | os.PathLike[str]) -> Parts:
    """MNIST from a folder that holds its four IDX files, as they are or compressed with gzip.

    Parameters
    ----------
    folder : path
        With ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
        ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``; ``.gz`` may follow, and
        ``.idx`` may stand for ``-idx``.

    Returns
    -------
    x, y, x_test, y_test : arrays
        Images as float64 rows of brightness from 0 to 1 (of 784 entries), labels as int64.

    Raises
    ------
    DomainError
        If the folder or one of the files is not there.
    ModelFormatError
        If a file is no IDX file of bytes, is cut short, or does not fit its labels.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits, 1998.

    Examples
    --------
    >>> from plsym.experiments.datasets import mnist
    >>> mnist("no such folder")
    Traceback (most recent call last):
    ...
    plsym.errors.DomainError: 'no such folder' is no folder; give the one with MNIST's IDX files
    """
    home = Path(folder)
    if not home.is_dir():
        raise DomainError(
            f"{os.fspath(folder)!r} is no folder; give the one with MNIST's IDX files"
        )
    x, y, x_test, y_test = (_read_idx(_found(home, stem, axes), axes) for stem, axes in _PARTS)
    for kind, images, labels in (("training", x, y), ("test", x_test, y_test)):
        if len(images) != len(labels) or not len(images):
            raise ModelFormatError(
                f"{home}: {len(images)} {kind} images, {len(labels)} labels; they must be as many"
            )
    if x.shape[1:] != x_test.shape[1:]:
        raise ModelFormatError(
            f"{home}: training images of {x.shape[1:]} pixels, test images of {x_test.shape[1:]}"
        )
    return _bright(x), y.astype(np.int64), _bright(x_test), y_test.astype(np.int64)


def _bright(images: NDArray[np.uint8]) -> Floats:
    return images.reshape(len(images), -1).astype(np.float64) / 255


def _found(home: Path, stem: str, axes: int) -> Path:
    names = [f"{stem}{mark}idx{axes}-ubyte{end}" for end in ("", ".gz") for mark in ("-", ".")]
    for name in names:
        if (home / name).is_file():
            return home / name
    raise DomainError(f"{home} holds no file {names[0]} or {names[0]}.gz; MNIST has four files")


def _read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """An IDX file: two zeros, a type, the number of axes; their sizes, big-endian; the data."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            with gzip.open(io.BytesIO(content)) as packed:
                most = max(1 << 20, _MOST_PACKED * len(content))
                content = packed.read(most + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ModelFormatError(f"{path}: it cannot be decompressed: {error}") from error
        if len(content) > most:
            raise ModelFormatError(
                f"{path}: it unpacks to more than {most} bytes, {_MOST_PACKED} times its size; "
                "if it is meant, unpack it with gzip first"
            )
    head = 4 + 4 * axes
    if content[:4] != bytes([0, 0, _BYTE, axes]) or len(content) < head:
        raise ModelFormatError(
            f"{path}: it is no IDX file of bytes with {axes} axes; it starts with "
            f"{content[:4].hex(' ') or 'nothing'}"
        )
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", axes, 4))
    if len(content) - head != math.prod(shape):
        raise ModelFormatError(
            f"{path}: it should hold {math.prod(shape)} bytes of data and holds "
            f"{len(content) - head}; fetch it again"
        )
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def split(x: Any, y: Any, seed: int, test: float = 0.25) -> Parts:
    """Part a data set at random into training and test rows, the same for the same seed.

    Parameters
    ----------
    x, y : arrays with one row a sample
    seed : int
    test : float
        The share of test rows, above 0 and below 1; their number is rounded down.

    Returns
    -------
    x, y, x_test, y_test : arrays

    Raises
    ------
    DomainError
        If the sizes differ, or one of the parts would be empty.

    Examples
    --------
    >>> from plsym.experiments.datasets import split
    >>> x, y, x_test, y_test = split(np.eye(8), np.arange(8), seed=0)
    >>> x.shape, y_test.shape, sorted([*y.tolist(), *y_test.tolist()]) == list(range(8))
    ((6, 8), (2,), True)
    """
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y):
        raise DomainError(f"{len(x)} samples and {len(y)} labels; they must be as many")
    held = int(len(x) * test) if 0 < test < 1 else 0
    if not 0 < held < len(x):
        raise DomainError(
            f"test={test!r} of {len(x)} samples leaves one part empty; take a share between 0 and 1"
        )
    order = np.random.default_rng(seed).permutation(len(x))
    kept, out = order[held:], order[:held]
    return x[kept], y[kept], x[out], y[out]
