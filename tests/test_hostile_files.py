"""Files of strangers: every reader refuses them in words, soon, and in little memory.

The long runs are ``python -m tests.fuzzing``; what they found stands here as cases.
"""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import os
import subprocess
import sys
import time
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from fuzzing.mutate import LARGEST, MUTATORS, mutated
from fuzzing.seeds import SEEDS
from fuzzing.targets import attempt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.batch import sweep
from plsym.cli.subject import read_point, read_subject
from plsym.errors import DomainError, FormulaError, ModelFormatError, PlsymError
from plsym.experiments.datasets import mnist
from plsym.networks import layers as ops
from plsym.networks.formats.json import from_data
from plsym.networks.layers import Node

ROOT = Path(__file__).parent.parent
NEEDS = {"onnx": "onnx", "pt": "torch"}
SECONDS = 8.0  # of the processor for one file, on a machine that is busy


@pytest.mark.parametrize("target", SEEDS)
@settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(rng=st.randoms(use_true_random=False))
def test_damaged_files_are_read_or_refused(tmp_path_factory, target, rng):
    if target in NEEDS and importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"needs {NEEDS[target]}")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r".*fuzzing\.mutate")
        content = mutated(rng, target, SEEDS[target]())
    assert len(content) <= LARGEST
    began = time.process_time()
    attempt(target, content, tmp_path_factory.getbasetemp())
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("target", SEEDS)
def test_the_seeds_are_sound(tmp_path, target):
    if target in NEEDS:
        pytest.importorskip(NEEDS[target])
    seeds = SEEDS[target]()
    assert seeds and set(MUTATORS) == set(SEEDS)
    for content in seeds:
        assert attempt(target, content, tmp_path)


def test_the_fuzzer_runs(tmp_path):
    command = [sys.executable, "-m", "tests.fuzzing", "sweep", "--seconds", "0.7"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 kinds of failure" in done.stdout


# formulas ------------------------------------------------------------------------------------

FOLDED = "x"
for _k in range(13):
    FOLDED = f"|{FOLDED}-{2.0 ** (-_k - 1)}|"


@pytest.mark.parametrize(
    "text",
    [
        "*".join(["1e9999"] * 1400) + "*x",
        "+".join(f"1/(1e9999+{i})" for i in range(500)),
        "+".join(["golden*1e9999"] + [f"golden/(1e999+{i})" for i in range(400)]),
        "sqrt(1e9999+1)*x",
        FOLDED + "+x" * 2000,
        "||||" * 12
        + "clip(3*x/(1e9999+1), -1, golden)"
        + "".join(f"|-{k + 1}/{k + 2}||" for k in range(24)),
        "(" * 5000 + "x",
        "x" + "*1e9999" * 20 + "".join(f"+|x-{k}/{k + 7}|" for k in range(300)),
        "clip(3*x, -1" + "/(1e9999+1)" * 40 + ", (1 + sqrt(5))/2) - abs(x)/7",
        "max(x, 1/3 - x" + "/(1e9999+1)" * 40 + " + min(golden, relu(x - 1)))",
    ],
)
def test_formulas_cost_little(text, monkeypatch):
    if text.startswith(FOLDED):  # what is counted are breakpoints: fewer show the same
        monkeypatch.setattr("plsym.piecewise.formula._MAX_WORK", 200_000)
    began = time.process_time()
    with pytest.raises(FormulaError):
        pl.PiecewiseLinear.from_formula(text)
    assert time.process_time() - began < SECONDS


def test_long_formulas_are_still_read():
    f = pl.PiecewiseLinear.from_formula("+".join(f"|x-{k}|" for k in range(300)))
    assert len(f.breakpoints) == 300
    assert len(pl.PiecewiseLinear.from_formula(FOLDED).breakpoints) == 2**13 - 1


# numbers in JSON -----------------------------------------------------------------------------


def _affine(values, shape):
    layer = {"name": "a", "op": "Affine", "inputs": ["input"]}
    return {
        "format": "plsym-network",
        "version": 1,
        "input_shape": [1],
        "output": "a",
        "layers": [{**layer, "weights": {"shape": shape, "values": values}}],
    }


def _function(xs):
    return {
        "format": "plsym-function",
        "version": 1,
        "breakpoints": xs,
        "values": ["0"] * len(xs),
        "left_slope": None,
        "right_slope": None,
    }


def test_exponents_that_fill_the_memory():
    began = time.process_time()
    for word in ("1e-999999", "1e999999", "1E+10000", "0.5e-12345", "1e999999999"):
        with pytest.raises(ModelFormatError, match="exponent"):
            from_data(_affine([word] * 6000, [6000, 1]))
        with pytest.raises(ModelFormatError, match="exponent"):
            pl.PiecewiseLinear.from_json(_function(["0", word]))
        with pytest.raises(PlsymError, match="exponent"):
            read_subject(f'[[0, 0], ["{word}", 1]]')
        with pytest.raises(PlsymError, match="exponent"):
            read_subject(f"[[0, 0], [{word}, 1]]")
    assert time.process_time() - began < SECONDS
    assert from_data(_affine(["1e-300", "0x1e99999/0x1"], [2, 1]))(1)[1] == 0x1E99999
    assert pl.PiecewiseLinear.from_json(_function(["0", "1e9999"]))("1e9999") == 0


def test_exponents_in_points(tmp_path):
    path = tmp_path / "point.json"
    path.write_text("[" + ", ".join(["1e-999999"] * 5000) + "]")
    with pytest.raises(DomainError, match="exponent"):
        read_point(str(path))
    path.write_text('[1e-3, ["1/3", ' + "7" * 5000 + "]]")
    assert read_point(str(path))[1:] == [pl.rational("1/3"), pl.rational("7" * 5000)]


def test_long_minimal_polynomials():
    number = {
        "minpoly": [-5, "9" * 5000, 1],
        "interval": ["-1", "1"],
        "coefficients": ["0", "1"],
    }
    began = time.process_time()
    with pytest.raises(ModelFormatError, match="too long"):
        pl.PiecewiseLinear.from_json(_function(["-9", number]))
    number["minpoly"] = [-(7**50), *[3**90] * 150, 5**60]
    with pytest.raises(ModelFormatError):
        pl.PiecewiseLinear.from_json(_function([number, number]))
    assert time.process_time() - began < SECONDS


def test_shapes_that_no_tensor_has(tmp_path):
    far = 200_000_000
    with pytest.raises(DomainError, match="entries"):
        pl.ReLUNetwork((Node("a", ops.ReLU()),), (far, far))
    grown = [Node("a", ops.Concat(0), ("input",) * 1000)]
    for k in range(8):
        grown.append(Node(f"b{k}", ops.Concat(0), (grown[-1].name,) * 1000))
    with pytest.raises(DomainError, match="entries"):
        pl.ReLUNetwork(tuple(grown), (1,))
    for make in (
        lambda: ops.MaxPool((far,)),
        lambda: ops.MaxPool((2,), strides=far),
        lambda: ops.AveragePool((2,), pads=far),
        lambda: ops.Convolution(np.ones((1, 1, 2)), dilations=far),
    ):
        with pytest.raises(DomainError, match="integers from"):
            make()
    with pytest.raises(DomainError, match="bounds of shapes"):
        ops.Clip(np.zeros((5000, 1)), np.ones((1, 5000)))
    with pytest.raises(DomainError, match="bounds of shapes"):
        ops.Clip(np.zeros(2), np.ones(3))
    with pytest.raises(DomainError, match="greater than"):
        ops.Clip(["1/3", 0], [0, 1])
    path = tmp_path / "net.json"
    data = _affine(["1"], [1, 1])
    data["layers"][0] = {"name": "a", "op": "MaxPool", "inputs": ["input"], "kernel": [10**6]}
    data["layers"][0] |= {"strides": [1], "pads": [0, 0], "dilations": [1]}
    data["input_shape"] = [1, far]
    path.write_text(json.dumps(data))
    began = time.process_time()
    assert pl.load(path).output_shape == (1, far - 10**6 + 1)  # nothing of that size is made
    assert time.process_time() - began < SECONDS


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 9), st.integers(1, 5), st.integers(1, 4), st.integers(0, 7), st.integers(1, 4),
    st.integers(0, 7),
)  # fmt: skip
def test_windows_without_entries_are_found(size, kernel, stride, low, dilation, high):
    """Against the list of all windows."""
    count = (size + low + high - dilation * (kernel - 1) - 1) // stride + 1
    if count < 1:
        return
    windows = [[w * stride - low + j * dilation for j in range(kernel)] for w in range(count)]
    sound = all(any(0 <= at < size for at in window) for window in windows)
    pool = ops.MaxPool((kernel,), (stride,), (low, high), (dilation,))
    try:
        assert pool.output_shape((1, size)) == (1, count)
        assert sound
    except DomainError:
        assert not sound


# archives ------------------------------------------------------------------------------------


def _archive(path, members, kind=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _header(kind, shape):
    buffer = io.BytesIO()
    description = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, description)
    return buffer.getvalue()


def test_archives_that_unpack_to_too_much(tmp_path):
    path = tmp_path / "net.npz"
    zeros = 30_000_000
    _archive(path, {"W0.npy": _header("|u1", (zeros, 1)) + bytes(zeros)})
    assert path.stat().st_size < LARGEST
    with pytest.raises(ModelFormatError, match="more entries than files of that size"):
        pl.load(path)
    # members that share their bytes: the directory lists one of them many times
    member = _header("|u1", (10**6, 1)) + bytes(10**6)
    _archive(path, {f"W{i}.npy": member for i in range(2)})
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start : start + (end - start) // 2]
    directory = entry * 500
    tail = bytearray(content[end:])
    tail[8:10] = tail[10:12] = (500).to_bytes(2, "little")
    tail[12:16] = len(directory).to_bytes(4, "little")
    path.write_bytes(content[:start] + directory + bytes(tail))
    with pytest.raises(ModelFormatError, match="cannot unpack to"):
        pl.load(path)
    _archive(path, {"W0.npy": _header("<f8", (1, 1)) + bytes(8)}, zipfile.ZIP_BZIP2)
    with pytest.raises(ModelFormatError, match="packed in an unknown way"):
        pl.load(path)


def test_networks_of_zeros_are_written_so_that_they_can_be_read(tmp_path):
    path = tmp_path / "net.npz"
    pl.save(pl.from_weights([(np.zeros((2000, 1000)), None)]), path)
    assert pl.load(path).num_parameters == 2_002_000


def test_headers_that_are_no_python(tmp_path):
    path = tmp_path / "net.npz"
    header = bytearray(_header("<f8", (1, 1)))
    header[header.index(b"}")] = ord("(")
    _archive(path, {"W0.npy": bytes(header) + bytes(8)})
    with pytest.raises(ModelFormatError, match="'W0' cannot be read"):
        pl.load(path)


def test_nnet_numbers_without_end(tmp_path):
    path = tmp_path / "net.nnet"
    for text in ("9" * 5000 + ",1,1,1\n", "1e9999,1,1,1,\n"):
        path.write_text(text)
        with pytest.raises(ModelFormatError, match=r"9{40}\.\.\.|0x[0-9a-f]{38}\.\.\."):
            pl.load(path)
    rows = ["1,1,1,1,", "1,1,", "0,", "1e9999,", "-1e9999,"]
    path.write_text("\n".join(rows))
    with pytest.raises(ModelFormatError, match="exceeds the maximum"):
        pl.load(path)


def test_idx_bombs(tmp_path):
    count = 50_000_000
    head = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (count // 4, 2, 2))
    content = gzip.compress(head + bytes(count))
    assert len(content) < LARGEST
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(ModelFormatError, match="unpacks to more than"):
        mnist(tmp_path)


# code in files -------------------------------------------------------------------------------


class _Runs:
    """Reading this as a pickle makes a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_pickles_in_arrays_do_not_run(tmp_path):
    path, trap = tmp_path / "net.npz", tmp_path / "trap"
    array = np.empty((1, 1), dtype=object)
    array[0, 0] = _Runs(trap)
    np.savez(path, W0=array)
    with pytest.raises(ModelFormatError, match="'W0' cannot be read"):
        pl.load(path)
    np.save(tmp_path / "x.npy", array, allow_pickle=True)
    (tmp_path / "x.npy").rename(path)
    with pytest.raises(ModelFormatError, match=r"not an \.npz file"):
        pl.load(path)
    assert not trap.exists()
    np.load(io.BytesIO(_pickled(array)), allow_pickle=True)
    assert trap.exists()  # the trap works


def _pickled(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


@pytest.mark.parametrize("new", [True, False])
def test_pickles_of_torch_do_not_run(tmp_path, new):
    torch = pytest.importorskip("torch")
    path, trap = tmp_path / "net.pt", tmp_path / "trap"
    layers = ["linear", "relu", "linear"]
    torch.save(_Runs(trap), path, _use_new_zipfile_serialization=new)
    with pytest.raises(ModelFormatError, match="loaded safely"):
        pl.load(path, architecture=layers)
    torch.save({"a": _Many(bytearray, 3 * 10**8)}, path, _use_new_zipfile_serialization=new)
    assert path.stat().st_size < LARGEST
    with pytest.raises(ModelFormatError, match="loaded safely"):
        pl.load(path, architecture=layers)
    assert not trap.exists()
    module = torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    torch.save(module.state_dict(), path, _use_new_zipfile_serialization=new)
    assert pl.load(path, architecture=layers).widths == (2,)


class _Many:
    """PyTorch's own reader allows this call, which fills the memory."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call[0], self.call[1:]


def test_tensors_that_are_larger_than_their_file(tmp_path):
    torch = pytest.importorskip("torch")
    path = tmp_path / "net.pt"
    for odd, message in [
        (torch.ones(1, 1).expand(10**6, 10**6), "only a part"),
        (torch.ones(1, 1, dtype=torch.complex64), "real numbers"),
        (torch.ones(1, 1).to_sparse(), "loaded safely|dense"),
        ("text", "to a str"),
        (3, "to a int"),
    ]:
        torch.save({"0.weight": odd}, path)
        with pytest.raises(ModelFormatError, match=message):
            pl.load(path, architecture=["linear"])
    torch.save({None: torch.ones(1, 1)}, path)
    with pytest.raises(ModelFormatError, match="maps None"):
        pl.load(path, architecture=["linear"])


def test_text_is_no_sympy_expression(tmp_path):
    pytest.importorskip("sympy")
    from plsym.interop.sympy import from_sympy

    trap = tmp_path / "trap"
    with pytest.raises(FormulaError, match="no sympy expression"):
        from_sympy(f"__import__('os').mkdir({str(trap)!r})")
    assert not trap.exists()


# models --------------------------------------------------------------------------------------


def test_models_that_are_no_networks(tmp_path):
    onnx = pytest.importorskip("onnx")
    network = pl.random_network([2, 3, 1], seed=0)
    path = tmp_path / "net.onnx"

    def changed(change):
        pl.save(network, path)
        model = onnx.load(path)
        change(model.graph)
        path.write_bytes(model.SerializeToString())
        began = time.process_time()
        with pytest.raises(PlsymError):
            pl.load(path)
        assert time.process_time() - began < SECONDS

    def attribute(name, value, kind="Gemm"):
        def change(graph):
            graph.node[0].op_type = kind
            for old in [a for a in graph.node[0].attribute if a.name == name]:
                graph.node[0].attribute.remove(old)
            graph.node[0].attribute.append(onnx.helper.make_attribute(name, value))

        return change

    def pooled(size, **attributes):
        def change(graph):
            node = onnx.helper.make_node("MaxPool", ["x"], ["y"], **attributes)
            dims = onnx.helper.make_tensor_value_info("x", 1, [1, 1, size])
            del graph.node[:], graph.input[:], graph.initializer[:]
            graph.node.append(node)
            graph.input.append(dims)
            graph.output[0].name = "y"

        return change

    def dims(graph):
        graph.initializer[0].dims[0] = 2**40

    def wires(graph):  # a node that waits for itself
        graph.node[0].input[0] = graph.node[0].output[0]

    def infinite(graph):
        graph.initializer[0].CopyFrom(
            onnx.numpy_helper.from_array(
                np.full((3, 2), 1j, np.complex64), graph.initializer[0].name
            )
        )

    for change in (
        attribute("alpha", float("inf")),
        attribute("alpha", float("nan")),
        attribute("beta", float("inf")),
        pooled(2**40, kernel_shape=[2]),
        pooled(2**62, kernel_shape=[2**61]),
        pooled(10**8, kernel_shape=[10**7], strides=[1]),
        pooled(9, kernel_shape=[2], strides=[0], auto_pad="SAME_UPPER"),
        pooled(9, kernel_shape=[2], auto_pad=b"\xff"),
        dims,
        wires,
        infinite,
    ):
        changed(change)


# sweeps --------------------------------------------------------------------------------------


def _half(x: int) -> float:
    return x / 2


@pytest.mark.parametrize(
    "result",
    [
        {"fraction": "1e999999999"},
        {"fraction": "1/0"},
        {"fraction": 0.5},
        {"fraction": []},
        {"fraction": "1", "dict": {}},
        {"dict": []},
        {"set": []},
        {"integer": "1e9"},
        {"integer": 3},
        {},
    ],
)
def test_results_that_no_sweep_wrote(tmp_path, result):
    path = tmp_path / "sweep.jsonl"
    sweep(_half, {"a": 1}, path=path)
    head = path.read_bytes().split(b"\n")[0]
    path.write_bytes(head + b"\n" + json.dumps({"item": "a", "result": result}).encode() + b"\n")
    began = time.process_time()
    with pytest.raises(ModelFormatError, match="no file of a sweep"):
        sweep(_half, {"a": 1}, path=path)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "content", [b"[]\n", b"3\n", b"{}\n", b"[" * 60_000 + b"\n", b"text", b"\xff\n", b"\n"]
)
def test_files_that_are_no_sweeps_are_left_alone(tmp_path, content):
    path = tmp_path / "sweep.jsonl"
    path.write_bytes(content)
    with pytest.raises(ModelFormatError, match="sweep"):
        sweep(_half, {"a": 1}, path=path)
    assert path.read_bytes() == content


# certificates --------------------------------------------------------------------------------


def test_what_a_certificate_says_can_be_printed(tmp_path):
    path = tmp_path / "certificate.json"
    claim = {"kind": "value", "point": "\ud800", "value": "1"}
    data = pl.certify.value(pl.tent(), "1/3").data
    path.write_text(json.dumps({**data, "claim": claim}))
    done = subprocess.run(
        [sys.executable, "-m", "plsym", "check", str(path)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (1, 2), done.stderr
    assert b"Traceback" not in done.stderr
