"""`plsym regions` and `plsym trajectory` from the shell."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

import plsym as pl
from plsym.cli import main


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


def output(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_counts_on_a_box_and_everywhere(capsys, net):
    network = pl.load(net)
    code, out, _ = output(capsys, "regions", net, "--box", "-1", "1", "--json")
    data = json.loads(out)
    found = pl.linear_regions(network, [(-1, 1)] * 2)
    assert code == 0
    assert data["cells"] == len(found)
    assert data["f_vector"] == list(found.f_vector)
    assert data["counts"] == {d: found.count(d) for d in ("activation", "connected", "affine")}
    _, out, _ = output(capsys, "regions", net)
    assert f"cells               {len(pl.linear_regions(network)):,}," in out
    _, out, _ = output(
        capsys, "regions", net, "--box", "-1", "1", "0", "2", "--definition", "closed"
    )
    assert str(pl.count_regions(network, [(-1, 1), (0, 2)], definition="closed")) in out
    for extra in (["--jobs", "2"], ["--engine", "rays"], ["--engine", "search"]):
        words = ["regions", net, "--box", "-1", "1", "--definition", "activation", *extra]
        _, out, _ = output(capsys, *words)
        assert out.splitlines()[-1].split() == ["activation", "regions", str(len(found))]
    _, out, _ = output(capsys, "regions", net, "--box", "-1", "1", "--definition", "convex")
    assert "convex regions" in out
    _, out, _ = output(capsys, "regions", net, "--box", "-1", "1", "--bounds")
    assert "Serra" in out


def test_pictures_and_certificates(capsys, tmp_path, net, deep):
    pytest.importorskip("matplotlib")
    picture, certificate = tmp_path / "map.svg", tmp_path / "map.cert"
    words = ["regions", net, "--box", "-1", "1", "--svg", str(picture), "-o", str(certificate)]
    code, _, err = output(capsys, *words, "--labels", "a,b,c")
    assert code == 0
    assert f"wrote {picture}" in err and f"wrote {certificate}" in err
    ET.fromstring(picture.read_text())
    assert output(capsys, "check", str(certificate))[0] == 0
    data = json.loads(certificate.read_text())
    data["claim"]["count"] += 1
    certificate.write_text(json.dumps(data))
    assert output(capsys, "check", str(certificate))[0] == 1
    words = ["--plane", "0,0,0,0,0", "1,0,0,0,0", "0,1,1/2,0,0", "--window", "-1", "1", "-2", "2"]
    for extra in (["--color", "regions"], ["--least"]):
        code, _, _ = output(capsys, "regions", deep, *words, "--svg", str(picture), *extra)
        assert code == 0
        ET.fromstring(picture.read_text())


def test_trajectories(capsys, net):
    network = pl.load(net)
    path = network.along([0, 0], [1, "1/2"])
    _, out, _ = output(capsys, "trajectory", net, "--from", "0,0", "--to", "1,1/2", "--json")
    data = json.loads(out)
    assert data["transitions"] == path.num_transitions == len(data["events"])
    assert data["pieces"] == path.num_pieces
    assert [row["transitions"] for row in data["layers"]] == list(path.transitions_per_layer)
    _, out, _ = output(
        capsys, "trajectory", net, "--arc", "1,0", "0,1", "--quarters", "4", "--list"
    )
    assert "degrees" in out
    code, out, _ = output(capsys, "trajectory", net, "--through", "0,0", "1,0", "1,1")
    assert code == 0
    assert "pieces so far" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--box", "1", "1"], "no interior"),
        (["--box", "0", "1", "2"], "2 numbers for all inputs or 4"),
        (["--svg", "x.svg"], "give a box"),
        (["--window", "0", "1", "0", "1"], "--window goes with --plane"),
        (["--plane", "0,0", "1,0", "2,0"], "on one line"),
        (["--plane", "0,0", "1,,0", "0,1"], "rational"),
        (["--box", "0", "1", "--plane", "0,0", "1,0", "0,1"], "not both"),
        (["--jobs", "2"], "go with --definition"),
        (["--definition", "convex", "--jobs", "2"], "parts of a domain"),
        (["--box", "-1", "1", "--svg", "x.svg", "--labels", "a"], "1 names for outputs"),
    ],
)
def test_bad_requests_end_with_one_line(capsys, net, words, message, tmp_path, monkeypatch):
    if "--svg" in words:
        pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    code, out, err = output(capsys, "regions", net, *words)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "x.svg").exists()


def test_too_large_a_request_says_how_large(capsys, net, deep):
    code, _, err = output(capsys, "regions", net, "--cells", "5")
    assert code == 3
    assert "activation regions" in err
    code, _, err = output(capsys, "regions", deep, "--svg", "x.svg")
    assert code == 2
    assert "--plane" in err or "plsym[plot]" in err
    for words in (["--from", "0,0"], ["--from", "0,0", "--to", "0,0"], ["--arc", "1,0", "2,0"], []):
        code, _, err = output(capsys, "trajectory", net, *words)
        assert code == 2
        assert err.count("\n") == 1
    assert output(capsys, "regions", "tent")[0] == 2
