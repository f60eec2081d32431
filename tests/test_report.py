"""The report page: well-formed, self-contained, escaped, and true."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from html_checker import Page
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.cli import main

pytest.importorskip("matplotlib")

from plsym.reporting import Report, report
from plsym.reporting import worker as workers
from plsym.reporting.network import weight_type
from plsym.reporting.numbers import count, polynomial, proved_digits, shortened
from plsym.reporting.page import anchor, tag
from plsym.reporting.study import Study
from plsym.reporting.theorems import about_functions, about_networks
from plsym.reporting.worker import Stopped, Worker, done


def _net(sizes: list[int], seed: int = 0) -> pl.ReLUNetwork:
    return pl.random_network(sizes, seed=seed)


FLAT = [([[1, 1], [2, 2]], [0, 1]), ([[1, -1]], None)]  # of x + y alone
SUBJECTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "powers of two": (lambda: pl.truncated_tent("14/17"), {"with_theorems": False}),
    "constant": (lambda: pl.constant("1/2", (0, 1)), {}),
    "formula on the line": (
        lambda: pl.PiecewiseLinear.from_formula("max(0, 2*x) - abs(x - 1/3)"),
        {"with_theorems": False},
    ),
    "identity of the line": (lambda: pl.identity(None), {"with_theorems": False}),
    "no self-map": (lambda: pl.tent() * 3, {"with_theorems": False}),
    "network of a map": (lambda: pl.realize(pl.abs_map(pl.golden())), {"domain": (-1, 1)}),
    "three outputs": (lambda: _net([1, 6, 6, 3]), {"domain": (-1, 1), "with_theorems": False}),
    "whole plane": (lambda: _net([2, 5, 4, 1]), {}),
    "box": (
        lambda: _net([2, 6, 3]),
        {"domain": [(-1, 1)] * 2, "segment": ([-1, -1], [1, "1/2"]), "with_theorems": False},
    ),
    "plane of four": (
        lambda: _net([4, 6, 1]),
        {"domain": pl.plane([0] * 4, [1, 0, 0, 0], [0, 1, 0, 1]), "with_theorems": False},
    ),
    "four inputs": (lambda: _net([4, 5, 1]), {"with_theorems": False}),
    "eleven inputs": (lambda: _net([11, 5, 1]), {"with_theorems": False}),
    "affine": (lambda: pl.from_weights([([[1, 2]], [3])]), {"with_theorems": False}),
    "one direction": (lambda: pl.from_weights(FLAT), {"with_theorems": False}),
}


@cache
def made(name: str) -> Report:
    make, options = SUBJECTS[name]
    return report(make(), title=name, seconds=None, **options)


@pytest.mark.parametrize("name", SUBJECTS)
class TestPage:
    def test_well_formed_and_alone(self, name: str) -> None:
        text = made(name).html
        page = Page(text)
        assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert len(page.ids) == len(set(page.ids))
        for element, attribute, value in page.references:
            inside = value.startswith("#") and value[1:] in page.ids
            data = value.startswith(("data:image/png;base64,", "data:application/json;base64,"))
            assert inside or data, (element, attribute, value[:80])
        for url in page.urls:
            assert url[:1] == "#" and url[1:] in page.ids, url
        for strange in ("script", "link", "iframe", "object", "embed", "base", "form", "audio"):
            assert page.count(strange) == 0
        assert "http://" not in text and "https://" not in text

    def test_structure(self, name: str) -> None:
        page = Page(made(name).html)
        assert page.count("h1") == page.count("title") - page.count("svg") == 1
        assert page.texts["h1"] == [name]
        assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
            "meta"
        )
        assert page.count("table") == page.count("caption") > 0
        assert all(attrs.get("scope") in ("row", "col") for attrs in page.all("th"))
        assert (
            page.count("figure")
            == page.count("figcaption")
            == page.count("svg") + page.count("img")
        )
        assert all(attrs.get("alt") for attrs in page.all("img"))
        for attrs in page.all("svg"):
            assert attrs["role"] == "img" and attrs["aria-labelledby"] in page.ids
            assert attrs["viewbox"] and "width" not in attrs
        # every section is in the list of contents, and holds something
        sections = page.all("section")
        assert [s["id"] for s in sections] == [
            a["href"][1:]
            for a in page.all("a")
            if a["href"] and a["href"][1:] in {s["id"] for s in sections}
        ] or len(sections) == 1
        for words in page.texts["section"]:
            assert len(words) > 60

    def test_nothing_is_missing(self, name: str) -> None:
        facts = made(name).facts
        assert facts["unfinished"] == []
        assert facts["left_out"] == []
        assert 'class="unfinished"' not in made(name).html

    def test_certificates(self, name: str, tmp_path: Path) -> None:
        found = made(name)
        page = Page(found.html)
        links = [a for a in page.all("a") if "download" in a]
        listed = found.facts["certificates"]
        assert [a["download"] for a in links] == [f"{c['name']}.json" for c in listed]
        for link, item in zip(links, listed, strict=True):
            content = base64.b64decode(str(link["href"]).partition("base64,")[2])
            path = tmp_path / str(link["download"])
            path.write_bytes(content)
            verdict = pl.check(path)
            assert verdict and item["outcome"] == "proved"
            assert item["bytes"] == len(content)
            assert item["statement"] == pl.Certificate.load(path).statement
        assert found.html.count(">PROVED</span>") == len(listed)

    def test_facts_are_plain_data(self, name: str) -> None:
        facts = made(name).facts
        assert json.loads(json.dumps(facts)) == facts


class TestTruth:
    def test_tent(self) -> None:
        study, facts = Study(pl.tent()), {}
        for step in ("iterates.growth_number", "iterates.counts", "periods.periods"):
            part = done(study, step, ())
            facts |= part.facts
            assert part.proofs and all(pl.check(proof.certificate) for proof in part.proofs)
        assert facts["laps_of_iterates"] == [2**n for n in range(1, 41)]
        assert facts["pieces_of_iterates"] == facts["laps_of_iterates"]
        assert facts["growth"]["exact"] == 2 and facts["growth"]["minimal_polynomial"] == (-2, 1)
        assert facts["periods"]["strongest"] == 3 and facts["periods"]["complete"]
        assert "Every number is the least period of some point" in part.blocks[0]
        part = done(study, "periods.cycles", ())
        # binary necklaces
        assert list(part.facts["cycles"].values()) == [2, 1, 2, 3, 6, 9, 18, 30]

    def test_golden(self) -> None:
        facts = made("network of a map").facts
        fibonacci = [2, 4]
        while len(fibonacci) < 40:
            fibonacci.append(fibonacci[-1] + fibonacci[-2])
        assert facts["laps_of_iterates"] == fibonacci
        assert facts["growth"]["minimal_polynomial"] == [-1, -1, 1]
        assert facts["theorems"]["l1-separation"] == "proved"
        # a bound below what the best constant achieves
        bounds = [Fraction(x) for x in facts["separation"]["l1_at_least"]]
        assert bounds == sorted(bounds, reverse=True) and bounds[-1] > Fraction("0.7")
        assert len(facts["covers"]["points"]) == 3

    def test_slope_1618_has_no_period_three(self) -> None:
        study = Study(pl.abs_map("1.618"))
        part = done(study, "periods.periods", ())
        assert part.facts["periods"]["found"] == (1, 2, *range(4, 13))
        assert "All periods occur except 3" in part.blocks[0]
        cycles = done(study, "periods.cycles", ()).facts["cycles"]
        assert "3" not in cycles and cycles["5"] == 2
        assert all(pl.check(proof.certificate) for proof in part.proofs)

    def test_theorems_are_those_of_verify(self) -> None:
        found = made("network of a map").facts["theorems"]
        net = pl.realize(pl.abs_map(pl.golden()))
        assert set(found) == {*about_functions(), *about_networks()}
        assert {"tent", "oscillations", "one-input"} <= set(found)
        assert not {"yarotsky", "pieces", "transitions"} & set(found)
        for name, standing in found.items():
            subject: Any = net if name in about_networks() else net.to_piecewise(-1, 1)
            try:
                assert pl.verify(name, subject).standing.value == standing
            except pl.DomainError:  # weights that are not rational
                assert standing == "does not apply"
            assert standing != "refuted"
        assert set(made("constant").facts["theorems"]) == set(about_functions())

    def test_regions(self) -> None:
        make, _ = SUBJECTS["whole plane"]
        facts = made("whole plane").facts
        for name in ("pattern", "activation", "connected", "closed", "affine"):
            assert facts["regions_by_definition"][name] == pl.count_regions(make(), definition=name)
        assert facts["regions"]["counts"]["activation"] <= facts["bounds"]["Serra"]
        page = Page(made("whole plane").html)
        assert page.count("figure") == 3

    def test_decisions_and_segment(self) -> None:
        make, options = SUBJECTS["box"]
        facts = made("box").facts
        assert sum(Fraction(v) for v in facts["decisions"].values()) == 4
        path = make().along(*options["segment"])
        assert facts["segment"]["transitions"] == path.num_transitions
        assert facts["segment"]["pieces"] == path.num_pieces

    def test_plane(self) -> None:
        make, options = SUBJECTS["plane of four"]
        facts = made("plane of four").facts
        expected = pl.count_regions(make(), options["domain"])
        assert facts["regions"]["counts"]["connected"] == expected

    @pytest.mark.parametrize(
        ("name", "absent"),
        [
            ("no self-map", {"Growth of the iterates", "Periods", "Depth and width"}),
            ("constant", {"Depth and width", "Covering graph"}),
            ("formula on the line", {"Depth and width", "Certificates", "Covering graph"}),
            ("eleven inputs", {"Certificates", "Along the segment", "Its function"}),
            ("three outputs", {"Linear regions", "Its function", "Periods"}),
            ("powers of two", {"Theorems", "The network", "Depth and width"}),
        ],
    )
    def test_what_does_not_apply_is_left_out(self, name: str, absent: set[str]) -> None:
        page = Page(made(name).html)
        heads = {*page.texts["h2"], *page.texts.get("h3", [])}
        assert heads and not heads & absent

    def test_unbounded_families_of_cycles(self) -> None:
        assert made("identity of the line").facts["cycles"] == {"1": 0}
        assert "[-∞, ∞]" in made("identity of the line").html


class TestText:
    HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=y>&amp;\0\x1b</title>"

    def test_hostile_titles_are_text(self) -> None:
        found = report(
            pl.constant(0, (0, 1)),
            title=self.HOSTILE,
            command=f"plsym report {self.HOSTILE}",
            seconds=None,
            with_theorems=False,
        )
        page = Page(found.html)
        assert page.count("script") == 0
        shown = self.HOSTILE.replace("\0", "\ufffd").replace("\x1b", "\ufffd")
        assert page.texts["h1"] == [shown]
        assert page.texts["title"][0] == shown
        assert any(shown in words for words in page.texts["code"])

    def test_hostile_names_of_nodes_are_text(self) -> None:
        from plsym.networks.layers import Affine, Node, ReLU

        plain = pl.from_weights([([[1], [1]], [0, 1]), ([[1, 1]], None)])
        bad = "<script>alert(1)</script>"
        nodes = [
            Node(f"{bad}{i}", node.op, ("input",) if i == 0 else (f"{bad}{i - 1}",))
            for i, node in enumerate(plain.nodes)
        ]
        assert {type(node.op) for node in nodes} == {Affine, ReLU}
        net = pl.ReLUNetwork(tuple(nodes), (1,))
        page = Page(report(net, (0, 1), seconds=None, with_theorems=False).html)
        assert page.count("script") == 0
        assert f"{bad}0" in page.texts["th"]

    @given(st.text(), st.text())
    def test_elements_escape(self, text: str, value: str) -> None:
        page = Page(tag("p", text, tag("b", "x"), title=value))
        clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", text)
        # a parser of HTML reads line ends in one way
        assert page.texts["p"][0].replace("\r\n", "\n") == f"{clean}x".replace("\r\n", "\n")
        assert [name for name, _ in page.tags] == ["p", "b"]

    @given(st.text())
    def test_anchors(self, text: str) -> None:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", anchor(text))

    @given(
        st.fractions(min_value=0, max_value=1000), st.fractions(min_value=0, max_value=1), st.data()
    )
    def test_proved_digits_are_of_all_numbers_between(
        self, low: Fraction, width: Fraction, data: Any
    ) -> None:
        digits = proved_digits(low, low + width)
        inside = data.draw(st.fractions(min_value=low, max_value=low + width))
        if digits:
            shown = Fraction(digits.rstrip("…"))
            places = len(digits.rstrip("…").partition(".")[2])
            assert shown <= inside < shown + Fraction(1, 10**places)
        else:
            assert int(low) != int(low + width)

    @given(st.integers(min_value=0))
    def test_counts(self, n: int) -> None:
        text = re.sub(r"<[^>]*>", "", count(n))
        if text.startswith("~"):
            digits, power = text[1:].split("·10")
            assert len(str(n)) > 24
            assert abs(Fraction(digits) * 10 ** int(power) - n) <= Fraction(n, 1000)
        else:
            assert int(text.replace(",", "")) == n

    @given(st.lists(st.integers(-50, 50), min_size=1, max_size=6))
    def test_polynomials(self, coefficients: list[int]) -> None:
        text = re.sub(r"<sup>(\d+)</sup>", r"**\1", polynomial(coefficients))
        text = text.replace("<i>x</i>", "x").replace("\u2212", "-")
        value = eval(re.sub(r"(\d)x", r"\1*x", text), {"x": 7})
        assert value == sum(c * 7**k for k, c in enumerate(coefficients))

    def test_long_numbers_in_sentences(self) -> None:
        assert shortened(f"f^40 has {hex(10**20)} laps") == f"f^40 has {10**20} laps"
        # a number that was cut short stays as it is
        for cut in ("0x12ab...", "x is 0x12ab" + "9" * 50 + "...", "1" * 57 + "..."):
            assert shortened(cut) == cut
        assert "80 digits" in shortened(f"1/{'7' * 80} is small")
        assert shortened("x" * 900).endswith("…") and len(shortened("x" * 900)) < 510

    @pytest.mark.parametrize(
        ("weight", "kind"),
        [
            (3, "all integers"),
            ("1/2", "all representable as float16"),
            (2.0**-100, "all representable as bfloat16"),
            (1 + 2.0**-20, "all representable as float32"),
            (0.1, "all representable as float64"),
            ("1/3", "rational numbers, not all of them floats"),
            (pl.golden(), "some are irrational algebraic numbers"),
        ],
    )
    def test_types_of_weights(self, weight: Any, kind: str) -> None:
        assert weight_type(pl.from_weights([([[weight]], None)])) == kind


class TestStyle:
    def test_contrast(self) -> None:
        """Text is legible in light and dark: at least 4.5 to 1 (WCAG 2, level AA)."""
        from importlib.resources import files

        style = files("plsym.reporting").joinpath("style.css").read_text()
        modes = re.findall(r":root \{([^}]*--paper[^}]*--good-ink[^}]*)\}", style)
        assert len(modes) == 2
        for mode in modes:
            color = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", mode))
            pairs = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper",)]
            pairs += [("ink", "fill"), ("soft", "fill")]
            pairs += [(f"{k}-ink", k) for k in ("good", "bad", "open", "idle")]
            for ink, ground in pairs:
                bright, dim = sorted((_luminance(color[ink]), _luminance(color[ground])))[::-1]
                assert (bright + 0.05) / (dim + 0.05) >= 4.5, (ink, ground)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TestMaking:
    def test_same_page_again_and_in_a_process(self) -> None:
        name = "powers of two"
        again = report(pl.truncated_tent("14/17"), title=name, seconds=300, with_theorems=False)
        assert again.html == made(name).html and again.facts == made(name).facts

    def test_theorems_in_a_process(self) -> None:
        steps: list[tuple[int, int, str]] = []
        f = pl.constant("1/2", (0, 1))
        found = report(f, title="constant", seconds=300, progress=lambda *s: steps.append(s))
        assert found.html == made("constant").html
        assert [number for number, _, _ in steps] == list(range(len(steps)))
        assert {total for _, total, _ in steps} == {len(steps)}

    def test_time_that_does_not_suffice(self) -> None:
        began = time.monotonic()
        found = report(_net([784, 40, 40, 1]), seconds=0.2)
        # the process has to start, and one step may be over its time
        assert time.monotonic() - began < 60
        assert found.facts["unfinished"]
        page = Page(found.html)
        assert any("not begun" in words or "not finished" in words for words in page.texts["p"])
        assert "Not everything was finished" in " ".join(page.texts["p"])
        assert "hypothes" not in found.facts["unfinished"][0]

    def test_steps_that_build_on_one_that_is_missing_are_not_tried(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from plsym.reporting import regions

        def stopped(study: Study) -> Any:
            raise pl.BudgetExceeded("no time")

        monkeypatch.setattr(regions, "regions", stopped)
        found = report(_net([2, 4, 1]), seconds=None, with_theorems=False)
        assert found.facts["unfinished"] == ["the search for cells: not finished within its budget"]
        assert "regions_by_definition" not in found.facts and "bounds" in found.facts

    def test_lower_bounds_of_what_was_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Study, "budget", lambda *_, **__: pl.Budget(pieces=40))
        found = report(_net([3, 12, 12, 1]), seconds=None, with_theorems=False)
        least = found.facts["activation_regions_at_least"]
        assert 1 <= least <= pl.count_regions(_net([3, 12, 12, 1]), definition="activation")
        assert "Not all cells were found" in found.html

    @pytest.mark.parametrize(
        ("arguments", "options", "words"),
        [
            ((3,), {}, "not a int"),
            ((pl.tent(),), {"segment": ([0], [1])}, "inputs of a network"),
            ((pl.tent(),), {"seconds": 0}, "seconds=0"),
            ((pl.tent(), 5), {}, "a pair"),
            ((_net([2, 3, 1]), [(0, 1)]), {}, "a box is a pair"),
            ((_net([2, 3, 1]),), {"segment": ([0, 0], [0, 0])}, "two different points"),
            ((_net([2, 3, 1]),), {"segment": ([0], [1])}, "coordinates"),
            ((_net([1, 3, 1]), (1, 0)), {}, "no interior"),
        ],
    )
    def test_bad_input(self, arguments: Any, options: Any, words: str) -> None:
        with pytest.raises(pl.DomainError, match=words):
            report(*arguments, **options)

    def test_save_replaces_only_when_all_is_written(self, tmp_path: Path) -> None:
        page = Report("<p>x</p>", {})
        page.save(tmp_path / "a.html")
        assert (tmp_path / "a.html").read_text() == "<p>x</p>"
        with pytest.raises(OSError):
            page.save(tmp_path / "missing" / "a.html")
        with pytest.raises(AttributeError):
            page.html = ""  # type: ignore[misc]


class TestWorker:
    def test_a_step_over_its_time_is_ended_and_the_next_one_done(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        study = Study(pl.tent())
        with Worker(study) as worker:
            worker.do("function.about", (), 60)
            first = worker._process
            assert first is not None
            monkeypatch.setattr(workers, "_GRACE", 0.0)
            with pytest.raises(Stopped, match="time"):
                worker.do("iterates.counts", (), 1e-9)
            assert first.poll() is not None
            monkeypatch.undo()
            part = worker.do("function.about", (), 60)
            assert part.facts["pieces"] == 2
            second = worker._process
        assert second is not None and second.poll() is not None

    def test_a_process_that_the_system_ends(self) -> None:
        with Worker(Study(pl.tent())) as worker:
            worker.do("function.about", (), 60)
            assert worker._process is not None
            worker._process.kill()
            worker._process.wait()
            with pytest.raises(Stopped, match="ended by the system"):
                worker.do("function.about", (), 60)
            assert worker.do("function.about", (), 60).facts["laps"] == 2

    def test_errors_of_the_program_come_back(self) -> None:
        with Worker(Study(pl.tent())) as worker, pytest.raises(AttributeError):
            worker.do("function.nothing", (), 60)

    def test_errors_are_told_apart(self) -> None:
        study = Study(pl.tent() * 3)
        with pytest.raises(Stopped, match="does not apply"):
            done(study, "iterates.growth_number", ())


class TestCommand:
    def test_page_and_facts(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        arguments = ["report", "abs(x) - 1", "--domain", "-1", "1", "--no-theorems", "--json"]
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        data = json.loads(out)
        text = Path("report.html").read_text()
        assert data["command"] == "report" and data["output"] == "report.html"
        assert data["bytes"] == len(text.encode()) and data["pieces"] == 2
        assert err == f"plsym: wrote report.html, {data['bytes']} bytes\n"
        page = Page(text)
        assert page.texts["h1"] == ["abs(x) - 1"]
        assert page.texts["code"][-1] == (
            "plsym report 'abs(x) - 1' --domain -1 1 --no-theorems --json"
        )

    def test_network_on_a_plane(self, tmp_path: Path) -> None:
        net, out = tmp_path / "net.json", tmp_path / "out.html"
        pl.save(_net([3, 5, 2]), net)
        arguments = [
            "report", str(net), "-o", str(out), "--no-theorems", "--title", "A <b>plane</b>",
            "--plane", "0", "1,0,0", "0,1,1", "--window", "-1", "1", "-1", "1",
            "--from", "0", "--to", "1,1,1",
        ]  # fmt: skip
        assert main(arguments) == 0
        page = Page(out.read_text())
        assert page.texts["h1"] == ["A <b>plane</b>"]
        assert {"Linear regions", "Along the segment"} <= set(page.texts["h2"])

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["tent", "-o", "missing/out.html"], "missing: there is no such folder"),
            (["tent", "--box", "0", "1"], "for networks"),
            (["tent", "--from", "0", "--to", "1"], "for networks"),
            (["tent", "--seconds", "-1"], "seconds=-1.0"),
            (["NET", "--from", "0"], "both ends"),
            (["NET", "--domain", "0", "1"], "2 inputs"),
            (["NET", "--box", "0", "1", "--plane", "0", "1,0", "0,1"], "not both"),
            (["nothing.onnx"], "nothing.onnx"),
            (["1 +"], ""),
        ],
    )
    def test_errors_are_one_line(
        self,
        arguments: list[str],
        words: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        pl.save(_net([2, 3, 1]), "net.json")
        assert main(["report", *("net.json" if a == "NET" else a for a in arguments)]) == 2
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1 and words in err
        assert not Path("report.html").exists()

    @pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
    def test_interrupt_leaves_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "wide.json"
        pl.save(_net([784, 60, 60, 1]), path)
        process = subprocess.Popen(
            [sys.executable, "-m", "plsym", "report", str(path), "-o", "out.html"],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130 and err == "plsym: interrupted\n"
        assert sorted(os.listdir(tmp_path)) == ["wide.json"]
