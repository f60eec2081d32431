"""Tables, comparisons, files, units of work: what all experiments share."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.cli import main
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.experiments import EXPERIMENTS, Comparison, Result, Table
from plsym.experiments.record import brief
from plsym.experiments.running import chosen, enclosed, run_units, seeds

fractions = st.fractions(min_value=-5, max_value=5, max_denominator=12)
enclosures = st.tuples(fractions, fractions).map(lambda ends: Enclosure(min(ends), max(ends)))
numbers = fractions | enclosures | st.integers(-5, 5)


def _ends(x: Any) -> tuple[Fraction, Fraction]:
    return (x.lower, x.upper) if isinstance(x, Enclosure) else (Fraction(x), Fraction(x))


@given(numbers, numbers)
def test_a_comparison_holds_if_it_does_for_all_numbers_in_the_enclosures(a: Any, b: Any) -> None:
    grid = [(x, y) for x in _ends(a) for y in _ends(b)]  # orders are decided at the ends
    for made, order in (
        (Comparison.at_most, lambda theory, measured: measured <= theory),
        (Comparison.at_least, lambda theory, measured: measured >= theory),
    ):
        truths = {order(x, y) for x, y in grid}
        assert made("q", a, b).holds is (truths.pop() if len(truths) == 1 else None)


@given(numbers, numbers)
def test_an_equality_is_proved_by_exact_numbers_alone(a: Any, b: Any) -> None:
    (p, q), (r, s) = _ends(a), _ends(b)
    wanted = False if q < r or s < p else True if p == q == r == s else None
    assert Comparison.exactly("q", a, b).holds is wanted


def test_comparisons_of_algebraic_numbers_and_of_doubles_are_exact() -> None:
    golden = pl.golden()
    assert Comparison.at_least("q", golden, Fraction("1.618")).holds is False
    assert Comparison.exactly("q", golden * golden, golden + 1).holds is True
    # the double 0.1 is above one tenth
    assert Comparison.at_most("q", Fraction(1, 10), 0.1).holds is False
    assert Comparison.exactly("q", None, 3).holds is None


def test_a_sample_keeps_its_standard_error() -> None:
    from plsym.theory.laws import sampled

    law = Enclosure(Fraction(2), Fraction(2))
    near = sampled(lambda i: Enclosure(Fraction(i % 5), Fraction(i % 5)), law, 50)
    far = sampled(lambda i: Enclosure(Fraction(9 + i % 2), Fraction(9 + i % 2)), law, 50)
    assert Comparison.about("q", near).holds is True
    assert Comparison.about("q", far).holds is False
    assert "+- 0.2, theory ~ 2: holds" in str(Comparison.about("q", near))


def _result(**changes: Any) -> Result:
    table = Table(
        "laps",
        ("n", "laps", "rate"),
        ((1, 2, Fraction(1, 3)), (2, 10**15, pl.golden()), (3, None, 0.5)),
        "Laps",
    )
    values = {
        "name": "doubling",
        "title": "Laps double",
        "settings": {"seed": 0},
        "tables": (table,),
        "comparisons": (Comparison.exactly("laps", 2, 2, "by hand"),),
        "remarks": ("They do.",),
        "references": ("Nobody, Nothing, 1900",),
    }
    return Result(**{**values, **changes})


def test_csv_has_whole_numbers_in_full_and_json_has_all_exactly() -> None:
    result = _result()
    rows = list(csv.reader(io.StringIO(result.tables[0].to_csv())))
    assert rows[0] == ["n", "laps", "rate"]
    assert rows[2][:2] == ["2", str(10**15)] and float(rows[2][2]) == float(pl.golden())
    assert rows[3] == ["3", "", "0.5"]
    data = json.loads(json.dumps(result.to_json()))
    assert data["tables"]["laps"]["rows"][0] == [1, 2, "1/3"]
    assert data["tables"]["laps"]["rows"][1][2]["minpoly"] == [-5, 0, 1]
    assert data["comparisons"][0]["holds"] is True


def test_summary_has_theory_beside_measurement() -> None:
    text = _result().summary()
    assert "| laps | = 2 | 2 | holds | by hand |" in text
    assert "| 2 | 1e+15 | 1.61803 |" in text
    assert text.startswith("# Laps double") and "Nobody" in text and "seed = 0" in text


def test_files_are_written_with_their_figures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    def draw() -> Any:
        figure, _ = pl.plotting.figure()
        return figure

    alone = _result(drawings={"laps": draw}).write(tmp_path / "a" / "b")
    assert [path.name for path in alone] == [
        "doubling.png",
        "doubling.svg",
        "doubling.json",
        "doubling-laps.csv",
        "doubling.md",
    ]
    assert (tmp_path / "a" / "b" / "doubling.png").read_bytes()[:4] == b"\x89PNG"
    two = _result(drawings={"x": draw, "y": draw})
    two.write(tmp_path)
    assert (tmp_path / "doubling-y.svg").exists()
    assert "![y](doubling-y.svg)" in (tmp_path / "doubling.md").read_text()


def test_a_failing_drawing_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> Any:
        raise DomainError("cannot be drawn")

    with pytest.raises(DomainError):
        _result(drawings={"x": fail}).write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_holds_of_all() -> None:
    good, bad, open_ = (Comparison("q", 1, "=", 1, holds) for holds in (True, False, None))
    assert _result(comparisons=(good, good)).holds is True
    assert _result(comparisons=(good, open_)).holds is None
    assert _result(comparisons=(open_, bad)).holds is False
    assert _result(comparisons=()).holds is True


def test_missing_tables_and_figures_are_named() -> None:
    with pytest.raises(DomainError, match=r"no table 'x'; there are: \['laps'\]"):
        _result().table("x")
    with pytest.raises(DomainError, match="no figure 'x'"):
        _result().figure("x")
    with pytest.raises(DomainError, match="2 columns, a row has 1"):
        Table("t", ("a", "b"), ((1,),))


def test_settings_are_checked() -> None:
    full = {"width": 20, "rate": 0.1, "depths": (1, 2), "words": ("a",), "on": True}
    fast = {"width": 5}
    assert chosen(False, full, fast, {}) == full
    assert chosen(True, full, fast, {"rate": 1, "depths": 3}) == {
        **full,
        "width": 5,
        "rate": 1.0,
        "depths": (3,),
    }
    assert chosen(True, full, fast, {"width": None})["width"] == 5
    texts = {"width": "7", "rate": "1e-3", "depths": ("4", "5"), "words": "1.618", "on": "no"}
    assert chosen(False, full, fast, texts) == {
        "width": 7,
        "rate": 0.001,
        "depths": (4, 5),
        "words": ("1.618",),
        "on": False,
    }
    for wrong, words in (
        ({"wdith": 3}, "no setting 'wdith'"),
        ({"width": 2.5}, "width = 2.5"),
        ({"width": True}, "width = True"),
        ({"depths": []}, "depths is empty"),
        ({"depths": ["x"]}, "depths = 'x'"),
        ({"on": 1}, "on = 1"),
        ({"on": "maybe"}, "on = 'maybe'"),
        ({"words": 1.5}, "words = 1.5"),
    ):
        with pytest.raises(DomainError, match=words):
            chosen(False, full, fast, wrong)


def test_seeds_differ_and_repeat() -> None:
    many = seeds(3, 1000)
    assert len(set(many)) == 1000 and many == seeds(3, 1000) != seeds(4, 1000)
    for wrong in (-1, 0.5, True, "1"):
        with pytest.raises(DomainError, match="a seed is a whole number"):
            seeds(wrong, 1)  # type: ignore[arg-type]


@given(fractions, st.integers(0, 30))
def test_enclosed_is_outward(x: Fraction, bits: int) -> None:
    found = enclosed(x, bits)
    assert found.lower <= x <= found.upper and found.width <= Fraction(1, 1 << bits)


CALLS: list[int] = []


def _square(unit: dict[str, int]) -> dict[str, Any]:
    CALLS.append(unit["x"])
    return {"square": Fraction(unit["x"] ** 2, 3)}


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    units = {str(x): {"x": x} for x in range(5)}

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    CALLS.clear()
    with pytest.raises(KeyboardInterrupt):
        run_units("squares", _square, units, out=tmp_path, progress=stop)
    assert CALLS == [0, 1]
    found = run_units("squares", _square, units, out=tmp_path)
    assert CALLS == [0, 1, 2, 3, 4]
    assert found == run_units("squares", _square, units) and len(CALLS) == 10
    # other units are another run, in a file of its own
    run_units("squares", _square, {"0": {"x": 7}}, out=tmp_path)
    assert len(list(tmp_path.glob("squares-*.jsonl"))) == 2


def test_results_do_not_depend_on_the_executor() -> None:
    units = {str(x): {"x": x} for x in range(8)}
    with ThreadPoolExecutor(3) as pool:
        assert run_units("squares", _square, units, executor=pool) == run_units(
            "squares", _square, units
        )


def test_progress_shows_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    run_units("squares", _square, {"a": {"x": 1}}, progress=True)
    assert "squares: 100%" in capsys.readouterr().err


def test_every_experiment_is_public_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    for name in EXPERIMENTS:
        assert name in pl.experiments.__all__ and name in dir(pl.experiments)
        assert getattr(pl.experiments, name).__name__ == name
    assert main(["experiment"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [n.replace("_", "-") for n in EXPERIMENTS]


def test_errors_of_the_command_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for words, message in (
        (["nothing"], "no experiment 'nothing'; there are: "),
        (["easy-hard", "--set", "x"], "write it as name=value"),
        (
            ["easy-hard", "--set", "nonsense=1"],
            "easy-hard has no setting 'nonsense'; there are: slopes",
        ),
        (["easy-hard", "--seed", "-1"], "seed"),
        (["easy-hard", "--jobs", "0"], "at least one process"),
    ):
        assert main(["experiment", *words]) == 2
        told = capsys.readouterr()
        assert message in told.err and told.out == "" and told.err.count("\n") == 1


def test_brief_numbers() -> None:
    cases = {
        "0.333333": Fraction(1, 3),
        "2": Fraction(2),
        "1e+15": 10**15,
        "yes": True,
        "": None,
        "1, 2": (1, 2),
        "1.61803": pl.golden(),
    }
    assert {brief(value): value for value in cases.values()} == cases
