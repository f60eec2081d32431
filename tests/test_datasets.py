"""Digits, MNIST's files as they are found in the wild, and the split."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plsym.errors import DomainError, ModelFormatError
from plsym.experiments.datasets import digits, mnist, split

STEMS = ("train-images", "train-labels", "t10k-images", "t10k-labels")


def idx(array: np.ndarray) -> bytes:
    """An IDX file of bytes, written by hand."""
    head = bytes([0, 0, 8, array.ndim])
    return head + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


def folder(home: Path, *, end: str = "", mark: str = "-", seed: int = 0) -> list[np.ndarray]:
    """Five training and three test images of 4 by 4 pixels, as MNIST's files."""
    source = np.random.default_rng(seed)
    arrays = []
    for stem in STEMS:
        count = 5 if stem.startswith("train") else 3
        shape = (count, 4, 4) if stem.endswith("images") else (count,)
        top = 256 if stem.endswith("images") else 10
        array = source.integers(0, top, shape, dtype=np.uint8)
        content = idx(array)
        name = f"{stem}{mark}idx{array.ndim}-ubyte{end}"
        (home / name).write_bytes(gzip.compress(content) if end else content)
        arrays.append(array)
    return arrays


def test_digits_are_sixteenths_of_eight_by_eight_pixels() -> None:
    pytest.importorskip("sklearn")
    x, y = digits()
    assert x.shape == (1797, 64) and x.dtype == np.float64 and y.dtype == np.int64
    assert ((x * 16) == np.rint(x * 16)).all() and x.min() == 0 and x.max() == 1
    assert sorted(set(y.tolist())) == list(range(10))


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("mark", ["-", "."])
def test_mnist_is_read_from_its_files(tmp_path: Path, end: str, mark: str) -> None:
    images, labels, test_images, test_labels = folder(tmp_path, end=end, mark=mark)
    x, y, x_test, y_test = mnist(tmp_path)
    assert x.dtype == np.float64 and (x == images.reshape(5, 16) / 255).all()
    assert (x_test == test_images.reshape(3, 16) / 255).all()
    assert y.tolist() == labels.tolist() and y_test.tolist() == test_labels.tolist()


def test_a_folder_without_the_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="is no folder"):
        mnist(tmp_path / "nowhere")
    with pytest.raises(DomainError, match="train-images-idx3-ubyte"):
        mnist(tmp_path)
    folder(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DomainError, match="t10k-labels-idx1-ubyte"):
        mnist(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "starts with nothing"),
        (b"\x00\x00\x08\x03\x00\x00", "no IDX file"),
        (idx(np.zeros((5, 4), dtype=np.uint8)), "with 3 axes"),
        (b"\x00\x00\x0d\x03" + bytes(12), "no IDX file"),
        (idx(np.zeros((5, 4, 4), dtype=np.uint8))[:-1], "80 bytes of data and holds 79"),
        (idx(np.zeros((5, 4, 4), dtype=np.uint8)) + b"x", "80 bytes of data and holds 81"),
        (idx(np.zeros((4, 4, 4), dtype=np.uint8)), "4 training images, 5 labels"),
        (idx(np.zeros((5, 4, 3), dtype=np.uint8)), "test images of"),
        # sizes whose product no machine could hold
        (bytes([0, 0, 8, 3]) + b"\xff" * 12, "bytes of data and holds 0"),
    ],
)
def test_broken_files_are_told(tmp_path: Path, content: bytes, words: str) -> None:
    folder(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(ModelFormatError, match=words):
        mnist(tmp_path)


@pytest.mark.parametrize("cut", [-4, 12])
def test_broken_compression_is_told(tmp_path: Path, cut: int) -> None:
    folder(tmp_path, end=".gz")
    path = tmp_path / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ModelFormatError, match="cannot be decompressed"):
        mnist(tmp_path)
    path.write_bytes(b"no gzip at all")
    with pytest.raises(ModelFormatError, match="cannot be decompressed"):
        mnist(tmp_path)


def test_files_without_images_are_told(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((0, 4, 4), dtype=np.uint8)))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(np.zeros(0, dtype=np.uint8)))
    with pytest.raises(ModelFormatError, match="0 test images"):
        mnist(tmp_path)


@given(st.integers(2, 60), st.integers(0, 2**32), st.floats(0.01, 0.99))
def test_a_split_is_a_partition_that_depends_on_its_seed(n: int, seed: int, test: float) -> None:
    x, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    if int(n * test) == 0:
        with pytest.raises(DomainError, match="leaves one part empty"):
            split(x, y, seed, test)
        return
    parts = split(x, y, seed, test)
    assert len(parts[2]) == int(n * test)
    assert sorted([*parts[1].tolist(), *parts[3].tolist()]) == list(range(n))
    assert all((a[:, 0] == 2 * b).all() for a, b in (parts[:2], parts[2:]))
    again = split(x, y, seed, test)
    assert all((a == b).all() for a, b in zip(parts, again, strict=True))


def test_other_seeds_split_otherwise_and_bad_shares_are_told() -> None:
    x = np.arange(40)
    assert (split(x, x, 0)[1] != split(x, x, 1)[1]).any()
    for share in (0, 1, -0.5, 1.5, float("nan")):
        with pytest.raises(DomainError, match="leaves one part empty"):
            split(x, x, 0, share)
    with pytest.raises(DomainError, match="40 samples and 39 labels"):
        split(x, x[1:], 0)
