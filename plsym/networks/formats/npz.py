"""The .npz form of a network: plain weight arrays, or plsym's own description with arrays."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.atomic import write_atomically
from plsym.errors import ModelFormatError, PlsymError
from plsym.exact.dyadics import ExactArray
from plsym.networks.formats.archives import check_archive
from plsym.networks.formats.json import (
    from_data,
    pack_array,
    parse,
    to_data,
    unpack_array,
)
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.networks.weights import read_array

__all__ = ["load_npz", "save_npz"]

_DESCRIPTION = "plsym_network"
# Entries become doubles and Python's numbers: a file may hold this many, or so many for each
# of its bytes (zeros, packed, have 129 doubles in a byte).
_FREE_ENTRIES = 1 << 20
_MOST_ENTRIES = 64


def load_npz(path: str | os.PathLike[str]) -> ReLUNetwork:
    """Read a network from a .npz file.

    Parameters
    ----------
    path : path
        Written by `save_npz`, or with arrays W0, b0, W1, b1, ... : weights of shape
        (n_out, n_in) and biases (which may be missing) of a fully connected ReLU
        network, counted from 0 or 1.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    ModelFormatError
        If the file is corrupt, an array is missing, too large, not numeric or of a
        wrong shape; the message names the file and the array.
    OSError
        If the file cannot be read.

    Notes
    -----
    Pickled objects are never loaded.  Files that unpack to more than 4 GiB are refused, and
    small ones that unpack to far more than networks of their size do.

    Examples
    --------
    >>> save_npz(pl.sawtooth_network(3), "net.npz")
    >>> load_npz("net.npz")("1/8")
    Fraction(1, 1)
    """
    arrays = _read(Path(path))
    if _DESCRIPTION in arrays:
        return _described(arrays, str(path))
    return _plain(arrays, str(path))


def _read(path: Path) -> dict[str, NDArray[Any]]:
    content = path.read_bytes()
    check_archive(content, str(path), "an .npz file")
    arrays: dict[str, NDArray[Any]] = {}
    most = max(_FREE_ENTRIES, len(content) * _MOST_ENTRIES)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            for key in file.files:
                array = _array(file, key, str(path))
                most -= array.nbytes if key == _DESCRIPTION else array.size
                if most < 0:
                    raise ModelFormatError(
                        f"{path}: {len(content)} bytes hold more entries than files of that size "
                        "do; save the arrays with numpy.savez, not compressed, if they are meant"
                    )
                arrays[key] = array
    except (ValueError, EOFError, OSError) as error:
        if isinstance(error, ModelFormatError):
            raise
        raise ModelFormatError(f"{path} is not an .npz file: {error}") from None
    for key, array in arrays.items():
        if array.dtype.kind not in "fiu":
            raise ModelFormatError(
                f"{path}: array {key!r} holds {array.dtype}; float or integer weights are needed"
            )
    return arrays


def _array(file: Any, key: str, name: str) -> NDArray[Any]:
    try:
        return np.asarray(file[key])
    except Exception as error:  # numpy's reading of headers lets many classes through
        raise ModelFormatError(f"{name}: array {key!r} cannot be read: {error}") from None


def _plain(arrays: dict[str, NDArray[Any]], name: str) -> ReLUNetwork:
    numbers: dict[str, set[int]] = {"W": set(), "b": set()}
    for key in arrays:
        match = re.fullmatch(r"([Wb])(\d{1,6})", key)
        if match is None or str(int(match[2])) != match[2]:
            raise ModelFormatError(
                f"{name}: array {key!r} is not known; weights are W0, W1, ..., biases b0, b1, ..."
            )
        numbers[match[1]].add(int(match[2]))
    weights = sorted(numbers["W"])
    if not weights or weights != list(range(weights[0], weights[0] + len(weights))):
        raise ModelFormatError(
            f"{name}: weights W0, W1, ... without gaps are needed, found "
            + (", ".join(f"W{i}" for i in weights) or "none")
        )
    if weights[0] > 1 or not numbers["b"] <= numbers["W"]:
        raise ModelFormatError(f"{name}: weights must start with W0 or W1, and each b has its W")
    layers = []
    for i in weights:
        if arrays[f"W{i}"].ndim != 2:
            raise ModelFormatError(
                f"{name}: W{i} has shape {arrays[f'W{i}'].shape}; (n_out, n_in) is needed"
            )
        layers.append((arrays[f"W{i}"], arrays.get(f"b{i}")))
    try:
        return from_weights(layers)
    except PlsymError as error:
        raise ModelFormatError(f"{name}: {error}") from error


def _described(arrays: dict[str, NDArray[Any]], name: str) -> ReLUNetwork:
    description = arrays[_DESCRIPTION]
    if description.dtype != np.uint8 or description.ndim != 1:
        raise ModelFormatError(f"{name}: {_DESCRIPTION} must be a vector of bytes")

    def unpack(data: Any, where: str) -> ExactArray:
        if not (isinstance(data, dict) and "array" in data):
            return unpack_array(data, where)
        key = data["array"]
        if not isinstance(key, str) or key not in arrays:
            raise ModelFormatError(f"{where}: array {key!r} is missing")
        try:
            return read_array(arrays[key], where)
        except PlsymError as error:
            raise ModelFormatError(f"{where}: {error}") from None

    return from_data(parse(description.tobytes(), name), name, unpack)


def save_npz(network: ReLUNetwork, path: str | os.PathLike[str]) -> None:
    """Write a network to a .npz file, exactly.

    Parameters
    ----------
    network : ReLUNetwork
    path : path

    Raises
    ------
    OSError
        If the file cannot be written.

    Notes
    -----
    Weights that are doubles are stored as arrays, others as text; the nodes are
    described in JSON in the array "plsym_network" (bytes).

    Examples
    --------
    >>> save_npz(pl.sawtooth_network(3), "net.npz")
    >>> load_npz("net.npz").widths
    (2, 2, 2)
    """
    arrays: dict[str, NDArray[Any]] = {}

    def pack(array: ExactArray) -> Any:
        if not array.is_dyadic:
            return pack_array(array)
        key = f"p{len(arrays)}"
        arrays[key] = array.mid
        return {"array": key}

    description = json.dumps(to_data(network, pack)).encode()
    arrays[_DESCRIPTION] = np.frombuffer(description, dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    entries = sum(array.size for array in arrays.values())
    if entries > max(_FREE_ENTRIES, buffer.tell() * _MOST_ENTRIES):  # it would not be read again
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_atomically(path, buffer.getvalue())
