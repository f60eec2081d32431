"""Talk on standard error while long work runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["counting", "working"]

PATIENCE = 2.0  # seconds of silence before the first word


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say what is being worked on if it takes longer than two seconds.

    Parameters
    ----------
    what : str
        Such as ``"counting laps"``.

    Notes
    -----
    On a terminal one line counts the seconds and disappears at the end;
    elsewhere one line is written, once.

    Examples
    --------
    >>> with working("adding"):
    ...     total = 1 + 1
    """
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(what, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(what: str, done: threading.Event) -> None:
    began = time.monotonic()
    if done.wait(PATIENCE):
        return
    if not sys.stderr.isatty():
        print(f"plsym: {what} ...", file=sys.stderr, flush=True)
        return
    while True:
        seconds = int(time.monotonic() - began)
        sys.stderr.write(f"\rplsym: {what} ... {seconds} s ")
        sys.stderr.flush()
        if done.wait(1.0):
            break
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()


@contextmanager
def counting(total: int, *, alone: bool = False) -> Iterator[Callable[[str], None]]:
    """Count steps on a terminal's last line; elsewhere say nothing.

    Parameters
    ----------
    total : int
    alone : bool
        Whether nothing is printed meanwhile; else it is silent where results go to the
        same terminal.

    Examples
    --------
    >>> with counting(2) as step:
    ...     step("one")
    """
    done = 0
    talks = sys.stderr.isatty() and (alone or not sys.stdout.isatty())

    def step(what: str) -> None:
        nonlocal done
        done += 1
        if talks:
            sys.stderr.write(f"\r\x1b[Kplsym: {done} of {total}, {what} ")
            sys.stderr.flush()

    try:
        yield step
    finally:
        if talks:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
