"""`sweep`: one task on many items, on any executor, resumable from a file."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, as_completed
from fractions import Fraction
from pathlib import Path
from typing import Any

from plsym.errors import DomainError, ModelFormatError

__all__ = ["sweep"]

Progress = Callable[[int, int], None]
_FORMAT = "plsym-sweep"


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

    Notes
    -----
    Results do not depend on the executor.  A line is written whole or not at all: what an
    interruption leaves unfinished is run again.

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
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        # what a second run would read
        done[key] = _decoded(json.loads(line)["result"])
        if progress is not None:
            progress(len(done), total)

    if executor is None:
        for key in left:
            finish(key, task(named[key]))
    else:
        futures = {executor.submit(task, named[key]): key for key in left}
        try:
            for future in as_completed(futures):
                finish(futures[future], future.result())
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return {key: done[key] for key in named}


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
    if not path.exists() or path.stat().st_size == 0:
        path.write_text(json.dumps(header) + "\n", encoding="utf-8")
        return {}
    lines = path.read_bytes().split(b"\n")
    torn = lines.pop()  # empty, or a line that was not finished
    try:
        found, *entries = [json.loads(line) for line in lines]
        done = {entry["item"]: _decoded(entry["result"]) for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelFormatError(f"{path}: this is no file of a sweep ({error})") from None
    if found != header:
        raise ModelFormatError(
            f"{path} belongs to another sweep ({found.get('task', 'unknown')}, "
            f"{found.get('items', '?')} items); give another file"
        )
    if torn:
        path.write_bytes(b"\n".join(lines) + b"\n")
    return {key: value for key, value in done.items() if key in set(keys)}


def _encoded(value: Any, key: str) -> Any:
    if value is None or isinstance(value, (bool, int, str, float)):
        return value
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
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
    if isinstance(value, dict):
        if "fraction" in value:
            return Fraction(value["fraction"])
        return {k: _decoded(item) for k, item in value["dict"].items()}
    return value
