"""Damage: to bytes, to JSON, to archives and to models.

Every function draws from a `random.Random`; hypothesis can stand behind one
(``st.randoms``), and then failures shrink.
"""

from __future__ import annotations

import gzip
import io
import json
import pickle
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

__all__ = ["LARGEST", "MUTATORS", "mutated"]

LARGEST = 64_000

# what has broken readers of numbers, counts, names and nesting before
WORDS = (
    b"1e999999",
    b"1e-999999",
    b"1e999999999",
    b"1e9999",
    b"0",
    b"-1",
    b"1/0",
    b"1/3",
    b"nan",
    b"NaN",
    b"Infinity",
    b"-0x1",
    b"0x" + b"f" * 300,
    b"9" * 5000,
    b"(" * 90,
    b"[" * 200,
    b"{}",
    b"\\ud800",
    b"\xff\xfe",
    b"\x00",
    b"\n",
    b",",
    b"18446744073709551616",
    b"2147483648",
    b"100000000",
    b"true",
    b"null",
)
FORMULA_WORDS = (
    b"x",
    b"golden",
    b"sqrt(2)",
    b"sqrt(1e9999)",
    b"sqrt(99999999999999999999999999999977)",
    b"max(x,",
    b"|",
    b"abs(",
    b"relu(",
    b")",
    b"*",
    b"/",
    b"/(1e9999+1)",
    b"*1e9999",
    b"+1/3*x",
    b"clip(",
    b"-",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    2,
    64,
    1000,
    10**6,
    2**31,
    10**8,
    2**63,
    10**30,
    0.5,
    1e300,
    float("inf"),
    "",
    "0",
    "1/3",
    "-7",
    "1/0",
    "1e999999",
    "1e-9999",
    "0x" + "f" * 400,
    "-0x1",
    "\ud800",
    "input",
    "fraction",
    "9" * 5000,
    [],
    {},
    [[]],
    [0],
    ["1", "2"],
    {"fraction": "1e999999999"},
    {"fraction": 0.5},
    {"dict": []},
    {"minpoly": [-1, -1, 1], "interval": ["1", "2"], "coefficients": ["0", "1"]},
    {"minpoly": [10**40, 0, 0, 0, 1], "interval": ["-1", "1e9"], "coefficients": ["0"]},
)

Mutator = Callable[[Random, bytes, Sequence[bytes]], bytes]


def _bytes(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """One to six edits: flips, deletions, repeats, insertions, splices."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(data) + 1)
        length = rng.choice((1, 1, 2, 4, 8, 40, 400))
        kind = rng.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length] * rng.choice((1, 2, 50))
        elif kind == 3:
            data[at:at] = rng.choice(WORDS)
        elif kind == 4:
            other = rng.choice(others)
            start = rng.randrange(len(other) + 1)
            data[at : at + length] = other[start : start + length]
        else:
            data[at : at + length] = rng.randbytes(min(length, 8))
    return bytes(data)


def _formula(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    data = content
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(data) + 1)
        word = rng.choice(FORMULA_WORDS if rng.random() < 0.8 else WORDS)
        data = (
            data[:at]
            + word * rng.choice((1, 1, 1, 1, 3, 40))
            + data[at + rng.choice((0, 0, 1, 2)) :]
        )
    if rng.random() < 0.2:
        data = b"(" + data + b")" + rng.choice((b"+", b"*", b"-")) + data
    if rng.random() < 0.2:
        for k in range(rng.randint(1, 24)):
            data = b"||" + data + b"|-%d/%d|" % (rng.randint(1, 9), k + 1)
    return data


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += _places(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            found += _places(item, (*path, i))
    return found


def _changed(rng: Random, data: Any) -> Any:
    """JSON with values replaced, moved, repeated, nested and taken away."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        places = _places(data)
        if not places:
            return rng.choice(VALUES)
        place = rng.choice(places)
        holder = data
        for key in place[:-1]:
            holder = holder[key]
        key = place[-1]
        kind = rng.randrange(6)
        if kind <= 1:
            holder[key] = json.loads(json.dumps(rng.choice(VALUES)))
        elif kind == 2:
            other = data
            for step in rng.choice(places):
                other = other[step]
            holder[key] = json.loads(json.dumps(other))
        elif kind == 3 and isinstance(holder, dict):
            name = rng.choice(("", key + "x", "network", "layers", "format", "\ud800"))
            holder[name] = holder.pop(key)
        elif kind == 3 and isinstance(holder[key], list):
            holder[key] = holder[key] * rng.choice((0, 2, 30))
        elif kind == 4:
            del holder[key]
        else:
            for _ in range(rng.choice((1, 2, 100))):
                holder[key] = [holder[key]]
    return data


def _json(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return _bytes(rng, content, others)
    return json.dumps(_changed(rng, data)).encode()


def _json_lines(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] = _json(rng, lines[at], others)
    return b"\n".join(lines)


def _npz(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Arrays of other shapes, kinds and headers in a sound archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return _bytes(rng, content, others)
    name = rng.choice(sorted(members)) if members else "W0.npy"
    # archives that swell are slow to write: a few are enough
    kind = rng.choices(range(7), weights=(8, 8, 1, 8, 8, 8, 8))[0]
    if kind == 0:
        members[name] = _bytes(rng, members.get(name, b"x"), others)
    elif kind == 1:
        header = io.BytesIO()
        shape = tuple(rng.choice((0, 1, 3, 10**5, 10**9, 2**63)) for _ in range(rng.randint(0, 3)))
        what = rng.choice(("<f8", "<f2", "|O", "|b1", "<c16", "<U9", "<m8[s]", "|u1", "V7"))
        description = {"descr": what, "fortran_order": rng.random() < 0.5, "shape": shape}
        np.lib.format.write_array_header_1_0(header, description)
        members[name] = header.getvalue() + rng.randbytes(rng.randint(0, 99))
    elif kind == 2:
        header = io.BytesIO()
        count = rng.choice((10**6, 4 * 10**7))
        what = rng.choice(("|u1", "<f8", "<f4"))
        size = count // np.dtype(what).itemsize
        shape = rng.choice(((size, 1), (1, size), (size,)))
        description = {"descr": what, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(header, description)
        fill = rng.choice((b"\0", b"1", b"[", b"{"))
        name = rng.choice((name, "W0.npy", "plsym_network.npy"))
        members[name] = header.getvalue() + fill * count
    elif kind == 3:
        members.pop(name, None)
    elif kind == 4:
        members[rng.choice(("W7.npy", "b9.npy", "x", "\u0661.npy", "W0"))] = members.get(name, b"")
    elif "plsym_network.npy" in members:
        try:
            array = np.load(io.BytesIO(members["plsym_network.npy"]))
        except Exception:  # damaged before; numpy's reading of headers lets many classes through
            return _bytes(rng, content, others)
        text = _json(rng, array.tobytes(), others)
        out = io.BytesIO()
        np.save(out, np.frombuffer(text, dtype=np.uint8))
        members["plsym_network.npy"] = out.getvalue()
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for key, value in members.items():
            archive.writestr(key, value)
            if rng.random() < 0.03:
                archive.writestr(key, value)
    return buffer.getvalue()


INTEGERS = (0, -1, 1, 2, 3, 7, 1000, 10**6, 2**31 - 1, 2**31, 2**40, 2**62, -(2**63))


def _onnx(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Models with other shapes, attributes, operations and wires."""
    import onnx

    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except Exception:
        return _bytes(rng, content, others)
    graph = model.graph
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        kind = rng.randrange(9)
        node = rng.choice(graph.node) if len(graph.node) else graph.node.add()
        tensors = list(graph.initializer)
        number = rng.choice(INTEGERS)
        if kind == 0 and tensors:
            tensor = rng.choice(tensors)
            if len(tensor.dims) and rng.random() < 0.7:
                tensor.dims[rng.randrange(len(tensor.dims))] = number
            else:
                tensor.dims.append(number)
        elif kind == 1 and tensors:
            tensor = rng.choice(tensors)
            tensor.data_type = rng.randrange(24)
            if rng.random() < 0.5:
                tensor.raw_data = rng.randbytes(rng.choice((0, 1, 4, 8, 16, 64)))
        elif kind == 2:
            names = ["axis", "axes", "shape", "pads", "strides", "dilations", "kernel_shape"]
            names += ["group", "alpha", "beta", "perm", "to", "auto_pad", "epsilon", "value_float"]
            names += ["transA", "transB", "min", "max", "value", "ceil_mode", "value_ints"]
            value = rng.choice(
                [number, [number, number], [number] * 4, [], 1.5, float("inf"), "SAME_UPPER", [1.5]]
            )
            name = rng.choice(names)
            for old in [a for a in node.attribute if a.name == name]:
                node.attribute.remove(old)
            if value == []:
                node.attribute.add(name=name, type=onnx.AttributeProto.INTS)
            else:
                node.attribute.append(onnx.helper.make_attribute(name, value))
        elif kind == 3:
            from plsym.interop.onnx_ops import HANDLERS

            node.op_type = rng.choice(sorted(HANDLERS))
        elif kind == 4:
            wires = [o for n in graph.node for o in n.output] + [t.name for t in tensors]
            wires += [v.name for v in graph.input] + ["", "nowhere"]
            if len(node.input) and rng.random() < 0.6:
                node.input[rng.randrange(len(node.input))] = rng.choice(wires)
            else:
                node.input.extend([rng.choice(wires)] * rng.choice((1, 1, 200)))
        elif kind == 5 and len(graph.input):
            shape = graph.input[0].type.tensor_type.shape
            if len(shape.dim) and rng.random() < 0.7:
                shape.dim[rng.randrange(len(shape.dim))].dim_value = number
            else:
                shape.dim.add().dim_value = number
        elif kind == 6 and len(graph.node):
            at = rng.randrange(len(graph.node))
            if rng.random() < 0.5:
                del graph.node[at]
            else:
                graph.node.insert(rng.randrange(len(graph.node)), graph.node[at])
        elif kind == 7 and tensors:
            tensor = rng.choice(tensors)
            array = rng.choice(
                [
                    np.full((2, 2), np.nan, np.float32),
                    np.array([0.0], np.float32),
                    np.array([-1, 0], np.int64),
                    np.array([2**62, -(2**63)], np.int64),
                    np.zeros((1, 0), np.float32),
                    np.zeros((), np.float64),
                    np.array(["text"], dtype=object),
                ]
            )
            name = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, name))
        elif len(node.output):
            node.output[0] = rng.choice(["", *[o for n in graph.node for o in n.output]])
    return bytes(model.SerializeToString())


class _Call:
    """Pickles as a call of a function; reading such a pickle would run it."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def _pt(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """State dicts of other things than small float tensors, and archives that are damaged."""
    import torch

    if rng.random() < 0.4:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
        except Exception:
            return _bytes(rng, content, others)
        name = rng.choice(sorted(members))
        members[name] = _bytes(rng, members[name], others)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for key, value in members.items():
                archive.writestr(key, value)
        return buffer.getvalue()
    one = torch.ones(1, 1)
    size = rng.choice(((0, 1), (1, 0), (10**6, 10**6), (2, 1), (1,), (), (1, 1, 1)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # quantized tensors are deprecated, and still in files
        quantized = torch.quantize_per_tensor(one, 0.5, 0, torch.qint8)
    odd = rng.choice(
        [
            one.expand(size) if 0 not in size and len(size) == 2 else torch.zeros(size),
            one.to_sparse(),
            one.to(torch.complex64),
            one.to(torch.bfloat16),
            one * float("nan"),
            one.bool(),
            one.requires_grad_(),
            quantized,
            torch.zeros(1, 1, device="meta"),
            "text",
            None,
            [one],
            {"weight": one},
            3,
        ]
    )
    state: Any = {"0.weight": torch.ones(1, 1), "0.bias": torch.ones(1)}
    key: Any = rng.choice(("0.weight", "0.bias", "", 7, None, "0.running_mean", (1, 2)))
    state[key] = odd
    if rng.random() < 0.2:
        state = rng.choice([odd, [state], (), {}, {key: state}])
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if rng.random() < 0.2:
            call = rng.choice([_Call(bytearray, 10**10), _Call(print, "ran"), _Call(set, ())])
            return pickle.dumps(call, protocol=2)
        torch.save(state, buffer, _use_new_zipfile_serialization=rng.random() < 0.7)
    return buffer.getvalue()


def _idx(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Other sizes, codes and data; compressed, in parts, or as a bomb."""
    try:
        plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (EOFError, OSError, zlib.error):
        return _bytes(rng, content, others)
    data = bytearray(plain)
    kind = rng.choices(range(5), weights=(8, 8, 1, 8, 8))[0]
    if kind == 0 and len(data) >= 8:
        at = 4 * rng.randrange(1, 4)
        data[at : at + 4] = rng.choice((0, 1, 2, 10**6, 2**31, 2**32 - 1)).to_bytes(4, "big")
    elif kind == 1:
        return gzip.compress(_bytes(rng, bytes(data), others), mtime=0)
    elif kind == 2:
        count = rng.choice((10**6, 5 * 10**7))
        head = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (count // 4, 2, 2))
        return gzip.compress(head + bytes(count), mtime=0)
    elif kind == 3:
        data = data[:100_000] * rng.choice((0, 2, 100))
    else:
        return _bytes(rng, content, others)
    return bytes(data) if rng.random() < 0.5 else gzip.compress(bytes(data), mtime=0)


MUTATORS: dict[str, tuple[Mutator, ...]] = {
    "formula": (_bytes, _formula, _formula),
    "function": (_bytes, _json, _json),
    "json": (_bytes, _json, _json),
    "npz": (_bytes, _npz, _npz),
    "nnet": (_bytes,),
    "onnx": (_bytes, _onnx, _onnx),
    "pt": (_bytes, _pt),
    "certificate": (_bytes, _json, _json),
    "sweep": (_bytes, _json_lines, _json_lines),
    "idx": (_bytes, _idx),
}


def mutated(rng: Random, target: str, seeds: Sequence[bytes]) -> bytes:
    """A damaged copy of one of the seeds, of at most `LARGEST` bytes."""
    for _ in range(5):
        content = rng.choice(seeds)
        for _ in range(rng.choice((1, 1, 1, 2))):
            try:
                content = rng.choice(MUTATORS[target])(rng, content, seeds)
            except (gzip.BadGzipFile, EOFError, OverflowError, ValueError, TypeError):
                content = _bytes(rng, content, seeds)  # the damage cannot be written that way
        if len(content) <= LARGEST:
            return content
    return content[:LARGEST]
