"""`plsym plot`, and the pictures of `plsym regions`, from the shell."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import plsym as pl
from plsym.cli import main
from plsym.cli.plot import KINDS

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent
START = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.json"
    pl.save(pl.random_network([2, 6, 4, 3], seed=1), path)
    return str(path)


@pytest.fixture
def deep(tmp_path):
    path = tmp_path / "deep.json"
    pl.save(pl.random_network([5, 6, 4, 2], seed=1), path)
    return str(path)


@pytest.fixture
def plot(capsys, tmp_path):
    def call(*words, form="svg", code=0):
        file = tmp_path / f"picture.{form}"
        file.unlink(missing_ok=True)
        found = main(["plot", *words, "-o", str(file), "--json"])
        out, err = capsys.readouterr()
        assert found == code, err
        if code:
            assert out == ""
            lines = [line for line in err.splitlines() if "drawing" not in line]  # if it is slow
            assert len(lines) == 1 and lines[0].startswith("plsym: error: ")
            assert not file.exists()
            return err
        content = file.read_bytes()
        assert content.startswith(START[form])
        data = json.loads(out)
        assert data["bytes"] == len(content)
        assert (data["command"], data["kind"]) == ("plot", words[0])
        assert f"plsym: wrote {file}, {len(content)} bytes" in err
        return data

    return call


def test_graphs_of_iterates(plot):
    data = plot("graph", "tent", "-n", "20", form="png")
    assert (data["pieces"], data["laps"], data["image"]) == (2**20, 2**20, ["0", "1"])
    plot("graph", "abs_map(golden)", "-n", "300", "--part", "-1/2", "1/2", "--columns", "50")
    examples = str(ROOT / "examples" / "iterate.onnx")
    assert plot("graph", examples, "--domain", "0", "1", form="pdf")["pieces"] == 18
    assert plot("graph", "max(0, 2*x) - abs(x - 1/3)")["pieces"] == 3


def test_cobwebs(plot):
    data = plot("cobweb", "tent", "--start", "1/7", form="png")
    assert (data["period"], data["cycle"]) == (3, ["2/7", "4/7", "6/7"])
    data = plot("cobweb", "abs_map(3/2)", "--start", "-1/3", "--steps", "5", "-n", "2")
    assert (data["period"], data["steps"]) == (None, 5)


def test_covers(plot):
    data = plot("cover", "stefan_map(5)", "--cycle", "5", "--title", "$p = 5$")
    assert data["edges"] == [[0, 3], [1, 1], [1, 2], [2, 0], [3, 0], [3, 1]]
    data = plot("cover", "tent", "--points", "0,1/2,1", "--power", "2", "--layout", "line")
    assert len(data["edges"]) == 4
    assert "pass up_to" in plot("cover", "abs_map(7/5)", code=3)


def test_counts(plot):
    data = plot("growth", "abs_map(golden)", "-n", "9")
    assert data["laps"] == pl.lap_numbers(pl.abs_map(pl.golden()), 9)
    assert data["exact"]["minpoly"] == [-5, 0, 1]
    data = plot("growth", "truncated_tent(6/7)", "--what", "pieces", "--roots")
    assert data["pieces"] == pl.piece_numbers(pl.truncated_tent("6/7"), 40)
    data = plot("crossings", "abs_map(golden)", "--x", "-1", "--y", "0", "--rate", "golden")
    assert data["crossings"] == pl.crossing_numbers(pl.abs_map(pl.golden()), -1, 0, 40)


def test_pictures_of_the_plane(plot, net, deep):
    found = pl.linear_regions(pl.load(net), [(-1, 1)] * 2)
    box = [net, "--box", "-1", "1"]
    for by in ("connected", "pattern", "affine", "neuron"):
        data = plot("regions", *box, "--by", by)
        assert data["cells"] == len(found)
        assert data["counts"]["connected"] == found.count("connected")
    plot("hyperplanes", *box, "--layers", "0", form="pdf")
    data = plot("region-graph", *box, "--definition", "affine")
    graph = found.graph("affine")
    assert data["graph"] == {"nodes": len(graph), "edges": graph.number_of_edges()}
    data = plot("decisions", *box, "--labels", "a,b,c", "--least")
    assert data["outputs"] == list(found.decision_map(least=True).classes)
    words = ["--plane", "0", "1,0,0,0,0", "0,1,1/2,0,0", "--window", "-1", "1", "-2", "2"]
    assert plot("regions", deep, *words, form="png")["cells"] > 1
    assert "activation regions" in plot("regions", *box, "--cells", "3", code=3)


def test_paths(plot, net):
    network = pl.load(net)
    path = network.along([0, 0], [1, "1/2"])
    data = plot("trajectory", net, "--from", "0,0", "--to", "1,1/2")
    assert data["transitions"] == path.num_transitions
    arc = ["--arc", "1,0", "0,1", "--centre", "0,1/3", "--quarters", "4"]
    data = plot("trajectory", net, *arc, "--layers", "0,output", form="png")
    data = plot("transitions", net, *arc)
    turn = pl.trajectory(network, pl.arc([1, 0], [0, 1], [0, "1/3"], quarters=4))
    assert data["transitions_per_layer"] == list(turn.transitions_per_layer)
    plot("transitions", net, "--through", "0,0", "1,0", "1,1", form="pdf")


def test_the_file_can_be_sized_and_is_the_same_each_time(capsys, tmp_path):
    file = tmp_path / "a.png"
    words = ["plot", "graph", "tent", "-o", str(file)]
    assert main([*words, "--size", "4", "2", "--dpi", "50"]) == 0
    assert capsys.readouterr().out == ""
    size = [int.from_bytes(file.read_bytes()[k : k + 4], "big") for k in (16, 20)]
    assert size == [200, 100]
    once = []
    for name in ("b.svg", "c.svg"):
        words[-1] = str(tmp_path / name)
        assert main([*words, "--title", "costs $5 and more"]) == 0
        once.append((tmp_path / name).read_bytes())
    assert once[0] == once[1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "b.svg", "c.svg"]


def test_a_missing_letter_is_said_in_one_line(capsys, tmp_path):
    file = tmp_path / "a.png"
    assert main(["plot", "graph", "tent", "-o", str(file), "--title", "\u6f22"]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "drawing" not in line]
    assert len(lines) == 2
    assert "missing from font" in lines[0] and lines[1].startswith("plsym: wrote")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["graph", "tent", "--start", "0"], "--start goes with cobweb, not with graph"),
        (["graph", "tent", "--markov"], "--markov goes with cover"),
        (["graph", "tent", "--from", "0"], "--from goes with trajectory, transitions"),
        (["cobweb", "tent"], "--start X"),
        (["cobweb", "tent", "--start", "2"], "outside the domain"),
        (["crossings", "tent", "--x", "0"], "--x X --y Y"),
        (["crossings", "tent", "--x", "1", "--y", "0"], "x < y"),
        (["graph", "tent", "-n", "-1"], "at least 0"),
        (["graph", "3*x", "--domain", "0", "1", "-n", "2"], "leaves its domain"),
        (["graph", "tent", "--part", "0", "2"], "not inside the domain"),
        (["graph", "tent", "--columns", "0"], "at least one column"),
        (["graph", "tent", "--size", "0", "3"], "inches"),
        (["graph", "tent", "--size", "0.3", "0.3"], "no room"),
        (["graph", "tent", "--dpi", "1e9"], "--dpi"),
        (["graph", "tent", "--title", "$\\frac$"], "no formula"),
        (["growth", "tent", "-n", "0"], "at least one iterate"),
        (["cover", "tent", "--points", "0"], "two at least"),
        (["regions", "tent", "--box", "0", "1"], "no network"),
        (["pie", "tent"], "invalid choice"),
        (["graph", "no such thing"], ""),
        (["trajectory", "NET"], "give one path"),
        (["trajectory", "NET", "--from", "0,0", "--to", "1,1", "--quarters", "2"], "--arc"),
        (["trajectory", "NET", "--from", "0,0", "--to", "1,1", "--layers", "x"], "--layers x"),
        (["regions", "NET"], "--box LOW HIGH"),
        (["regions", "DEEP", "--box", "0", "1"], "--plane P Q R"),
        (["hyperplanes", "NET", "--box", "0", "1", "--layers", "2"], "layer 2 does not exist"),
        (["decisions", "NET", "--box", "0", "1", "--labels", "a"], "1 names for outputs"),
    ],
)
def test_bad_requests_end_with_one_line(plot, net, deep, words, message):
    named = [{"NET": net, "DEEP": deep}.get(word, word) for word in words]
    assert message in plot(*named, code=2)


@pytest.mark.parametrize(
    ("file", "message"),
    [("x.gif", "written as .png, .svg or .pdf"), ("x", "written as"), ("no/x.png", "no such")],
)
def test_where_pictures_cannot_go(capsys, tmp_path, monkeypatch, net, file, message):
    monkeypatch.chdir(tmp_path)
    for words in (["plot", "graph", "tent", "-o", file], ["regions", net, "--svg", file]):
        assert main(words) == 2
        assert message in capsys.readouterr().err


def test_without_matplotlib_nothing_long_begins(capsys, monkeypatch, net, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("plsym.regions.linear.linear_regions", None)
    file = str(tmp_path / "x.svg")
    box = ["--box", "-1", "1"]
    for words in (
        ["regions", net, *box, "--svg", file],
        ["plot", "regions", net, *box, "-o", file],
    ):
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert "pip install 'plsym[plot]'" in err
        assert (out, err.count("\n")) == ("", 1)


def test_every_kind_is_described(capsys):
    assert main(["plot", "--help"]) == 0
    shown = capsys.readouterr().out
    for kind in KINDS:
        assert kind in shown


def test_regions_still_draw_maps(capsys, net, tmp_path):
    svg, png = tmp_path / "map.svg", tmp_path / "map.png"
    words = ["regions", net, "--box", "-1", "1"]
    assert main([*words, "--svg", str(svg), "--labels", "a,b,c"]) == 0
    assert f"wrote {svg}" in capsys.readouterr().err
    text = svg.read_text()
    ET.fromstring(text)
    # letters are outlines; comments say what they spell
    assert "activation regions" in text
    shares = re.findall(r"<!-- ([abc])  (\d+\.\d)% -->", text)
    volumes = pl.linear_regions(pl.load(net), [(-1, 1)] * 2).decision_map().volumes
    assert shares == [("abc"[k], f"{float(v) / 4 * 100:.1f}") for k, v in volumes.items()]
    assert main([*words, "--svg", str(png), "--color", "regions"]) == 0
    assert png.read_bytes().startswith(START["png"])
