from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import plsym as pl
from plsym.cli import main
from plsym.cli import progress as progress_module
from plsym.cli.progress import working

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
DIGITS = str(EXAMPLES / "digits.onnx")
ITERATE = str(EXAMPLES / "iterate.onnx")


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1  # one object, one line
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*argv: str) -> Result:
        code = main(argv)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


def _fails(result: Result, code: int, *words: str) -> None:
    assert result.code == code
    assert result.out == ""
    lines = result.err.splitlines()
    assert len(lines) == 1, result.err
    assert lines[0].startswith("plsym: error: ")
    for word in words:
        assert word in lines[0]


# ------------------------------------------------------------------ iterate


def test_iterate_counts(run: Any) -> None:
    data = run("iterate", "truncated_tent(6/7)", "-n", "8", "--json").json
    assert data["laps"] == [2, 4, 8, 14, 24, 40, 66, 108]
    assert data["pieces"] == [3, 7, 15, 27, 47, 79, 131, 215]


def test_iterate_golden_on_its_interval(run: Any) -> None:
    assert run("iterate", "abs_map(golden)", "-n", "40", "--json").json["laps"][-1] == 331160282
    assert run("iterate", "abs_map(809/500)", "-n", "40", "--json").json["laps"][-1] == 331034286


def test_iterate_crossings_and_preimages(run: Any) -> None:
    data = run(
        *("iterate", "abs_map(golden)", "-n", "6", "--crossings", "-1", "0"),
        *("--preimages", "-1", "--json"),
    ).json
    assert data["crossings"] == [2, 4, 6, 10, 16, 26]
    f = pl.abs_map(pl.algebraic("x**2 - x - 1", near=1.6))
    assert data["preimages"] == pl.preimage_numbers(f, -1, 6)


def test_iterate_text_has_the_numbers_of_json(run: Any) -> None:
    data = run("iterate", "tent", "-n", "5", "--json").json
    rows = [line.split() for line in run("iterate", "tent", "-n", "5").out.splitlines()]
    assert rows[0] == ["n", "laps", "pieces"]
    expected = zip(data["n"], data["laps"], data["pieces"], strict=True)
    assert [tuple(map(int, row)) for row in rows[1:]] == list(expected)


def test_iterate_list_is_exact(run: Any) -> None:
    data = run(
        "iterate", "max(0, 1 - abs(3*x - 1))", "--domain", "0", "1", "-n", "2", "--list", "--json"
    ).json
    f = pl.PiecewiseLinear.from_formula("max(0, 1 - abs(3*x - 1))", domain=(0, 1)).iterate(2)
    assert [Fraction(x) for x in data["breakpoints"]] == list(f.breakpoints)
    assert [Fraction(y) for y in data["values"]] == list(f.values)
    lines = run("iterate", "tent", "-n", "2", "--list").out.splitlines()
    assert lines == ["0\t0", "1/4\t1", "1/2\t0", "3/4\t1", "1\t0"]


def test_iterate_list_over_a_number_field(run: Any) -> None:
    data = run("iterate", "abs_map(golden)", "-n", "2", "--list", "--json").json
    irrational = [x for x in data["breakpoints"] if isinstance(x, dict)]
    assert irrational
    for x in irrational:
        low, high = map(Fraction, x["interval"])
        assert low < high
        signs = [sum(c * e**k for k, c in enumerate(x["minpoly"])) for e in (low, high)]
        assert signs[0] * signs[1] < 0  # the interval isolates a root of the polynomial


def test_counts_of_huge_iterates_are_printed(run: Any) -> None:
    data = run("iterate", "sawtooth(10)", "-n", "1500", "--json").out
    sys.set_int_max_str_digits(0)
    try:
        assert json.loads(data)["laps"][-1] == pl.sawtooth(10).lap_number ** 1500
    finally:
        sys.set_int_max_str_digits(4300)


def test_list_over_budget(run: Any) -> None:
    result = run("iterate", "tent", "-n", "40", "--list")
    _fails(result, 3, str(2**40), "--max-pieces")


# ------------------------------------------------------------------ analyze


def test_analyze_function(run: Any) -> None:
    data = run("analyze", "tent", "--iterations", "4", "--json").json
    assert data["pieces"] == 2
    assert data["laps"] == 2
    assert data["turning_points"] == ["1/2"]
    assert data["domain"] == ["0", "1"]
    assert data["image"] == ["0", "1"]
    assert data["lipschitz"] == "2"
    assert data["growth"]["laps"] == [2, 4, 8, 16]


def test_analyze_on_the_line_has_no_growth_unless_self_map(run: Any) -> None:
    data = run("analyze", "max(0, 2*x) - abs(x - 1/3)", "--json").json
    f = pl.PiecewiseLinear.from_formula("max(0, 2*x) - abs(x - 1/3)")
    assert data["domain"] == ["-inf", "inf"]
    assert data["pieces"] == f.num_pieces == 3
    assert data["breakpoints"] == ["0", "1/3"]
    outside = run("analyze", "3*x", "--domain", "0", "1", "--json").json
    assert "growth" not in outside


def test_analyze_one_input_network(run: Any) -> None:
    data = run("analyze", ITERATE, "--domain", "0", "1", "--iterations", "3", "--json").json
    f = pl.load(ITERATE).to_piecewise(0, 1)
    assert data["pieces"] == f.num_pieces
    assert data["laps"] == f.lap_number
    assert Fraction(data["lipschitz"]) == f.lipschitz
    assert data["growth"]["laps"] == pl.lap_numbers(f, 3)
    assert data["growth"]["pieces"] == pl.piece_numbers(f, 3)
    assert [Fraction(x) for x in data["breakpoints"]] == list(f.breakpoints)


def test_analyze_negative_numbers_and_formulas(run: Any) -> None:
    data = run("analyze", "-abs(x)", "--domain", "-1/2", "-1/4", "--json").json
    assert data["domain"] == ["-1/2", "-1/4"]
    assert data["lipschitz"] == "1"


def test_analyze_standard_input(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("[[0, 0], [0.5, 1], [1, 0]]\n"))
    assert run("analyze", "-", "--json").json["turning_points"] == ["1/2"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("abs(x)"))
    assert run("analyze", "-", "--json").json["pieces"] == 2


def test_analyze_json_decimals_are_exact(run: Any) -> None:
    data = run("analyze", '[[0, 0.1], ["1/3", 1], [1, 0]]', "--json").json
    assert data["values"][0] == "1/10"
    assert data["breakpoints"][1] == "1/3"


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), ("command", "--help")),
        (("frobnicate",), ("frobnicate",)),
        (("iterate", "tent"), ("-n",)),
        (("iterate", "tent", "-n", "two"), ("two",)),
        (("iterate", "tent", "-n", "-2"), ("-2",)),
        (("iterate", "3*x", "-n", "2", "--domain", "0", "1"), ("domain",)),
        (("analyze", "x**2"), ()),
        (("analyze", "__import__('os')"), ()),
        (("analyze", "tent(1, 2, 3, 4)"), ("tent",)),
        (("analyze", "missing.onnx"), ("missing.onnx", "No such file")),
        (("analyze", "missing.json"), ("missing.json", "No such file")),
        (("analyze", "[[0, 0], [0, 1]]"), ()),
        (("analyze", "[1, 2]"), ("pairs",)),
        (("analyze", "[[0, 0], [1"), ("JSON",)),
        (("analyze", "[[0, NaN], [1, 1]]"), ()),
        (("analyze", "x", "--domain", "1", "0"), ()),
        (("analyze", "x", "--domain", "0", "x"), ("constant",)),
        (("analyze", DIGITS), ("--from", "64")),
        (("analyze", DIGITS, "--from", "1,2", "--to", "3,4"), ("64",)),
        (("analyze", DIGITS, "--from", "1/2"), ("--to",)),
        (("iterate", DIGITS, "-n", "3"), ("one input",)),
        (("analyze", "tent", "--from", "0", "--to", "1"), ("--from",)),
        (("convert", "tent", "out.txt"), (".txt",)),
    ],
)
def test_bad_input_is_one_line_and_exit_2(run: Any, argv: tuple[str, ...], words: Any) -> None:
    _fails(run(*argv), 2, *words)


def test_corrupt_files(run: Any, tmp_path: Path) -> None:
    for suffix in (".onnx", ".npz", ".json", ".nnet"):
        path = tmp_path / f"broken{suffix}"
        path.write_bytes(Path(DIGITS).read_bytes()[:500])
        _fails(run("analyze", str(path)), 2)


def test_internal_errors_exit_70(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("plsym.piecewise.counting.lap_numbers", broken)
    result = run("iterate", "tent", "-n", "2")
    assert result.code == 70
    assert result.err.startswith("plsym: internal error: ZeroDivisionError: surprise")
    assert "Traceback" not in result.err


def test_interrupt_is_clean(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("plsym.piecewise.counting.lap_numbers", interrupted)
    result = run("iterate", "tent", "-n", "2")
    assert (result.code, result.err) == (130, "plsym: interrupted\n")


def test_broken_pipe_is_clean() -> None:
    command = f"{sys.executable} -m plsym iterate tent -n 14 --list | head -n 2"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.splitlines() == ["0\t0", "1/16384\t1"]
    assert done.stderr == ""
    assert done.returncode in (0, 141)


def test_help_and_version(run: Any) -> None:
    assert "analyze" in run("--help").out
    assert "--from" in run("analyze", "--help").out
    assert run("--version").out == f"plsym {pl.__version__}\n"


def test_digits_limit_is_restored(run: Any) -> None:
    before = sys.get_int_max_str_digits()
    run("iterate", "tent", "-n", "1")
    run("analyze", "x**2")
    assert sys.get_int_max_str_digits() == before


# ------------------------------------------------------------------ progress


def test_progress_speaks_only_when_it_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    with working("waiting"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress_module, "PATIENCE", 0.01)
    with working("waiting"):
        time.sleep(0.2)
    assert capsys.readouterr().err == "plsym: waiting ...\n"


# ------------------------------------------------------------------ convert


@pytest.mark.parametrize("suffix", [".json", ".npz", ".onnx"])
def test_convert_network_keeps_the_function(run: Any, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"copy{suffix}"
    result = run("convert", ITERATE, str(target))
    assert (result.code, result.out) == (0, "")
    assert pl.load(target).to_piecewise() == pl.load(ITERATE).to_piecewise()


def test_convert_to_nnet_or_say_why_not(run: Any, tmp_path: Path) -> None:
    source, target = tmp_path / "net.json", tmp_path / "net.nnet"
    pl.save(pl.sawtooth_network(3), source)
    assert run("convert", str(source), str(target)).code == 0
    assert pl.load(target).to_piecewise(0, 1) == pl.tent().iterate(3)
    # the last node of this one is a clip
    _fails(run("convert", ITERATE, str(tmp_path / "no.nnet")), 2, "Clip", ".onnx")
    assert not (tmp_path / "no.nnet").exists()


def test_infinite_ends_of_a_domain(run: Any) -> None:
    data = run("analyze", "abs(x) / 3", "--domain", "-inf", "1/2", "--json").json
    assert (data["domain"], data["left_slope"], data["right_slope"]) == (
        ["-inf", "1/2"],
        "-1/3",
        None,
    )
    assert run("analyze", "abs(x)", "--domain", "0", "inf", "--json").json["pieces"] == 1


def test_convert_refuses_unknown_formats(run: Any, tmp_path: Path) -> None:
    _fails(run("convert", ITERATE, str(tmp_path / "copy.txt")), 2, ".txt", ".json")


def test_convert_function_to_points(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "f.json"
    assert run("convert", "abs_map(golden)", str(target)).code == 0
    first = run("analyze", str(target), "--json").json
    second = run("analyze", "abs_map(golden)", "--json").json
    assert {**first, "subject": None} == {**second, "subject": None}


def test_convert_refuses_to_write_into_nowhere(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "no" / "f.json"
    _fails(run("convert", "tent", str(target)), 2, os.fspath(target.parent.name))


@pytest.mark.parametrize(
    "content", ["null", "3", '"x"', "[" * 100_000, "[[0, 0], 1]", "[[0, 0], [1,"]
)
def test_json_that_is_no_function(run: Any, tmp_path: Path, content: str) -> None:
    path = tmp_path / "f.json"
    path.write_text(content)
    _fails(run("analyze", str(path)), 2, "f.json")


def test_zero_bytes_are_in_no_name(run: Any) -> None:
    _fails(run("analyze", "net\0.onnx"), 2, "zero byte")


# ------------------------------------------------------------------ periods, growth


def test_periods(run: Any) -> None:
    data = run("periods", "abs_map(809/500)", "--up-to", "11", "--json").json
    assert data["periods"] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]
    assert run("periods", "truncated_tent(4/5)").out.splitlines() == [
        "periods        1, 2",
        "missing        3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
        "of all         2 and all that it forces in Sharkovsky's order",
        "growth number  1",
    ]
    cycles = run("periods", "tent", "--of", "3", "--json").json
    assert cycles["cycles"] == [["2/9", "4/9", "8/9"], ["2/7", "4/7", "6/7"]]
    assert "[1/2, 1]" in run("periods", "1 - x", "--domain", "0", "1", "--of", "2").out
    _fails(run("periods", "tent", "--up-to", "0"), 2, "at least 1")
    _fails(run("periods", "2*x", "--domain", "0", "1"), 2, "leaves its domain")


def test_growth(run: Any) -> None:
    data = run("growth", "truncated_tent(6/7)", "--json").json
    assert data["exact"]["minpoly"] == [-5, 0, 1] or data["exact"]["minpoly"] == [-1, -1, 1]
    text = run("growth", "stefan_map(5)").out
    assert "x**4 - x**3 - x**2 + x - 1" in text
    bracket = run("growth", ITERATE, "--domain", "0", "1", "--digits", "20", "--json").json
    low, high = Fraction(bracket["lower"]), Fraction(bracket["upper"])
    assert bracket["exact"] is None and 0 < high - low <= Fraction(1, 10**20)
    assert 7 < low < high < 8  # trained on tent(tent(tent(x))), whose growth number is 8
    assert pl.periods(pl.load(ITERATE).to_piecewise(0, 1), 7) == (1, 2, 3, 4, 5, 6, 7)
    _fails(run("growth", "tent", "--digits", "0"), 2, "--digits")
    _fails(run("growth", "2*x", "--domain", "0", "1"), 2, "leaves its domain")


def test_cover(run: Any) -> None:
    rows = run("cover", "stefan_map(3)", "--points", "1,2,3").out.splitlines()
    assert [row.split()[-1] for row in rows] == ["covers", "1", "0"]
    data = run("cover", "tent", "--json", "--power", "2").json
    assert data["edges"] == [[i, j] for i in range(2) for j in range(2)]
    data = run("cover", "abs_map(golden)", "--cycle", "3", "--json").json
    assert len(data["intervals"]) == 2 and [0, 1] in data["edges"]
    _fails(run("cover", "abs_map(3/2)"), 3, "--points or --cycle")
    _fails(run("cover", "tent", "--cycle", "3", "--markov"), 2, "not allowed with")
    _fails(run("cover", "truncated_tent(4/5)", "--cycle", "3"), 2, "no isolated cycle")
    _fails(run("cover", "tent", "--points", "0,2"), 2, "outside the domain")


@pytest.mark.parametrize(
    "words",
    [
        ("periods", "abs_map(1.618)", "--up-to", "7"),
        ("periods", "tent", "--of", "4"),
        ("periods", ITERATE, "--domain", "0", "1", "--up-to", "3"),
        ("growth", "truncated_tent(26/31)"),
        ("growth", ITERATE, "--domain", "0", "1", "--digits", "6"),
        ("cover", "truncated_tent(6/7)", "--power", "2"),
    ],
)
def test_certificates(run: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    path = str(tmp_path / "cert.json")
    assert "wrote" in run(*words, "-o", path).err
    shown = run("check", path).out
    assert shown.startswith(f"{path}: PROVED: ")
    data = json.loads(Path(path).read_text())
    assert ("network" in data["function"]) == (ITERATE in words)
    data["function"]["values"][1] = "1/97"
    Path(path).write_text(json.dumps(data))
    done = run("check", path)
    assert done.code == 1 and "REFUTED" in done.out
    listed = json.loads(run("check", path, "--json").out)
    assert listed["results"][0]["outcome"] == "refuted"


def test_bad_certificates(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "cert.json"
    path.write_text("{")
    _fails(run("check", str(path)), 2, "no JSON")
    _fails(run("check", str(tmp_path / "missing.json")), 2, "No such file")
    _fails(run("check"), 2, "CERT")
    _fails(run("growth", "tent", "-o", str(tmp_path / "no" / "cert.json")), 2, "No such file")
    _fails(run("periods", "2*x", "--up-to", "2", "-o", str(path)), 2, "bounded")
    assert path.read_text() == "{"


def test_theorems(run: Any) -> None:
    assert "oscillations" in run("theorems").out
    assert "Block" in run("theorems", "entropy").out
    listed = run("theorems", "--json").json["theorems"]
    assert {"name", "statement", "reference", "parameters", "instances"} == set(listed[0])
    _fails(run("theorems", "nope"), 2, "no theorem 'nope'")


def test_verify(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    shown = run("verify", "-o", str(folder))
    assert shown.code == 0 and "does not apply  slope 1.618, p = 3, which has none" in shown.out
    assert "142 PROVED, 6 does not apply" in shown.out and "Telgarsky" in shown.out
    files = sorted(str(path) for path in folder.iterdir())
    assert len(files) >= 25
    assert run("check", *files).out.count("PROVED") == len(files)
    found = run("verify", "lipschitz", "abs_map(golden)", "--set", "p=3", "--json").json
    assert found["findings"][0]["standing"] == "proved"
    failed = run("verify", "oscillations", "abs_map(8/5)")
    assert failed.code == 3 and "NO   f has a cycle of length 3" in failed.out
    assert "p = 13" in run("verify", "tight-family", "--set", "p=13").out
    narrow = run("verify", "one-input-maximum", "--set", "widths=2,3")
    assert narrow.code == 3 and "at most 9 pieces, not 12" in narrow.out
    told = run("audit", "has-period", "abs_map(1.618)", "--set", "p=3")
    assert told.code == 1 and "f^3(0) = -19/250000" in told.out
    assert run("audit", "has-period", "tent", "--set", "p=3").code == 0
    listed = run("audit")
    assert listed.code == 0 and "REFUTED" in listed.out and "PROVED" in listed.out
    _fails(run("audit", "nope"), 2, "no claim")
    _fails(run("verify", "--set", "p=3"), 2, "name it")
    _fails(run("verify", "entropy", "tent", "--set", "p"), 2, "NAME=VALUE")
    _fails(run("verify", "oscillations", "tent", "--set", "t=0"), 2, "at least 1")
