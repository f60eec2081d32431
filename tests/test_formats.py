from __future__ import annotations

import json
import os
import zipfile
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_nodes import node_networks, number

import plsym as pl
from plsym import atomic
from plsym.errors import ModelFormatError, PlsymError
from plsym.interop.files import load, save
from plsym.networks.formats.json import from_data, parse, to_data
from plsym.networks.formats.nnet import load_nnet
from plsym.networks.network import from_weights
from plsym.testing import networks

F = Fraction
DATA = Path(os.environ.get("PLSYM_DATA", Path(__file__).parents[2] / "shared" / "data"))
SUFFIXES = [".json", ".npz"]


def same(first, second, points):
    assert first.shapes == second.shapes
    assert [(n.name, type(n.op), n.inputs) for n in first.nodes] == [
        (n.name, type(n.op), n.inputs) for n in second.nodes
    ]
    assert to_data(first) == to_data(second)
    for x in points:
        assert first(x) == second(x)


# ------------------------------------------------------------------ round trips


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.data())
def test_round_trip_of_all_operations(tmp_path, suffix, data):
    network = data.draw(node_networks())
    x = data.draw(st.lists(number, min_size=network.n_inputs, max_size=network.n_inputs))
    save(network, tmp_path / f"net{suffix}")
    same(network, load(tmp_path / f"net{suffix}"), [x])


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(network=networks(floats=True))
def test_round_trip_of_floats(tmp_path, suffix, network):
    save(network, tmp_path / f"net{suffix}")
    same(network, load(tmp_path / f"net{suffix}"), [["1/3"] * network.n_inputs])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_round_trip_of_extreme_and_irrational_weights(tmp_path, suffix):
    extreme = from_weights([(np.array([[5e-324, 1.7e308], [-0.1, 0.0]]), [10**400 // 10**390, 0])])
    long = from_weights([([[F(1, 3**9000)]], ["-7/9"])])
    field = from_weights([([[pl.sqrt(5)], [1]], None), ([["1/2", pl.sqrt(5)]], None)])
    for network in (extreme, long, field):
        save(network, tmp_path / f"net{suffix}")
        same(network, load(tmp_path / f"net{suffix}"), [["2/7"] * network.n_inputs])


def test_plain_arrays(tmp_path):
    w0, b0 = np.array([[1.0], [1.0]], dtype=np.float32), np.array([0.0, -0.5])
    w1 = np.array([[2, -4]])
    for start in (0, 1):
        path = tmp_path / "plain.npz"
        np.savez(path, **{f"W{start}": w0, f"b{start}": b0, f"W{start + 1}": w1})
        assert load(path).to_piecewise(0, 1) == pl.tent()


def test_decimals_in_json_are_exact():
    data = to_data(from_weights([([["1/10"]], None)]))
    text = json.dumps(data).replace('"1/10"', "0.1")
    assert from_data(parse(text, "text"))(1) == F(1, 10)


def test_writing_is_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "net.json"
    save(pl.sawtooth_network(2), path)
    before = path.read_bytes()

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr(atomic.os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        save(pl.sawtooth_network(3), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["net.json"]


def test_a_saved_file_has_the_usual_permissions(tmp_path):
    path = tmp_path / "net.json"
    save(pl.sawtooth_network(2), path)
    (tmp_path / "other").write_text("")
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


# ------------------------------------------------------------------ wrong and hostile files


def test_unknown_suffixes_and_missing_files(tmp_path):
    with pytest.raises(ModelFormatError, match=r"'\.txt' cannot be read; known are \.json"):
        load(tmp_path / "net.txt")
    with pytest.raises(ModelFormatError, match=r"'\.h5' cannot be written"):
        save(pl.sawtooth_network(2), tmp_path / "net.h5")
    for suffix in (".json", ".npz", ".nnet"):
        with pytest.raises(FileNotFoundError, match="missing"):
            load(tmp_path / f"missing{suffix}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format="other"), "field 'format'"),
        (lambda d: d.update(version=99), "version 99"),
        (lambda d: d.pop("layers"), "layers must be a list"),
        (lambda d: d.update(layers=[]), "at least one node"),
        (lambda d: d.update(layers=[3]), r"layers\[0\]: an object"),
        (lambda d: d.update(input_shape="1"), "input_shape"),
        (lambda d: d.update(input_shape=[True]), "input_shape"),
        (lambda d: d.update(input_shape=[2]), r"node 'affine1'"),
        (lambda d: d.update(output=["x"]), "output must be"),
        (lambda d: d.update(output="nowhere"), "output='nowhere'"),
        (lambda d: d["layers"][0].update(op="Sine"), r"layers\[0\]\.op: 'Sine' is not known"),
        (lambda d: d["layers"][0].update(op="Op"), r"layers\[0\]\.op"),
        (lambda d: d["layers"][0].update(op=["Affine"]), r"layers\[0\]\.op"),
        (lambda d: d["layers"][0].update(name=""), r"layers\[0\]\.name"),
        (lambda d: d["layers"][0].update(inputs="input"), r"layers\[0\]\.inputs"),
        (lambda d: d["layers"][0].update(extra=1), r"layers\[0\]\.extra: Affine has no such"),
        (lambda d: d["layers"][0].pop("weights"), r"layers\[0\] \(Affine\)"),
        (lambda d: d["layers"][0].update(weights=None), r"layers\[0\] \(Affine\)"),
        (lambda d: d["layers"][0].update(weights=[1]), r"layers\[0\]\.weights"),
        (lambda d: d["layers"][0]["weights"].update(shape=[3, 1]), r"needs 3 values, there are 2"),
        (lambda d: d["layers"][0]["weights"].update(shape=[-1, -2]), r"weights\.shape"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", "x"]), r"weights\.values\[1\]"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", None]), r"weights\.values\[1\]"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", "1/0"]), r"weights\.values\[1\]"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", True]), r"weights\.values\[1\]"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", {}]), r"weights\.values\[1\]"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", "1e5000"]), r"weights"),
        (lambda d: d["layers"][0]["weights"].update(values=["1", {"minpoly": [1]}]), r"weights"),
    ],
)
def test_wrong_fields_are_named(change, message):
    data = json.loads(json.dumps(to_data(pl.sawtooth_network(2))))
    change(data)
    with pytest.raises(ModelFormatError, match=message):
        from_data(data, "net.json")


def test_wrong_plain_fields_are_named():
    pool = {"name": "p", "op": "MaxPool", "inputs": ["input"], "kernel": [2]}
    whole = {"format": "plsym-network", "version": 1, "input_shape": [1, 4], "layers": [pool]}
    assert from_data(whole)([1, 2, 4, 3]) == (2, 4)
    for key, value in [("kernel", "2"), ("kernel", [1.5]), ("strides", [True]), ("pads", 10**12)]:
        bad = {**whole, "layers": [{**pool, key: value}]}
        with pytest.raises(ModelFormatError, match=rf"layers\[0\]\.{key}"):
            from_data(bad)
    average = {**pool, "op": "AveragePool", "count_include_pad": 1}
    with pytest.raises(ModelFormatError, match="true or false"):
        from_data({**whole, "layers": [average]})
    maxout = {"name": "m", "op": "Maxout", "inputs": ["input"], "k": [2]}
    with pytest.raises(ModelFormatError, match=r"k: an integer"):
        from_data({**whole, "layers": [maxout]})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1, 2]", "null", '{"format": NaN}', "[" * 100_000, "\x00\xff", '"text"'],
)
def test_what_is_not_json(tmp_path, text):
    path = tmp_path / "net.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelFormatError, match=r"net\.json"):
        load(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_truncation_is_refused(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    save(pl.sawtooth_network(2), path)
    whole = path.read_bytes()
    for size in range(0, len(whole) - 2, max(1, len(whole) // 60)):
        path.write_bytes(whole[:size])
        with pytest.raises(ModelFormatError, match="net"):
            load(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_flipped_bytes_never_escape_as_other_errors(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    save(pl.sawtooth_network(2), path)
    whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(150):
        content = bytearray(whole)
        for at in rng.integers(0, len(content), 3):
            content[at] = rng.integers(0, 256)
        path.write_bytes(content)
        try:
            load(path)
        except PlsymError as error:
            assert isinstance(error, ModelFormatError)
            refused += 1
    assert refused > 20


def test_pickles_are_never_loaded(tmp_path):
    path = tmp_path / "net.npz"
    np.savez(path, W0=np.array([[object()]], dtype=object))
    with pytest.raises(ModelFormatError, match="'W0' cannot be read"):
        load(path)


def test_wrong_arrays_are_named(tmp_path):
    path = tmp_path / "net.npz"
    one = np.ones((1, 1))
    for arrays, message in [
        ({"W0": one, "V1": one}, "'V1' is not known"),
        ({"W0": one, "W01": one}, "'W01' is not known"),
        ({"W0": one, "W2": one}, "without gaps"),
        ({"b0": np.ones(1)}, "found none"),
        ({"W5": one}, "start with W0 or W1"),
        ({"W0": one, "b1": np.ones(1)}, "each b has its W"),
        ({"W0": np.ones(3)}, r"W0 has shape \(3,\)"),
        ({"W0": one, "b0": np.ones(2)}, "layer 1: the bias"),
        ({"W0": np.array([["a"]])}, "holds <U1"),
        ({"W0": np.array([[np.nan]])}, "finite"),
        ({"W0": np.ones((2, 3)), "W1": np.ones((1, 4))}, "layer 2"),
        ({"plsym_network": np.ones(3)}, "vector of bytes"),
        ({"plsym_network": np.frombuffer(b"{}", dtype=np.uint8)}, "'format'"),
    ]:
        np.savez(path, **arrays)
        with pytest.raises(ModelFormatError, match=message):
            load(path)


def test_an_array_that_the_description_misses(tmp_path):
    path = tmp_path / "net.npz"
    save(pl.sawtooth_network(2), path)
    with np.load(path) as file:
        arrays = {k: file[k] for k in file.files if k != "p0"}
    np.savez(path, **arrays)
    with pytest.raises(ModelFormatError, match=r"layers\[0\]\.weights: array 'p0' is missing"):
        load(path)


def test_an_archive_that_claims_to_be_huge(tmp_path):
    header = BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**7, 10**7)}
    )
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("W0.npy", header.getvalue())
    with pytest.raises(ModelFormatError, match="W0"):
        load(path)


# ------------------------------------------------------------------ .nnet

SMALL = """// a small network
2,1,1,2,
1,2,1,
0,
-1.0,
1.0,
0.5,10.0,
2.0,0.1,
1.0,
1.0,
0.0,
-0.5,
2.0,-4e0,
1e-1,
"""


def write(tmp_path, text):
    path = tmp_path / "small.nnet"
    path.write_text(text)
    return path


def test_nnet_is_read_with_its_normalisation(tmp_path):
    network = load(write(tmp_path, SMALL))
    tent = pl.tent()
    for x in (F(1, 2), F(3, 2), F(9, 4), F(5, 2)):
        assert network(x) == (tent((x - F(1, 2)) / 2) + F(1, 10)) / 10 + 10
    assert network.widths == (2,)


def test_nnet_may_clip_its_inputs(tmp_path):
    path = write(tmp_path, SMALL)
    free, clipped = load_nnet(path), load_nnet(path, clip_inputs=True)
    assert clipped.widths == (1, 2)
    assert clipped(1) == free(1) == clipped(5) != free(5)
    assert load(path, clip_inputs=True)(7) == free(1)


def test_nnet_truncations_name_the_line(tmp_path):
    lines = SMALL.splitlines(keepends=True)
    for count in range(1, len(lines)):
        path = write(tmp_path, "".join(lines[:count]))
        last = count if count > 1 else 0  # the first line is a comment
        with pytest.raises(ModelFormatError, match=rf"small\.nnet ends after line {last}"):
            load(path)


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (2, "2,1,1", "line 2: layers, inputs.*4 numbers are needed, there are 3"),
        (2, "2.5,1,1,2", "line 2: .*integer"),
        (2, "0,1,1,2", "line 2: .*integer"),
        (2, "99999,1,1,2", "line 3: layer sizes: 100000 numbers"),
        (3, "2,2,1", "line 3: layer sizes start with 2"),
        (3, "1,10000000,1", "line 3: .*integer from 1"),
        (5, "abc", "line 5: minima of the inputs: 'abc'"),
        (5, "nan", "line 5: minima"),
        (5, "1e99999", "line 5: minima"),
        (6, "-2", "line 6: the minimum -1 of input 0 exceeds"),
        (7, "0.5", "line 7: means.*2 numbers are needed, there are 1"),
        (8, "0.0,1.0", "line 8: ranges must be positive"),
        (9, "1.0,1.0", "line 9: row 1 of the weights of layer 1: 1 numbers"),
        (13, "2.0,,-4", "line 13: row 1 of the weights of layer 2"),
        (14, "1,2", "line 14: bias 1 of layer 2"),
    ],
)
def test_nnet_errors_name_the_line(tmp_path, line, text, message):
    lines = SMALL.splitlines()
    lines[line - 1] = text
    with pytest.raises(ModelFormatError, match=message):
        load(write(tmp_path, "\n".join(lines)))


def test_nnet_with_more_text_or_no_text(tmp_path):
    with pytest.raises(ModelFormatError, match="line 15: there is more text"):
        load(write(tmp_path, SMALL + "1.0,\n"))
    path = tmp_path / "small.nnet"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelFormatError, match="not a text file"):
        load(path)


@pytest.mark.skipif(not (DATA / "acasxu_1_1.nnet").exists(), reason="public networks are absent")
def test_acas_xu_against_floats():
    path = DATA / "acasxu_1_1.nnet"
    network = load(path)
    assert (network.n_inputs, network.widths, network.n_outputs) == (5, (50,) * 6, 5)
    x = [1000, "1/2", "-1/4", 600, 500]
    exact = np.array([float(v) for v in network(x)])
    assert np.allclose(exact, _reference(path, [1000, 0.5, -0.25, 600, 500]), rtol=1e-9)


def _reference(path, x):
    """The format's evaluation in floats, read independently."""
    rows = [
        [float(v) for v in line.split(",") if v.strip()]
        for line in path.read_text().splitlines()
        if not line.startswith("//")
    ]
    sizes = [int(v) for v in rows[1]]
    means, ranges = np.array(rows[5]), np.array(rows[6])
    h = (np.array(x) - means[:-1]) / ranges[:-1]
    at = 7
    for i, n in enumerate(sizes[1:]):
        w = np.array(rows[at : at + n])
        b = np.array(rows[at + n : at + 2 * n])[:, 0]
        at += 2 * n
        h = w @ h + b
        if i < len(sizes) - 2:
            h = np.maximum(h, 0)
    return h * ranges[-1] + means[-1]
