"""Certificates: what is written is proved, and what is changed is proved only if it is true."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import claims_oracle
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym import certify
from plsym.errors import BudgetExceeded, CertificateFormatError, UndecidedError
from plsym.testing import self_maps
from plsym.verdict import Outcome

ROOT = Path(__file__).parent.parent
BIMODAL = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
GOLDEN = pl.golden()
CORE = pl.abs_map(GOLDEN).restrict(-1, 1 / GOLDEN)
FLIP = pl.PiecewiseLinear([0, 1], [1, 0])
STEPS = pl.PiecewiseLinear([0, "1/4", "1/2", "3/4", 1], [0, "1/2", "1/2", 1, "1/4"])
NET = pl.realize(BIMODAL)
# [0, 1] and [2, 3] change places, and the second iterate on [0, 1] is a bimodal map
DOUBLED = pl.PiecewiseLinear([0, 1, 2, "23/10", "27/10", 3], [2, 3, "1/10", "9/10", "1/5", "19/20"])
NEAR_ONE = pl.PiecewiseLinear([0, "1/5", "23/30", 1], ["13/15", "14/15", "1/10", "13/30"])


def _loop(f, n, intervals):
    """A certificate of period n by a loop that is given."""
    data = certify.value(f, f.domain[0]).data
    evidence = {"by": "loop", "intervals": [[str(a), str(b)] for a, b in intervals]}
    return pl.Certificate.of({"kind": "period", "period": n}, data["function"], evidence)


EXAMPLES = {
    "value": lambda: certify.value(BIMODAL, "1/3"),
    "orbit": lambda: certify.orbit(BIMODAL, "1/7", 4),
    "eventual period": lambda: certify.eventual_period(pl.tent(), "1/7"),
    "cycle": lambda: certify.period(pl.tent(), 4),
    "family": lambda: certify.period(FLIP, 2),
    "loop": lambda: certify.robust_period(BIMODAL, 4),
    "shared ends": lambda: _loop(pl.stefan_map(3), 3, [(2, 3), (1, 2), (1, 2)]),
    "odd chaos": lambda: certify.robust_period(pl.abs_map("17/10"), 3),
    "absent by a graph": lambda: certify.period(pl.truncated_tent("14/17"), 5),
    "absent by words": lambda: certify.period(pl.abs_map("809/500"), 3),
    "cycles": lambda: certify.cycles(pl.tent(), 4),
    "cycles bimodal": lambda: certify.cycles(BIMODAL, 3),
    "family cycles": lambda: certify.cycles(FLIP, 2),
    "fixed interval": lambda: certify.cycles(pl.identity((0, 1)), 1),
    "periods": lambda: certify.periods(pl.truncated_tent("14/17"), 7),
    "periods 1.618": lambda: certify.periods(pl.abs_map("809/500"), 7),
    "period set": lambda: certify.period_set(pl.abs_map("809/500")),
    "exchange": lambda: certify.period_set(pl.connect_the_dots(5, 6, 7, 8, 2, 4, 1, 3)),
    "period set of 7/5": lambda: certify.period_set(pl.abs_map("7/5")),
    "growth 2": lambda: certify.growth(pl.tent()),
    "growth": lambda: certify.growth(BIMODAL, "1/100"),
    "exact growth": lambda: certify.growth(pl.stefan_map(5)),
    "rational growth": lambda: certify.growth(pl.truncated_tent("14/17")),
    "plateaus": lambda: certify.growth(STEPS),
    "halves": lambda: certify.growth(DOUBLED, "1/100"),
    "zero growth": lambda: certify.growth(pl.connect_the_dots(4, 3, 1, 2), "1/100"),
    "eight halves": lambda: certify.growth(NEAR_ONE, "1/1000"),
    "laps": lambda: certify.laps(BIMODAL, 4),
    "pieces": lambda: certify.pieces(STEPS, 4),
    "crossings": lambda: certify.crossings(STEPS, "1/2", 1, 4),
    "threshold": lambda: certify.crossings(BIMODAL, "1/2", None, 4, kind="threshold"),
    "equal": lambda: certify.equal(pl.tent() @ pl.tent(), pl.sawtooth(4)),
    "network": lambda: certify.network(NET, 0, 1),
    "distance": lambda: certify.distance(pl.abs_map("809/500"), 6, 3),
    "distance by crossings": lambda: certify.distance(BIMODAL, 3, 5),
    "labels": lambda: certify.distance(pl.tent(), 3, 4, threshold="1/3"),
    "covers": lambda: certify.covers(BIMODAL, [0, "1/4", "1/2", 1], power=2),
    "network's laps": lambda: certify.laps(NET.to_piecewise(0, 1), 3, network=NET),
    "all": lambda: certify.all_of(certify.laps(BIMODAL, 2), certify.period(BIMODAL, 2)),
}


@functools.cache
def written(name):
    return {**EXAMPLES, **FIELD_EXAMPLES}[name]()


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_written_is_proved_and_true(name):
    verdict = pl.check(written(name))
    assert verdict, verdict.reason
    assert claims_oracle.true(written(name).data)


FIELD_EXAMPLES = {
    "field 0": lambda: certify.orbit(CORE, "1/3", 6),
    "field 1": lambda: certify.eventual_period(CORE, 0),
    "field 2": lambda: certify.period(CORE, 7),
    "field 3": lambda: certify.period(CORE.restrict(-1, 1 / GOLDEN), 2),
    "field 4": lambda: certify.cycles(CORE, 6),
    "field 5": lambda: certify.periods(CORE, 8),
    "field 6": lambda: certify.period_set(CORE),
    "field 7": lambda: certify.growth(CORE),
    "field 8": lambda: certify.growth(pl.truncated_tent(1 / GOLDEN + Fraction(1, 4)), "1e-6"),
    "field 9": lambda: certify.laps(CORE, 30),
    "field 10": lambda: certify.pieces(CORE, 6),
    "field 11": lambda: certify.crossings(CORE, -1, 0, 12),
    "field 17": lambda: certify.distance(pl.abs_map(GOLDEN), 20, 100),
    "field 18": lambda: certify.distance(CORE, 9, 12, threshold=1 / GOLDEN - 1),
    "field 12": lambda: certify.covers(CORE, [-1, 0, 1 / GOLDEN], power=2),
    "field 13": lambda: certify.robust_period(CORE, 4),
    "field 14": lambda: certify.equal(CORE @ CORE, CORE.iterate(2)),
    "field 15": lambda: certify.period(pl.abs_map(pl.algebraic("x**3 - x**2 - 1")), 7),
    "field 16": lambda: certify.period_set(pl.abs_map(pl.algebraic("x**3 - x**2 - 1"))),
}


@pytest.mark.parametrize("name", FIELD_EXAMPLES)
def test_number_fields(name):
    certificate = written(name)
    verdict = pl.check(certificate)
    assert verdict, verdict.reason
    changed = certificate.data
    changed["field"]["interval"] = ["-3", "-2"]
    assert not pl.check(pl.Certificate(json.dumps(changed)))


FIELDS = [None, None, GOLDEN]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(FIELDS).flatmap(lambda k: self_maps(max_pieces=4, field=k)))
def test_random_certificates_are_proved(data, f):
    n = data.draw(st.integers(1, 4))
    make = data.draw(
        st.sampled_from(
            [
                lambda: certify.period(f, n),
                lambda: certify.cycles(f, n),
                lambda: certify.periods(f, 5, budget=pl.Budget(pieces=3000)),
                lambda: certify.period_set(f, up_to=6, budget=pl.Budget(pieces=3000)),
                lambda: certify.growth(f, "1/20", budget=pl.Budget(pieces=150)),
                lambda: certify.laps(f, n + 3),
                lambda: certify.pieces(f, n + 3),
                lambda: certify.crossings(f, "1/4", "1/2", n + 3),
                lambda: certify.crossings(f, "1/2", None, n + 3, kind="threshold"),
                lambda: certify.robust_period(f, n),
                lambda: certify.covers(f, f.breakpoints, power=n),
                lambda: certify.network(pl.realize(f), *f.domain),
            ]
        )
    )
    try:
        certificate = make()
    except (UndecidedError, BudgetExceeded):
        assume(False)
    verdict = pl.check(certificate)
    assert verdict, (certificate.text, verdict.reason)


# ------------------------------------------------------------------------- changed certificates


def _places(value, path=()):
    """All places in a JSON value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, (dict, list)):
            yield from _places(item, (*path, key))
        else:
            yield (*path, key)


def _at(data, path):
    for key in path:
        data = data[key]
    return data


@st.composite
def changed(draw, data):
    """The same certificate with one or two places changed by a little."""
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 2))):
        part = draw(st.sampled_from(["claim", "claim", "function", "function", "evidence"]))
        places = [path for path in _places(data) if path[0] == part and len(path) > 1]
        if not places:
            continue
        path = draw(st.sampled_from(places))
        parent, key, value = _at(data, path[:-1]), path[-1], _at(data, path)
        if isinstance(value, bool) or value is None:
            parent[key] = draw(st.sampled_from([None, "0", 1]))
        elif isinstance(value, int):
            parent[key] = draw(st.sampled_from([value + 1, max(0, value - 1), 0, 1, 2, 3]))
        elif isinstance(value, str):
            try:
                number = Fraction(value)
            except ValueError:
                continue
            step = draw(st.sampled_from(["1", "-1", "1/10", "-1/3", "1/1000000000000"]))
            new = draw(st.sampled_from([number + Fraction(step), -number, 1 - number, number / 2]))
            parent[key] = str(new)
        elif isinstance(value, list) and value:
            how = draw(st.sampled_from(["drop", "double", "swap"]))
            i = draw(st.integers(0, len(value) - 1))
            if how == "drop":
                del value[i]
            elif how == "double":
                value.insert(i, copy.deepcopy(value[i]))
            else:
                value[i - 1], value[i] = value[i], value[i - 1]
    return data


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data(), st.sampled_from(sorted(EXAMPLES)))
def test_a_changed_certificate_is_proved_only_if_it_is_true(data, name):
    new = data.draw(changed(written(name).data))
    try:
        verdict = pl.check(pl.Certificate(json.dumps(new)))
    except CertificateFormatError:
        return
    if verdict.outcome is Outcome.PROVED:
        assert claims_oracle.true(new)


JUNK = [
    None,
    True,
    -1,
    10**15,
    "",
    "0x",
    "1/0",
    "-",
    "x" * 50,
    [],
    {},
    [[]],
    {"by": "loop"},
    0,
    "7",
]
JUNK += ["0x" + "f" * 4000, "9" * 4000, [0] * 50, ["1"] * 50, {"kind": "all", "claims": []}]


@settings(max_examples=600, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data(), st.sampled_from(sorted({**EXAMPLES, **FIELD_EXAMPLES})))
def test_hostile_data_is_refused_or_refuted(data, name):
    new = written(name).data
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(_places(new))))
        _at(new, path[:-1])[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
    try:
        pl.check(pl.Certificate(json.dumps(new)))
    except CertificateFormatError as error:
        assert "\n" not in str(error) and len(str(error)) < 1000


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(["cycle", "growth", "network"]))
def test_truncated_and_garbled_text(data, name):
    text = written(name).text
    cut = data.draw(st.integers(0, len(text) - 1))
    garbled = data.draw(st.sampled_from(["", "{", "\0", "\x80", "]", '"', "9" * 30, "NaN", "-"]))
    rest = data.draw(st.sampled_from(["", text[cut + 1 :]]))
    with contextlib.suppress(CertificateFormatError):
        pl.check(pl.Certificate(text[:cut] + garbled + rest))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[1.5]", "no exact number"),
        ("[NaN]", "no exact number"),
        ("[" + "1" * 5000 + "]", "too long"),
        ('{"claim": 1, "claim": 2}', "twice"),
        ("[]", "object"),
        ("{}", "'format' is missing"),
        ('{"format": "plsym-certificate"}', "'version' is missing"),
        ('{"format": "plsym-certificate", "version": 2}', "version 1 is expected, not 2"),
        ('{"format": "plsym-certificate", "version": true}', "version 1 is expected"),
        ('{"format": "plsym-network", "version": 1}', "plsym-certificate"),
        ('{"formats": 1}', "'formats' is not known"),
    ],
)
def test_what_is_no_certificate(text, message):
    with pytest.raises(CertificateFormatError, match=message):
        pl.check(pl.Certificate(text))


def _replaced(certificate, *path_and_value):
    *path, value = path_and_value
    data = certificate.data
    _at(data, path[:-1])[path[-1]] = value
    return pl.Certificate(json.dumps(data))


def test_small_files_cost_little():
    """Huge exponents and powers end at the limit of work, or at the gate."""
    with pytest.raises(CertificateFormatError, match="power"):
        pl.check(_replaced(written("laps"), "claim", "power", 10**9))
    with pytest.raises(CertificateFormatError, match="operations"):
        pl.check(_replaced(written("laps"), "claim", "power", 100_000))
    with pytest.raises(CertificateFormatError, match="operations"):
        pl.check(_replaced(written("covers"), "claim", "power", 10**6))
    huge = _replaced(written("period set"), "claim", "strongest", 2**50)
    assert not pl.check(huge)
    orbit = pl.certify.eventual_period(pl.tent(), 0)
    assert not pl.check(_replaced(orbit, "claim", "period", 2**52))


def test_numbers_of_two_fields_do_not_meet():
    data = certify.growth(CORE).data
    root = {"minimal_polynomial": [-3, 0, 1], "interval": ["1", "2"]}
    data["claim"] = {"kind": "growth", "exact": root}
    for name, rate in (("lower", ["-1", "1"]), ("upper", ["0", "1"])):
        halves = {"by": "halves", "doublings": [], "rate": rate, "evidence": {"by": "slopes"}}
        for evidence in ({"by": "slopes"}, halves):
            data["evidence"][name] = evidence
            verdict = pl.check(pl.Certificate(json.dumps(data)))
            assert not verdict and "two fields" in verdict.reason


def test_failing_steps_are_named():
    def reason(name, *path_and_value):
        verdict = pl.check(_replaced(written(name), *path_and_value))
        assert verdict.outcome is Outcome.REFUTED
        return verdict.reason

    assert "value at the point" in reason("value", "claim", "value", "1/3")
    assert "point 2 is not the image" in reason("orbit", "claim", "points", 2, "1/2")
    assert "occurs twice" in reason("cycle", "evidence", "points", ["0", "0", "0", "0"])
    assert "does not cover" in reason("loop", "claim", "radius", "1/2")
    assert "is not listed" in reason("absent by words", "evidence", "words", [])
    words = written("absent by words").data["evidence"]["words"]
    assert "itinerary" in reason("absent by words", "evidence", "words", words[1:])
    assert "claimed, not those of the 3" in reason("cycles", "claim", "points", [])
    assert "grow faster" in reason("growth", "claim", "upper", "2")
    assert "do not grow" in reason("growth", "claim", "lower", "5/2")
    assert "laps is not 3" in reason("laps", "claim", "count", 3)
    assert "differ at a breakpoint" in reason("equal", "function", "values", 1, "1/2")
    assert "network's value" in reason("network", "function", "values", 1, "1/2")
    assert "leaves its domain" in reason("periods", "function", "values", 1, "2")
    assert "is not claimed" in reason("covers", "claim", "edges", [])
    huge = "0x" + "f" * 5000  # too long to be printed in decimal digits
    assert "not as many as" in reason("eventual period", "claim", "preperiod", huge)
    far = "distance"
    assert "windows show less" in reason(far, "claim", "bound", "1")
    assert "windows show less" in reason(far, "claim", "pieces", 5)
    assert "not orthogonal" in reason(far, "evidence", "windows", 0, "values", 0, "1/7")
    assert "above 1 in size" in reason(far, "evidence", "windows", 0, "values", 0, "2")
    assert "no piece" in reason(far, "evidence", "windows", 0, "low", "-1/3")
    window = written(far).data["evidence"]["windows"][0]
    assert "listed twice" in reason(far, "evidence", "windows", [window, window])
    assert "not more than the pieces" in reason("distance by crossings", "claim", "pieces", 500)
    assert "crossings show less" in reason("distance by crossings", "claim", "bound", "1")
    assert "not all of one size" in reason(far, "function", "values", 0, "1/2")
    assert "between the levels" in reason("labels", "claim", "threshold", "-1")


def test_a_loop_at_a_fixed_point_proves_no_longer_period():
    """[0, 1/2] covers itself twice over; going round twice is going round once."""
    verdict = pl.check(_loop(pl.tent(), 2, [(0, "1/2"), (0, "1/2")]))
    assert not verdict and "could have period 1" in verdict.reason
    assert pl.check(_loop(pl.tent(), 2, [(0, "1/2"), ("1/2", 1)]))
    # 1/2 and 1 turn into each other here, so the common end is no way out
    swap = pl.PiecewiseLinear([0, "1/2", 1], [1, "1/2", 0])
    assert not pl.check(_loop(swap, 2, [(0, "1/2"), ("1/2", 1)]))


def test_a_field_must_be_one():
    certificate = certify.value(CORE, "1/3")
    for polynomial, interval, message in (
        ([-5, 0, 1], ["-3", "3"], "holds 2 roots"),
        ([-5, 0, 1], ["0", "1"], "holds 0 roots"),
        ([25, 0, -10, 0, 1], ["2", "3"], "roots"),
        ([-4, 0, 1], ["1", "2"], "end of the field's interval"),
    ):
        data = certificate.data
        data["field"] = {"minimal_polynomial": polynomial, "interval": interval}
        verdict = pl.check(pl.Certificate(json.dumps(data)))
        assert not verdict and message in verdict.reason


def test_a_reducible_polynomial_proves_nothing_false():
    """x^2 - 4 has the root 2: the element a - 2 is zero, whatever its coefficients say."""
    data = certify.value(pl.tent(), "1/3").data
    data["field"] = {"minimal_polynomial": [-4, 0, 1], "interval": ["1", "3"]}
    for claim in (
        {"kind": "value", "point": ["-2", "1"], "value": "0"},
        {"kind": "orbit", "points": ["0", ["-2", "1"]]},
        {"kind": "eventual period", "point": "0", "preperiod": 0, "period": 2},
    ):
        data["claim"] = claim
        data["evidence"] = {"orbit": ["0", ["-2", "1"]]} if "period" in claim else {}
        try:
            verdict = pl.check(pl.Certificate(json.dumps(data)))
        except CertificateFormatError:
            continue
        assert not verdict or claim["kind"] != "eventual period"


def test_what_a_budget_leaves_is_certified_too():
    from plsym.certify.rates import growth_certificate

    for f in (BIMODAL, pl.truncated_tent(1 / GOLDEN + Fraction(1, 5)), NEAR_ONE):
        with pytest.raises(BudgetExceeded) as caught:
            pl.growth(f, "1e-9", budget=pl.Budget(seconds=0))
        found = caught.value.partial
        assert found.lower == 1 and found.upper >= pl.growth(f, "1/100").lower
        assert pl.check(growth_certificate(f, found))
    with pytest.raises(BudgetExceeded) as caught:
        pl.growth(BIMODAL, "1e-40", budget=pl.Budget(pieces=20))
    assert pl.check(growth_certificate(BIMODAL, caught.value.partial))


def test_files(tmp_path):
    path = tmp_path / "cert.json"
    written("cycle").save(path)
    assert pl.Certificate.load(path) == written("cycle")
    assert pl.check(path) and pl.check(str(path))
    assert [p.name for p in tmp_path.iterdir()] == ["cert.json"]
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CertificateFormatError, match="UTF-8"):
        pl.check(path)
    # what could not be printed is no part of a claim, whether escaped or not
    for half, message in ((r"\ud800", "surrogates"), ("\ud800", "UTF-8")):
        with pytest.raises(CertificateFormatError, match=message):
            pl.check(pl.Certificate(written("value").text.replace('"value"', f'"{half}"')))
    with pytest.raises(OSError):
        pl.check(tmp_path / "missing.json")


def test_all_of_needs_one_function():
    with pytest.raises(pl.DomainError, match="different functions"):
        certify.all_of(written("cycle"), written("laps"))
    with pytest.raises(pl.DomainError, match="no certificate"):
        certify.all_of()


def test_what_cannot_be_certified():
    with pytest.raises(pl.DomainError, match="bounded interval"):
        certify.periods(2 * pl.identity(None), 3)
    with pytest.raises(pl.DomainError, match="differ"):
        certify.equal(pl.tent(), FLIP)
    with pytest.raises(UndecidedError, match="no cycle within"):
        certify.eventual_period(BIMODAL, "1/7", up_to=20)
    with pytest.raises(UndecidedError, match="no loop"):
        certify.robust_period(pl.identity((0, 1)), 1)


def test_checking_needs_the_standard_library_alone(tmp_path):
    """A trained network: periods and growth from one command, checked without site-packages."""
    from plsym.cli import main

    net = ROOT / "examples" / "iterate.onnx"
    paths = [str(tmp_path / "trained.json"), str(tmp_path / "exact.json")]
    command = ["periods", str(net), "--domain", "0", "1", "--up-to", "6", "-o", paths[0]]
    assert main(command) == 0
    certify.growth(pl.stefan_map(5)).save(paths[1])
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from plsym.cli.main import main\n"
        f"code = main(['check', *{paths!r}])\n"
        "assert not {'numpy', 'gmpy2', 'flint', 'networkx', 'sympy'} & set(sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("PROVED") == 2 and "growth number" in done.stdout
