"""Who counts regions: every engine by every definition it knows, within the same budgets."""

from __future__ import annotations

import pytest
from test_parallel import Here

import plsym as pl
from plsym.errors import BudgetExceeded, DomainError
from plsym.regions import counting
from plsym.regions.definitions import DEFINITIONS

# |x|; and three lines in the plane, with the differences of their halves; cut by boxes
ONE = pl.from_weights([([[1], [-1]], None), ([[1, 1]], None)])
TWO = pl.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], None)])
# the counts in the order of DEFINITIONS; |x| has one pattern more, that of the point 0
CASES = {
    "a line": (ONE, None, {"pattern": 3}, 2),
    "an interval": (ONE, [(-1, 1)], {"pattern": 3}, 2),
    "a plane": (TWO, None, {}, 7),
    "a square": (TWO, [(-1, 1)] * 2, {}, 5),
}
UNKNOWN = {"rays": ("convex", "closed"), "search": ("pattern", "convex", "closed")}
SWEPT = ("activation", "connected", "convex")


@pytest.mark.parametrize("engine", counting.ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_every_engine_counts_alike_or_says_what_it_does_not_count(case, engine):
    network, domain, others, count = CASES[case]
    for definition in DEFINITIONS:
        message = ""
        if definition in UNKNOWN.get(engine, ()):
            message = f"engine='{engine}' does not count {definition} regions; use 'faces'"
        elif engine == "sweep" and case != "an interval":
            message = "engine='sweep' needs a network with one input and a bounded interval"
        elif engine == "sweep" and definition not in SWEPT:
            message = f"engine='sweep' does not count {definition} regions; use 'faces'"
        if message:
            with pytest.raises(DomainError) as caught:
                pl.count_regions(network, domain, definition=definition, engine=engine)
            assert str(caught.value) == message
        else:
            found = pl.count_regions(network, domain, definition=definition, engine=engine)
            assert found == others.get(definition, count), definition


# the words of each engine when its budget ends
STOPPED = {
    "sweep": "the sweep of stage 0",
    "faces": r"the subdivision \(stage 1",
    "rays": "stage 1 of 2 of the subdivision",
    "search": "the search from cell to cell",
}


@pytest.mark.parametrize(
    ("case", "engine", "definition", "who"),
    [
        ("an interval", "auto", "connected", "sweep"),
        ("an interval", "auto", "convex", "sweep"),
        ("an interval", "auto", "activation", "sweep"),
        ("an interval", "auto", "closed", "faces"),
        ("an interval", "sweep", "connected", "sweep"),
        ("an interval", "sweep", "activation", "sweep"),
        ("an interval", "faces", "connected", "faces"),
        ("a square", "auto", "connected", "faces"),
        ("a plane", "faces", "activation", "faces"),
        ("a plane", "rays", "activation", "rays"),
        ("a plane", "search", "activation", "search"),
    ],
)
def test_the_engine_in_charge_keeps_the_budget(case, engine, definition, who):
    network, domain = CASES[case][:2]
    ask = {"definition": definition, "engine": engine}
    with pytest.raises(BudgetExceeded, match=STOPPED[who]):
        pl.count_regions(network, domain, budget=pl.Budget(pieces=1), **ask)
    enough = pl.count_regions(network, domain, budget=pl.Budget(pieces=100), **ask)
    assert enough == pl.count_regions(network, domain, **ask)


def test_the_domain_reaches_every_engine():
    for engine in ("auto", "faces", "rays", "search"):
        away = [(1, 2), (1, 2)]  # where x, y and x + y - 1 are positive
        assert pl.count_regions(TWO, away, engine=engine, definition="activation") == 1
        assert pl.count_regions(TWO, away, engine=engine) == 1
    for engine in ("auto", "sweep", "faces"):
        assert pl.count_regions(ONE, [(1, 2)], engine=engine, definition="activation") == 1
        assert pl.count_regions(ONE, [("-1/2", 2)], engine=engine) == 2


def test_a_network_without_neurons_has_one_region():
    for n in (1, 2):
        affine = pl.from_weights([([[2] * n], [1])])
        for domain in (None, [(-1, 1)] * n):
            for definition in DEFINITIONS:
                assert pl.count_regions(affine, domain, definition=definition) == 1
    affine = pl.from_weights([([[2]], [1])])
    for definition in SWEPT:
        found = pl.count_regions(affine, [(-1, 1)], definition=definition, engine="sweep")
        assert found == 1


def test_an_executor_takes_domain_definition_budget_parts_and_progress():
    square, seen = [(-1, 1)] * 2, []
    for engine in ("auto", "faces"):
        for definition, count in (("activation", 5), ("connected", 5), ("affine", 5)):
            found = pl.count_regions(
                TWO, square, definition=definition, engine=engine, executor=Here(), parts=2
            )
            assert found == count
    assert pl.count_regions(TWO, executor=Here(), parts=4) == 7
    # |x| has two regions and three patterns; relu(x) - relu(x) is 0 on both sides
    flat = pl.from_weights([([[1], [1]], None), ([[1, -1]], None)])
    found = [
        pl.count_regions(flat, definition=d, executor=Here()) for d in ("activation", "affine")
    ]
    assert found == [2, 1]
    pl.count_regions(
        TWO, square, executor=Here(), parts=4, progress=lambda *numbers: seen.append(numbers)
    )
    assert seen[-1] == (4, 4)
    with pytest.raises(BudgetExceeded):
        pl.count_regions(TWO, square, executor=Here(), parts=1, budget=pl.Budget(pieces=1))
    with pytest.raises(DomainError, match="engine='search' does not run on an executor"):
        pl.count_regions(TWO, square, executor=Here(), engine="search")


def test_names_that_are_not_known_come_with_those_that_are():
    with pytest.raises(DomainError) as caught:
        pl.count_regions(TWO, definition="linear")
    assert str(caught.value).endswith(", ".join(repr(d) for d in DEFINITIONS))
    for engine in counting.ENGINES:
        with pytest.raises(DomainError, match="definition='linear' is not known"):
            pl.count_regions(ONE, [(-1, 1)], definition="linear", engine=engine)
    with pytest.raises(DomainError, match="definition='linear' is not known"):
        pl.count_regions(TWO, definition="linear", executor=Here())
    with pytest.raises(DomainError) as caught:
        pl.count_regions(TWO, engine="gpu")
    assert str(caught.value).endswith(", ".join(repr(e) for e in counting.ENGINES))


# above ten dimensions ------------------------------------------------------------------------


def coordinates(n, k):
    """The network with one neuron for each of the first k of n inputs."""
    rows = [[int(i == j) for i in range(n)] for j in range(k)]
    return pl.from_weights([(rows, [0] * k), ([[1] * k], None)])


def test_dimensions_that_matter_decide_between_faces_and_search(monkeypatch):
    pytest.importorskip("scipy.optimize")
    asked = []
    for name in ("linear_regions", "search_regions"):
        whole = getattr(counting, name)

        def spied(*args, name=name, whole=whole, **options):
            asked.append(name)
            return whole(*args, **options)

        monkeypatch.setattr(counting, name, spied)

    def count(network, domain=None, **options):
        asked.clear()
        return pl.count_regions(network, domain, definition="activation", **options), *asked

    monkeypatch.setattr(counting, "MOST_DIMENSIONS", 3)
    assert count(coordinates(3, 3)) == (8, "linear_regions")
    assert count(coordinates(3, 3), [(-1, 1)] * 3) == (8, "linear_regions")
    assert count(coordinates(4, 2)) == (4, "linear_regions")  # two dimensions matter
    assert count(coordinates(4, 3)) == (8, "linear_regions")
    assert count(coordinates(4, 4)) == (16, "search_regions")
    assert count(coordinates(4, 2), [(-1, 1)] * 4) == (4, "search_regions")
    assert count(coordinates(4, 4), [(1, 2)] * 4) == (1, "search_regions")
    assert count(ONE, [(-1, 1)]) == (2,)  # the sweep does it
    plane = pl.plane([0] * 4, [1, 0, 0, 0], [0, 1, 0, 0], window="all")
    assert count(coordinates(4, 4), plane) == (4, "linear_regions")
    assert count(coordinates(4, 3), engine="search") == (8, "search_regions")
    # what could take for ever is refused, unless a budget ends it
    monkeypatch.setattr(counting, "_MOST_SEARCHED", 16)
    assert count(coordinates(4, 4)) == (16, "search_regions")
    monkeypatch.setattr(counting, "_MOST_SEARCHED", 15)
    with pytest.raises(DomainError, match="up to 16 regions in 4 dimensions"):
        count(coordinates(4, 4))
    assert count(coordinates(4, 4), budget=pl.Budget(pieces=16)) == (16, "search_regions")
    with pytest.raises(BudgetExceeded):
        count(coordinates(4, 4), budget=pl.Budget(pieces=15))
