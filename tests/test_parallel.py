"""Counts in parts and sweeps: the same numbers whoever computes them."""

from __future__ import annotations

import json
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.regions.examples import montufar_network
from plsym.regions.parallel import _explore, _split
from plsym.testing import networks

KINDS = ("activation", "connected", "affine")


class Here(Executor):
    """Runs everything at once, in reverse order of need."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@settings(deadline=None, max_examples=60)
@given(
    networks(max_inputs=2) | networks(max_inputs=2, degenerate=True) | networks(max_width=4),
    st.booleans(),
    st.sampled_from([2, 5, 16]),
)
def test_parts_make_the_whole(network, bounded, parts):
    domain = [(-1, 1)] * network.n_inputs if bounded else None
    for definition in KINDS:
        whole = pl.count_regions(network, domain, definition=definition)
        assert whole == pl.count_regions(
            network, domain, definition=definition, executor=Here(), parts=parts
        )


def test_planes_and_triangles_in_parts():
    network = pl.random_network([4, 10, 6, 1], seed=2)
    for window in ("triangle", "all", ((-1, 1), (-2, 2))):
        slice_ = pl.plane([0] * 4, [1, 0, 0, 1], [0, 1, 1, 0], window=window)
        for definition in KINDS:
            assert pl.count_regions(network, slice_, definition=definition) == pl.count_regions(
                network, slice_, definition=definition, executor=Here()
            )


def test_a_neuron_in_a_dividing_wall_moves_the_wall():
    # neurons vanish where the first walls would be
    network = pl.from_weights([([[1, 0], [0, 1], [2, 0]], [0, 0, -1]), ([[1, 1, 1]], None)])
    square = [(-1, 1), (-1, 1)]
    pieces, walls = _split(pl.regions.domains.checked_domain(square, 2), 2, 4, Fraction(0))
    assert not all(_explore(network, p, walls, "activation", None).clean for p in pieces)
    assert pl.count_regions(network, square, executor=Here(), parts=4) == 6
    folded = montufar_network()
    unit = [(0, 1), (0, 1)]
    found = pl.count_regions(folded, unit, definition="activation", executor=Here())
    assert found == 44


def test_processes_threads_and_progress():
    network = pl.random_network([2, 12, 12, 1], seed=1)
    box = [(-1, 1)] * 2
    whole = pl.count_regions(network, box)
    seen = []
    with ProcessPoolExecutor(2) as pool:
        found = pl.count_regions(
            network, box, executor=pool, parts=4, progress=lambda *n: seen.append(n)
        )
    assert found == whole
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with ThreadPoolExecutor(3) as pool:
        assert pl.count_regions(network, box, executor=pool, parts=8) == whole
        with pytest.raises(pl.BudgetExceeded):
            pl.count_regions(network, box, executor=pool, budget=pl.Budget(pieces=3))


@pytest.mark.filterwarnings("ignore")
def test_a_local_cluster_of_dask(tmp_path):
    distributed = pytest.importorskip("distributed")
    network = pl.random_network([2, 10, 8, 1], seed=3)
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            dashboard_address=None,
            local_directory=str(tmp_path),
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pool = client.get_executor()
        assert pl.count_regions(network, executor=pool) == pl.count_regions(network)
        task = partial(pl.count_regions, definition="activation")
        assert pl.sweep(task, {"net": network}, executor=pool) == {"net": task(network)}


def test_other_definitions_and_engines_do_not_go_in_parts():
    network = pl.random_network([2, 3, 1], seed=0)
    with pytest.raises(pl.DomainError, match="parts of a domain"):
        pl.count_regions(network, definition="closed", executor=Here())
    with pytest.raises(pl.DomainError, match="does not run on an executor"):
        pl.count_regions(network, engine="rays", executor=Here())
    with pytest.raises(pl.DomainError, match="too many to divide"):
        pl.count_regions(pl.random_network([12, 3, 1], seed=0), executor=Here())


# sweeps --------------------------------------------------------------------------------------


def pieces_of(seed):
    f = pl.random_network([1, 6, 1], seed=seed).to_piecewise(-1, 1)
    return {"pieces": f.num_pieces, "integral": f.integral(), "ends": [f(-1), None, True]}


def test_a_sweep_goes_on_where_it_stopped(tmp_path):
    path = tmp_path / "sweep.jsonl"
    expected = pl.sweep(pieces_of, range(6))
    assert list(expected) == [str(i) for i in range(6)]
    assert expected["2"] == pieces_of(2)
    ran = []

    def stop(done, total):
        ran.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.sweep(pieces_of, range(6), path=path, progress=stop)
    assert len(path.read_text().splitlines()) == 4
    with path.open("a") as file:
        file.write('{"item": "3", "resu')  # torn by a crash
    assert pl.sweep(pieces_of, range(6), path=path) == expected
    lines = path.read_text().splitlines()
    assert len(lines) == 7
    assert [json.loads(line)["item"] for line in lines[1:]] == list("012345")
    with ThreadPoolExecutor(2) as pool:
        assert pl.sweep(pieces_of, range(6), path=path, executor=pool) == expected
        assert pl.sweep(pieces_of, range(6), executor=pool) == expected


def test_sweeps_refuse_what_they_cannot_keep(tmp_path):
    path = tmp_path / "sweep.jsonl"
    pl.sweep(pieces_of, [0, 1], path=path)
    with pytest.raises(pl.ModelFormatError, match="another sweep"):
        pl.sweep(pieces_of, [0, 1, 2], path=path)
    with pytest.raises(pl.ModelFormatError, match="another sweep"):
        pl.sweep(str, [0, 1], path=path)
    path.write_text("pieces\n")
    with pytest.raises(pl.ModelFormatError, match="no file of a sweep"):
        pl.sweep(pieces_of, [0, 1], path=path)
    with pytest.raises(pl.DomainError, match="return those"):
        pl.sweep(pl.tent().iterate, [1])
    with pytest.raises(pl.DomainError, match="named by texts"):
        pl.sweep(pieces_of, {1: 2})
