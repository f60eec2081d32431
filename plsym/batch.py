"""`sweep`: one task on many items, on any executor, resumable from a file."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from plsym.errors import DomainError, ModelFormatError, WorkerError

__all__ = ["sweep", "worker_lost"]

Progress = Callable[[int, int], None]
_FORMAT = "plsym-sweep"
_LONG = 13_000  # bits; Python reads and writes up to 4300 decimal digits
_FRACTION = re.compile(
    r"(-?)(?:(\d{1,4000})(?:/(\d{1,4000}))?|0x([0-9a-f]+)/0x([0-9a-f]+))", re.ASCII
)


def sweep(
    task: Callable[[Any], Any],
    items: Mapping[str, Any] | Iterable[Any],
    *,
    executor: Executor | None = None,
    path: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run a task on every item: many networks, lines, slices or seeds.

    Parameters
    ----------
    task : callable
        From an item to a number, text, or (nested) lists and dicts of them; importable
        by the workers if there are any (``functools.partial`` of a function is).
    items : mapping of names to items, or iterable
        Without names they are called "0", "1", ...
    executor : concurrent.futures.Executor, optional
        Processes, threads, or those of a cluster; without one, here and in order.
    path : path, optional
        A file that gets one line of JSON for every item that is done.  If it exists, what
        it holds is not run again.
    progress : callable, optional
        Called with the numbers of items that are done and of all items.

    Returns
    -------
    dict
        The results by name, in the order of the items.

    Raises
    ------
    DomainError
        If names repeat, or a result cannot be written exactly.
    ModelFormatError
        If the file belongs to another task or other names.
    WorkerError
        If a worker of the executor dies.
    OSError
        If the file cannot be written.

    Notes
    -----
    Results do not depend on the executor.  A line is written whole or not at all: what an
    interruption leaves unfinished is run again.  When a task fails or a worker dies, the
    items that others have finished by then are in the file, too.

    Examples
    --------
    >>> from functools import partial
    >>> nets = [pl.random_network([2, n, 1], seed=0) for n in (2, 4, 8)]
    >>> pl.sweep(partial(pl.count_regions, definition="activation"), nets)
    {'0': 4, '1': 11, '2': 37}
    """
    named = _named(items)
    name = _name(task)
    done: dict[str, Any] = {} if path is None else _read(Path(path), name, list(named))
    total = len(named)
    left = [key for key in named if key not in done]

    def finish(key: str, result: Any) -> None:
        line = json.dumps({"item": key, "result": _encoded(result, key)})
        if path is not None:
            _append(Path(path), line.encode() + b"\n")
        # what a second run would read
        done[key] = _decoded(json.loads(line)["result"])
        if progress is not None:
            progress(len(done), total)

    if executor is None:
        for key in left:
            finish(key, task(named[key]))
    else:
        futures: dict[Future[Any], str] = {}
        try:
            for key in left:
                futures[executor.submit(task, named[key])] = key
            for future in as_completed(futures):
                finish(futures[future], future.result())
        except BaseException as error:
            for future in futures:
                future.cancel()
            # what others have done by now is not lost
            with suppress(Exception):
                for future, key in futures.items():
                    ended = future.done() and not future.cancelled()
                    if ended and future.exception() is None and key not in done:
                        finish(key, future.result())
            if isinstance(error, BrokenExecutor):
                kept = "" if path is None else f" and kept in {os.fspath(path)}"
                raise worker_lost(f"{len(done)} of {total} items are done{kept}") from error
            raise
    return {key: done[key] for key in named}


def worker_lost(done: str) -> WorkerError:
    """The error for a worker that died; ``done`` says what is left of its work."""
    return WorkerError(
        f"a worker process died (it ran out of memory, or something ended it); {done}; run it "
        "again, with fewer workers if memory was short"
    )


def _append(path: Path, line: bytes) -> None:
    """Add a line to a file, the whole of it or, on an error, nothing."""
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                file.truncate(size)
            raise


def _named(items: Mapping[str, Any] | Iterable[Any]) -> dict[str, Any]:
    if isinstance(items, Mapping):
        strange = [key for key in items if not isinstance(key, str)]
        if strange:
            raise DomainError(f"items are named by texts, not {strange[0]!r}")
        return dict(items)
    return {str(i): item for i, item in enumerate(items)}


def _name(task: Callable[[Any], Any]) -> str:
    """A name by which a task is known in a file: the function and its fixed arguments."""
    function = getattr(task, "func", task)
    fixed = (getattr(task, "args", ()), sorted(getattr(task, "keywords", {}).items()))
    module = getattr(function, "__module__", "?")
    text = f"{module}.{getattr(function, '__qualname__', repr(function))} {fixed!r}"
    return re.sub(r" at 0x[0-9a-f]+", "", text)  # addresses differ from run to run


def _header(name: str, keys: list[str]) -> dict[str, Any]:
    digest = hashlib.sha256(json.dumps(keys).encode()).hexdigest()[:16]
    return {"format": _FORMAT, "task": name, "items": len(keys), "names": digest}


def _read(path: Path, name: str, keys: list[str]) -> dict[str, Any]:
    header = _header(name, keys)
    first = json.dumps(header).encode() + b"\n"
    content = path.read_bytes() if path.exists() else b""
    if first.startswith(content) and content != first:  # nothing, or its first line is not whole
        path.write_bytes(first)
        return {}
    lines = content.split(b"\n")
    torn = lines.pop()  # empty, or a line that was not finished
    try:
        found, *entries = [json.loads(line) for line in lines]
        done = {_name_of(entry): _decoded(entry["result"]) for entry in entries}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFormatError(f"{path}: this is no file of a sweep ({error})") from None
    if found != header:
        other = found if isinstance(found, dict) else {}
        raise ModelFormatError(
            f"{path} belongs to another sweep ({other.get('task', 'unknown')}, "
            f"{other.get('items', '?')} items); give another file"
        )
    if torn:
        os.truncate(path, len(content) - len(torn))
    return {key: value for key, value in done.items() if key in set(keys)}


def _name_of(entry: dict[str, Any]) -> str:
    name = entry["item"]
    if not isinstance(name, str):
        raise ValueError("an item has no name")
    return name


def _encoded(value: Any, key: str) -> Any:
    if isinstance(value, int) and value.bit_length() > _LONG:
        return {"integer": f"{value:#x}"}
    if value is None or isinstance(value, (bool, int, str, float)):
        return value
    if isinstance(value, Fraction):
        p, q = value.numerator, value.denominator
        long = max(p.bit_length(), q.bit_length()) > _LONG
        return {"fraction": f"{p:#x}/{q:#x}" if long else str(value)}
    if isinstance(value, (list, tuple)):
        return [_encoded(item, key) for item in value]
    if isinstance(value, dict) and all(isinstance(k, str) for k in value):
        return {"dict": {k: _encoded(item, key) for k, item in value.items()}}
    raise DomainError(
        f"the result of item {key!r} is a {type(value).__name__}; a sweep keeps numbers, texts, "
        "lists and dicts: let the task return those"
    )


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "fraction":
        return _fraction(content)
    if kind == "integer":
        if not content.lstrip("-").startswith("0x"):
            raise ValueError("a long integer is not of the form 0x...")
        return int(content, 16)
    if kind != "dict":
        raise ValueError(f"a result of an unknown kind {kind[:40]!r}")
    return {k: _decoded(item) for k, item in content.items()}


def _fraction(content: str) -> Fraction:
    # not Fraction(content), which takes 1e999999999 for a number and writes it out
    match = _FRACTION.fullmatch(content)
    if match is None:
        raise ValueError("a fraction is not of the form p/q")
    minus, p, q, long_p, long_q = match.groups()
    numerator = int(p) if p else int(long_p, 16)
    denominator = int(long_q, 16) if long_q else int(q or "1")
    if denominator == 0:
        raise ValueError("a fraction has the denominator 0")
    return Fraction(-numerator if minus else numerator, denominator)
