"""The .json form of a network: every weight an exact number in text."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from plsym.atomic import write_atomically
from plsym.errors import ModelFormatError, PlsymError
from plsym.exact.dyadics import ExactArray
from plsym.exact.scalars import Num, decode, encode, to_num
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op
from plsym.networks.network import ReLUNetwork
from plsym.networks.weights import read_array

__all__ = [
    "from_data",
    "load_json",
    "pack_array",
    "parse",
    "save_json",
    "to_data",
    "unpack_array",
]

FORMAT = "plsym-network"
VERSION = 1
_OPS: dict[str, type[Op]] = {
    name: getattr(ops, name)
    for name in ops.__all__
    if isinstance(getattr(ops, name), type)
    and issubclass(getattr(ops, name), Op)
    and getattr(ops, name) is not Op
}
_MAX_ENTRIES = 200_000_000

Pack = Callable[[ExactArray], Any]
Unpack = Callable[[Any, str], ExactArray]


def pack_array(array: ExactArray) -> Any:
    """Write an array as its shape and a list of exact numbers in text."""
    flat: list[Num] = array.scalars().ravel().tolist()
    return {"shape": list(array.shape), "values": [encode(v) for v in flat]}


def unpack_array(data: Any, where: str) -> ExactArray:
    """Read what `pack_array` wrote; ``where`` is how errors name it."""
    if not isinstance(data, dict) or not isinstance(data.get("values"), list):
        raise ModelFormatError(f"{where}: an object with 'shape' and 'values' is needed")
    shape = data.get("shape")
    if not isinstance(shape, list) or not all(_is_count(n) for n in shape):
        raise ModelFormatError(f"{where}.shape: a list of nonnegative integers is needed")
    values = data["values"]
    size = 1
    for n in shape:
        size *= n
    if size != len(values):
        raise ModelFormatError(
            f"{where}: shape {tuple(shape)} needs {size} values, there are {len(values)}"
        )
    out = np.empty(len(values), dtype=object)
    for i, item in enumerate(values):
        try:
            out[i] = decode(item) if isinstance(item, (dict, str)) else to_num(item)
        except (PlsymError, TypeError, ValueError, KeyError, ZeroDivisionError) as error:
            raise ModelFormatError(f"{where}.values[{i}]: {error}") from None
    try:
        return read_array(out.reshape(shape), where)
    except PlsymError as error:
        raise ModelFormatError(f"{where}: {error}") from None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_ENTRIES


def to_data(network: ReLUNetwork, pack: Pack = pack_array) -> dict[str, Any]:
    """Write a network as plain data for JSON.

    Parameters
    ----------
    network : ReLUNetwork
    pack : callable, optional
        How an array of weights is written; as shape and list of texts by default.

    Returns
    -------
    dict

    Examples
    --------
    >>> from plsym.networks.formats.json import to_data
    >>> to_data(pl.from_weights([([["1/3"]], None)]))["layers"][0]["weights"]
    {'shape': [1, 1], 'values': ['1/3']}
    """
    layers = []
    for node in network.nodes:
        entry: dict[str, Any] = {
            "name": node.name,
            "op": type(node.op).__name__,
            "inputs": list(node.inputs),
        }
        for item in fields(node.op):  # type: ignore[arg-type]
            value = getattr(node.op, item.name)
            if isinstance(value, ExactArray):
                value = pack(value)
            elif isinstance(value, tuple):
                value = list(value)
            entry[item.name] = value
        layers.append(entry)
    return {
        "format": FORMAT,
        "version": VERSION,
        "input_shape": list(network.input_shape),
        "output": network.output,
        "layers": layers,
    }


def from_data(data: Any, name: str = "network", unpack: Unpack = unpack_array) -> ReLUNetwork:
    """Read a network from plain data.

    Parameters
    ----------
    data : dict
        As `to_data` makes it.
    name : str
        How errors name the source.
    unpack : callable, optional
        How an array of weights is read.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    ModelFormatError
        If a field is missing, unknown or wrong; the message names it.

    Examples
    --------
    >>> from plsym.networks.formats.json import from_data, to_data
    >>> from_data(to_data(pl.sawtooth_network(3)))("1/8")
    Fraction(1, 1)
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ModelFormatError(f"{name}: the field 'format' must be {FORMAT!r}")
    if data.get("version") != VERSION:
        raise ModelFormatError(
            f"{name}: version {data.get('version')!r} is not known; this is version {VERSION}"
        )
    shape = data.get("input_shape")
    if not isinstance(shape, list) or not all(_is_count(n) for n in shape):
        raise ModelFormatError(f"{name}: input_shape must be a list of positive integers")
    entries = data.get("layers")
    if not isinstance(entries, list):
        raise ModelFormatError(f"{name}: layers must be a list")
    nodes = tuple(_node(entry, f"{name}: layers[{i}]", unpack) for i, entry in enumerate(entries))
    output = data.get("output", "")
    if not isinstance(output, str):
        raise ModelFormatError(f"{name}: output must be the name of a layer")
    try:
        return ReLUNetwork(nodes, tuple(shape), output)
    except PlsymError as error:
        raise ModelFormatError(f"{name}: {error}") from error


def _node(entry: Any, where: str, unpack: Unpack) -> Node:
    if not isinstance(entry, dict):
        raise ModelFormatError(f"{where}: an object is needed")
    title, kind, inputs = (entry.get(k) for k in ("name", "op", "inputs"))
    if not isinstance(title, str) or not title:
        raise ModelFormatError(f"{where}.name: a text that is not empty is needed")
    if not isinstance(kind, str) or kind not in _OPS:
        raise ModelFormatError(f"{where}.op: {kind!r} is not known; known are {', '.join(_OPS)}")
    if not isinstance(inputs, list) or not all(isinstance(i, str) for i in inputs):
        raise ModelFormatError(f"{where}.inputs: a list of names is needed")
    op = _OPS[kind]
    known = {item.name: item for item in fields(op)}  # type: ignore[arg-type]
    given = {k: v for k, v in entry.items() if k not in ("name", "op", "inputs")}
    for key in given:
        if key not in known:
            raise ModelFormatError(f"{where}.{key}: {kind} has no such field")
    values: dict[str, Any] = {}
    for key, value in given.items():
        at = f"{where}.{key}"
        if "ExactArray" in str(known[key].type):
            values[key] = None if value is None else unpack(value, at)
        else:
            values[key] = _plain(value, at, str(known[key].type))
    try:
        return Node(title, op(**values), tuple(inputs))
    except (PlsymError, TypeError, AttributeError) as error:
        raise ModelFormatError(f"{where} ({kind}): {error}") from None


def _plain(value: Any, where: str, kind: str) -> Any:
    """Integers, truth values and tuples of integers."""
    if kind == "bool":
        if isinstance(value, bool):
            return value
        raise ModelFormatError(f"{where}: true or false is needed")
    if isinstance(value, int) and not isinstance(value, bool) and kind == "int":
        return value
    whole = isinstance(value, list) and all(
        isinstance(v, int) and not isinstance(v, bool) and abs(v) <= _MAX_ENTRIES for v in value
    )
    if whole and kind != "int":
        return tuple(value)
    raise ModelFormatError(f"{where}: {'an integer' if kind == 'int' else 'integers'} needed")


def parse(content: str | bytes, name: str) -> Any:
    """Read JSON in which a decimal such as 0.1 is exactly one tenth."""

    def refuse(word: str) -> Any:
        raise ModelFormatError(f"{name}: {word} is not a number; weights must be finite")

    try:
        return json.loads(content, parse_float=str, parse_int=_integer, parse_constant=refuse)
    except ModelFormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise ModelFormatError(f"{name} is not JSON: {error}") from None


def _integer(word: str) -> Any:
    # very long integers stay text: the gate reads them without Python's digit limit
    return int(word) if len(word) < 4000 else word


def load_json(path: str | os.PathLike[str]) -> ReLUNetwork:
    """Read a network from a .json file.

    Parameters
    ----------
    path : path

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    ModelFormatError
        If the file is not such JSON; the message names the file and the field.
    OSError
        If the file cannot be read.

    Notes
    -----
    Exact: weights are integers, decimals (0.1 is one tenth) or texts "p/q", or
    objects for numbers of a real number field.

    Examples
    --------
    >>> save_json(pl.sawtooth_network(3), "net.json")
    >>> load_json("net.json")("1/8")
    Fraction(1, 1)
    """
    return from_data(parse(Path(path).read_bytes(), str(path)), str(path))


def save_json(network: ReLUNetwork, path: str | os.PathLike[str]) -> None:
    """Write a network to a .json file, exactly.

    Parameters
    ----------
    network : ReLUNetwork
    path : path

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> save_json(pl.sawtooth_network(3), "net.json")
    >>> load_json("net.json").widths
    (2, 2, 2)
    """
    write_atomically(path, (json.dumps(to_data(network)) + "\n").encode())
