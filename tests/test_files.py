"""`load` and `save`: the suffix decides, and a failure leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import plsym as pl
from plsym import ModelFormatError
from plsym.atomic import write_atomically

SUFFIXES = [".json", ".npz", ".nnet", ".onnx"]


def need(suffix: str) -> None:
    if suffix == ".onnx":
        pytest.importorskip("onnx")


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".JSON"])
@pytest.mark.parametrize("kind", [str, Path])
def test_round_trip(suffix: str, kind: type, tmp_path: Path) -> None:
    need(suffix)
    network = pl.random_network([2, 4, 3], seed=1)
    path = kind(tmp_path / f"net{suffix}")
    pl.save(network, path)
    again = pl.load(path)
    for x in ((0, 0), (1, -2), ("1/3", "7/5")):
        assert again(x) == network(x)
    assert os.listdir(tmp_path) == [f"net{suffix}"]


@pytest.mark.parametrize("suffix", [".h5", "", ".py", ".onnx.gz"])
def test_unknown_suffixes(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFormatError, match=r"cannot be read; known are \.json"):
        pl.load(tmp_path / f"net{suffix}")
    with pytest.raises(ModelFormatError, match=r"cannot be written; known are \.json"):
        pl.save(pl.sawtooth_network(1), tmp_path / f"net{suffix}")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_that_are_not_there(suffix: str, tmp_path: Path) -> None:
    need(suffix)
    with pytest.raises(FileNotFoundError, match="missing"):
        pl.load(tmp_path / f"missing{suffix}")
    with pytest.raises(OSError, match="nowhere"):
        pl.save(pl.sawtooth_network(1), tmp_path / "nowhere" / f"net{suffix}")
    folder = tmp_path / f"folder{suffix}"
    folder.mkdir()
    with pytest.raises(OSError, match="folder"):
        pl.load(folder)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"{", b"// only a comment", b"PK\x03\x04", b"[]"]
)
def test_content_behind_the_wrong_suffix(suffix: str, content: bytes, tmp_path: Path) -> None:
    need(suffix)
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)
    with pytest.raises(ModelFormatError, match="net"):
        pl.load(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_truncation_is_noticed(suffix: str, tmp_path: Path) -> None:
    need(suffix)
    path = tmp_path / f"net{suffix}"
    network = pl.random_network([2, 3, 1], seed=2)
    pl.save(network, path)
    data = path.read_bytes()
    for cut in range(0, len(data) - 1, max(1, len(data) // 60)):
        path.write_bytes(data[:cut])
        try:
            shorter = pl.load(path)
        except pl.PlsymError:
            continue
        # protobuf reads some prefixes as whole messages, and a cut inside the last
        # number of a text leaves a number; neither may be taken for another shape
        assert suffix in (".onnx", ".nnet")
        assert shorter.n_inputs == 2


def test_an_older_file_survives_a_failed_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.json"
    pl.save(pl.sawtooth_network(2), path)
    before = path.read_bytes()

    def broken(*args: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="no space"):
        pl.save(pl.sawtooth_network(3), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.json"]


def test_an_interrupt_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "net.json", b"{}")
    assert os.listdir(tmp_path) == []
