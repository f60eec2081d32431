"""With ``--benchmark-disable`` nothing is timed: one round of each comparison is enough."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def one_round(request, monkeypatch):
    if not request.config.getoption("benchmark_disable", default=False):
        return
    for name in ("paired_ratio", "best_time"):
        timed = getattr(request.module, name, None)
        if timed is not None:
            monkeypatch.setattr(request.module, name, _once(timed))


def _once(timed):
    """The same function of the calls that it times, with one round."""
    calls = timed.__code__.co_argcount - 1
    return lambda *sides, **_: timed(*sides[:calls], rounds=1)
