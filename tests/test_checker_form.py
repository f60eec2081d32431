"""What the checker must see: the form of certificates, and what they say."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from hand_made import ALL_KINDS, malformed, read, whole

import plsym as pl
from plsym.certificates.codec import Work, integer_text, parse, rational_text
from plsym.certificates.statements import statement
from plsym.errors import CertificateFormatError

# ------------------------------------------------------------------------ the form of certificates


def objects(value):
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            yield from objects(item)


OPTIONAL = {"radius", "field", "left_slope", "right_slope", "points", "layers", "lower", "upper"}


OPTIONAL |= {"network"}


@pytest.mark.parametrize("name", ALL_KINDS)
def test_every_object_has_its_keys_and_no_others(name):
    assert pl.check(pl.Certificate(json.dumps(whole(name))))
    data = whole(name)
    for place in objects(data):
        place["strange"] = None
        with pytest.raises(CertificateFormatError, match="the key 'strange' is not known"):
            pl.check(pl.Certificate(json.dumps(data)))
        del place["strange"]
        for key in list(place):
            value = place.pop(key)
            if key not in OPTIONAL:
                with pytest.raises(
                    CertificateFormatError, match=r"is missing|is needed|are needed|too few"
                ):
                    pl.check(pl.Certificate(json.dumps(data)))
            place[key] = value


@pytest.mark.parametrize("name", ALL_KINDS)
def test_every_value_has_its_type(name):
    data = whole(name)
    for place in objects(data):
        for key, value in list(place.items()):
            if name == "regions" and key == "field":
                continue  # all is rational there
            if isinstance(value, (dict, list)):
                strange = ["text", 7, True, [] if isinstance(value, dict) else {}]
            else:
                strange = [{}, [[]], True, 0.5 if value is None else -1]
            for other in strange:
                place[key] = other
                try:
                    found = pl.check(pl.Certificate(json.dumps(data)))
                except CertificateFormatError:
                    continue
                assert not found, (key, other)
            place[key] = value


@pytest.mark.parametrize(
    ("name", "path", "bounds"),
    [
        ("eventual period", "claim.preperiod", "from 0 on"),
        ("eventual period", "claim.period", "from 1 on"),
        ("period", "claim.period", f"from 1 to {1 << 64}"),
        ("forced", "evidence.period", f"from 1 to {1 << 64}"),
        ("no period", "claim.period", f"from 1 to {1 << 64}"),
        ("no period by force", "evidence.period", f"from 1 to {1 << 64}"),
        ("no level", "claim.level", "from 0 to 63"),
        ("no period by a graph", "evidence.layers.0", "from 0 on"),
        ("cycles", "claim.period", f"from 1 to {1 << 20}"),
        ("periods", "claim.up_to", "from 1 to 1000000"),
        ("periods", "claim.periods.0", "from 1 to 1"),
        ("periods", "evidence.present.0.period", f"from 1 to {1 << 62}"),
        ("period set", "claim.strongest", f"from 1 to {1 << 62}"),
        ("absences", "evidence.absent.0.period", f"from 1 to {1 << 64}"),
        ("covers", "claim.power", f"from 1 to {1 << 20}"),
        ("covers", "claim.edges.0.0", "from 0 to 1"),
        ("covers", "claim.edges.0.1", "from 0 to 1"),
        ("growth", "evidence.lower.intervals.0.1", "from 0 to 1"),
        ("growth", "evidence.lower.targets.0.1", "from 0 to 0"),
        ("growth", "evidence.lower.weights.0", "from 0 on"),
        ("growth", "evidence.upper.layers.0", "from 0 on"),
        ("count", "claim.power", "from 1 to 100000"),
        ("count", "claim.count", "from 0 on"),
        ("distance", "claim.power", "from 1 to 2000"),
        ("distance", "claim.pieces", "from 1 on"),
        ("windows", "evidence.depth", "from 1 to 3"),
        ("regions", "claim.count", "from 1 on"),
        ("regions", "evidence.cells.0.walls.0.factors.0.0", "from 0 to 3"),
    ],
)
def test_bounds_of_integers(name, path, bounds):
    _, low, *high = re.findall(r"from|-?\d+", bounds)
    outside = [int(low) - 1, *(int(h) + 1 for h in high)]
    for value in outside:
        data = whole(name)
        place = data
        *way, last = (int(k) if k.isdigit() else k for k in path.split("."))
        for key in way:
            place = place[key]
        place[last] = value if abs(value) < 1 << 53 else hex(value)
        with pytest.raises(CertificateFormatError, match=rf"an integer {bounds} is expected"):
            pl.check(pl.Certificate(json.dumps(data)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("-7", Fraction(-7)),
        ("3/4", Fraction(3, 4)),
        ("-6/8", Fraction(-3, 4)),
        ("007/010", Fraction(7, 10)),
        ("0x1f", Fraction(31)),
        ("-0x1f/0x20", Fraction(-31, 32)),
        ("9" * 4000, Fraction(10**4000 - 1)),
        ("1/" + "9" * 4000, Fraction(1, 10**4000 - 1)),
        ("0x" + "f" * 5000, Fraction(16**5000 - 1)),
        ("0x1/0x" + "f" * 5000, Fraction(1, 16**5000 - 1)),
    ],
)
def test_rationals_are_read(text, value):
    assert read(text).rational() == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1.5", '"p/q"'),
        ("1e3", '"p/q"'),
        ("+1", '"p/q"'),
        ("1/-2", '"p/q"'),
        (" 1", '"p/q"'),
        ("1/2\n", '"p/q"'),
        ("0x1/2", '"p/q"'),
        ("0x1/0x", '"p/q"'),
        ("0X1", '"p/q"'),
        ("\u0661", '"p/q"'),
        ("", '"p/q"'),
        (1, '"p/q"'),
        (None, '"p/q"'),
        (["1"], '"p/q"'),
        ("1/0", "other than 0"),
        ("0x1/0x0", "other than 0"),
        ("9" * 4001, "hexadecimal digits for a number of more than 4000"),
        ("1/" + "9" * 4001, "hexadecimal digits for a number of more than 4000"),
    ],
)
def test_what_is_no_rational(value, message):
    with pytest.raises(CertificateFormatError, match=message):
        read(value).rational()


def test_integers_are_read():
    largest = (1 << 53) - 1
    for value in (0, 5, -5, largest, -largest):
        assert read(value).integer(-largest) == value
        assert read(hex(value)).integer(-largest) == value
    assert read(hex(1 << 300)).integer(0) == 1 << 300
    assert read(3).integer(3, 3) == 3
    for value in (largest + 1, -largest - 1, 10**17, -(10**16), 10**30):
        with pytest.raises(CertificateFormatError, match="too long for JSON"):
            read(value)
    for value in ("3", "0x", "0xF", "x", True, False, None, [], "0x1\n", "+0x1"):
        with pytest.raises(CertificateFormatError, match="an integer, or"):
            read(value).integer(0)


def test_texts_of_numbers():
    for value in (Fraction(0), Fraction(-3), Fraction(-3, 4), Fraction(10**40 - 1)):
        assert rational_text(value) == str(value)
    for value in (
        Fraction(10**40),
        Fraction(-(10**40)),
        Fraction(1, 10**40),
        Fraction(10**41 + 1, 2),
    ):
        text = rational_text(value)
        assert "0x" in text and read(text).rational() == value
    assert rational_text(Fraction(1, 10**40)).startswith("0x1/0x")
    assert rational_text(Fraction(10**40)) == hex(10**40)
    assert integer_text((1 << 53) - 1) == (1 << 53) - 1
    assert integer_text(-(1 << 53) + 1) == -(1 << 53) + 1
    assert integer_text(1 << 53) == hex(1 << 53)
    assert integer_text(-(1 << 53)) == hex(-(1 << 53))


def test_values_of_other_types():
    for value in (1, None, [], {}, True):
        with pytest.raises(CertificateFormatError, match="a string is expected"):
            read(value).text()
        with pytest.raises(CertificateFormatError, match="one of yes, no is expected"):
            read(value).choice("yes", "no")
    assert read("yes").text() == read("yes").choice("yes", "no") == "yes"
    for value in (1, None, "ab", True, {}):
        with pytest.raises(CertificateFormatError, match="a list is expected"):
            list(read(value))
        with pytest.raises(CertificateFormatError, match="a list is expected"):
            len(read(value))
    for value in (1, None, "ab", True, []):
        with pytest.raises(CertificateFormatError, match="an object is expected"):
            read(value)["key"]
        with pytest.raises(CertificateFormatError, match="an object is expected"):
            read(value).only("key")
        assert not read(value).has("key")
    data = read({"a": None, "b": 0, "c": [1, 2]})
    assert (data.has("a"), data.has("b"), data.has("d")) == (False, True, False)
    assert data.only("a", "b", "c", "d") is data
    assert (
        data["c"].path == "certificate.c" and [x.path for x in data["c"]][1] == "certificate.c[1]"
    )
    with pytest.raises(CertificateFormatError, match=r"certificate: the key 'd' is missing"):
        data["d"]
    with pytest.raises(CertificateFormatError, match=r"certificate: the key 'b' is not known"):
        data.only("a", "c")


def test_what_is_shown_of_a_wrong_value():
    for value, shown in (
        (7, "7"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 59 + "..."),
        ({}, "something else"),
        (["1"], "something else"),
    ):
        with pytest.raises(CertificateFormatError) as caught:
            read(value).rational()
        expected = 'certificate: a rational number as a string "p/q" is expected, not '
        assert str(caught.value) == expected + shown


def test_words_are_read():
    assert read(["0 2 1", "3", "12 0"]).words(13) == [[0, 2, 1], [3], [12, 0]]
    assert read(["999999"]).words(10**6) == [[999999]]
    with pytest.raises(CertificateFormatError, match="from 0 to 11"):
        read(["0", "12 0"]).words(12)
    with pytest.raises(CertificateFormatError, match="from 0 to 1"):
        read(["2"]).words(2)


def test_repeated_keys_and_floats():
    for text, message in (
        ('{"a": 1, "a": 1}', "holds a key twice"),
        ("[1.0]", "is no exact number"),
        ("[1e5]", "is no exact number"),
        ("[Infinity]", "is no exact number"),
        ("[1", "no JSON"),
    ):
        with pytest.raises(CertificateFormatError, match=message):
            parse(text)
    assert parse('{"a": 1, "b": [1]}').value == {"a": 1, "b": [1]}
    assert parse(b'["\xc3\xa9"]').value == ["\u00e9"]
    with pytest.raises(CertificateFormatError, match="UTF-8"):
        parse(b'["\xc3"]')


def test_the_longest_text(monkeypatch):
    monkeypatch.setattr("plsym.certificates.codec._LONGEST", 10)
    assert len(parse('"34567890"').value) == 8
    with pytest.raises(CertificateFormatError, match="longer than 10 bytes"):
        parse('"345678901"')


def test_the_limit_of_work():
    work = Work(10)
    assert work.limit == Work(0).limit + 10 * (Work(1).limit - Work(0).limit) and work.spent == 0
    work.spend(work.limit - 1)
    work.spend(1)
    assert work.spent == work.limit
    with pytest.raises(CertificateFormatError, match="checking needs more than"):
        work.spend(1)


def test_head_of_the_file():
    data = whole("value")
    assert list(data) == ["format", "version", "claim", "field", "function", "evidence"]
    for key, value, message in (
        ("format", "plsym", '"plsym-certificate" is expected'),
        ("version", 2, "version 1 is expected, not 2"),
        ("version", 0, "version 1 is expected, not 0"),
        ("version", True, "version 1 is expected, not True"),
        ("version", "1", "version 1 is expected, not '1'"),
    ):
        with pytest.raises(CertificateFormatError, match=message):
            pl.check(pl.Certificate(json.dumps({**data, key: value})))
    malformed("one of value, orbit, .*, all", {"kind": "nothing"}, {})


def test_certificates_are_data(tmp_path):
    made = pl.Certificate.of({"kind": "value"}, {"f": 1}, {"e": 2}, {"k": 3})
    assert made.data["claim"] == made.claim == {"kind": "value"}
    assert (made.data["function"], made.data["evidence"]) == ({"f": 1}, {"e": 2})
    assert made.data["field"] == {"k": 3} and " " not in made.text
    assert pl.Certificate.of({}, {}, {}).data["field"] is None
    with pytest.raises(CertificateFormatError, match="not known"):
        pl.Certificate('{"formats": 1}').data  # noqa: B018
    path = tmp_path / "one.json"
    made.save(path)
    assert path.read_bytes() == made.text.encode() + b"\n"
    path.write_text(f" \n{made.text}\n\n")
    assert pl.Certificate.load(path) == made
    path.write_bytes(b"\xff")
    with pytest.raises(CertificateFormatError, match=r"one\.json: this is no UTF-8 text"):
        pl.Certificate.load(path)
    true = pl.Certificate(json.dumps(whole("value")))
    assert repr(true) == f"Certificate('f(1/3) = 2/3', {len(true.text)} bytes)"
    true.save(path)
    assert pl.check(path) == pl.check(str(path)) == pl.check(true)


STATEMENTS = {
    "value": "f(1/3) = 2/3",
    "orbit": "the 2 points listed are an orbit of f",
    "eventual period": "1 falls into a cycle of period 1 after 1 steps",
    "period": "f has a point of least period 3, and so has each continuous map nearer to f than 0",
    "loop": "f has a point of least period 3",
    "no period": "f has no point of least period 3",
    "no level": "f has no period 2^i q with odd q > 1 and i <= 0",
    "cycles": "f has exactly 1 isolated cycles of period 2",
    "periods": "the periods of f up to 1 are 1",
    "period set": "the periods of f are 3 and all that it forces in Sharkovsky's order",
    "covers": "4 covers by f^1 hold between 3 points, and no others",
    "growth": "the growth number of f is at least 2, is at most 2",
    "exact growth": "the growth number of f is the root in (1, 3) of the polynomial with "
    "coefficients -2, 1 from low to high degree",
    "count": "f^1 has 2 laps",
    "crossings": "f^1 has 2 crossings of 0 and 1",
    "distance": "continuous functions with 4 pieces are at L1 distance at least 1/16 from f^3",
    "classification": "continuous functions with 4 pieces are on the wrong side of the threshold "
    "on a length of at least 1/6 from f^3",
    "equal": "f and the other function are equal",
    "network": "the network computes f",
    "all": "f(0) = 0",
    "regions": "the network has 3 cells on which all units keep their signs on its input space, "
    "within 2 half-spaces",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements(name):
    certificate = pl.Certificate(json.dumps(whole(name)))
    assert certificate.statement == pl.check(certificate).claim == STATEMENTS[name]


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            {"kind": "value", "point": ["0", "1/2", "-3"], "value": "7" * 60},
            "f(0 + (1/2) a^1 + (-3) a^2) = " + "7" * 60,
        ),
        ({"kind": "value", "point": "1", "value": "7" * 61}, "f(1) = " + "7" * 57 + "..."),
        ({"kind": "value", "point": {}, "value": "1"}, "f(an algebraic number) = 1"),
        (
            {"kind": "cycles", "period": 2, "points": [], "intervals": [["0", "1"]]},
            "f has exactly 0 isolated cycles of period 2, and cycles of that period in 1 intervals",
        ),
        ({"kind": "periods", "up_to": 9, "periods": []}, "the periods of f up to 9 are none"),
        (
            {"kind": "periods", "up_to": 99, "periods": list(range(1, 31))},
            "the periods of f up to 99 are " + ", ".join(map(str, range(1, 31))),
        ),
        (
            {"kind": "periods", "up_to": 99, "periods": list(range(1, 32))},
            "the periods of f up to 99 are " + ", ".join(map(str, range(1, 31))) + ", ...",
        ),
        (
            {"kind": "periods", "up_to": 9, "periods": ["9" * 200]},
            "the periods of f up to 9 are " + "9" * 200,
        ),
        (
            {"kind": "periods", "up_to": 9, "periods": ["9" * 201]},
            "the periods of f up to 9 are " + "9" * 197 + "...",
        ),
        ({"kind": "growth", "upper": "3"}, "the growth number of f is at most 3"),
        (
            {
                "kind": "growth",
                "exact": {"minimal_polynomial": [1], "interval": ["1" * 80, "2" * 80]},
                "lower": "1",
            },
            "the growth number of f is the root in ("
            + "1" * 80
            + ", "
            + "2" * 22
            + " of the polynomial with coefficients 1 from low to high degree, is at least 1",
        ),
        (
            {"kind": "count", "of": "threshold", "power": 3, "count": 2, "low": "1/2"},
            "f^3 has 2 threshold intervals of 1/2",
        ),
        ({"kind": "count", "of": "x" * 30, "power": 3, "count": 2}, "f^3 has 2 " + "x" * 20),
        (
            {"kind": "distance", "of": "?", "pieces": 1, "bound": "0", "power": 1},
            "continuous functions with 1 pieces are  0 from f^1",
        ),
        (
            {"kind": "regions", "of": "connected", "count": 5, "half_spaces": [], "plane": {}},
            "the network has 5 linear regions (open, connected) on a plane",
        ),
        (
            {"kind": "regions", "of": "affine", "count": 5, "half_spaces": []},
            "the network has 5 different affine maps on its input space",
        ),
        (
            {"kind": "regions", "of": "?", "count": 5, "half_spaces": []},
            "the network has 5  on its input space",
        ),
        (
            {
                "kind": "all",
                "claims": [{"kind": "equal"}, {"kind": "all"}, {"kind": "?"}, {"kind": "network"}],
            },
            "f and the other function are equal; the network computes f",
        ),
    ],
)
def test_words_of_statements(claim, text):
    assert statement(read(claim)) == text
