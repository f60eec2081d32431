"""Units of work of an experiment: on any executor, resumed from a file, with a bar."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import plsym
from plsym.batch import sweep
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import lower_end, to_num, upper_end
from plsym.interop.extras import require

__all__ = ["Progress", "chosen", "enclosed", "run_units", "seeds"]

#: True for a bar on standard error, or a function of the numbers of units done and of all
Progress = bool | Callable[[int, int], None]


def chosen(
    quick: bool,
    full: Mapping[str, Any],
    fast: Mapping[str, Any],
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """The settings of a run: those of the full or the quick one, then those that were given.

    Parameters
    ----------
    quick : bool
    full : mapping
        Every setting with its value in the full run.
    fast : mapping
        What the quick run changes.
    given : mapping
        What the caller asks for; None stands for the default, and text is read as what the
        default is.

    Returns
    -------
    dict

    Raises
    ------
    DomainError
        If a given setting is not known, or is of another kind than its default.

    Examples
    --------
    >>> from plsym.experiments.running import chosen
    >>> chosen(True, {"width": 20, "epochs": 1500}, {"epochs": 60}, {"width": "10"})
    {'width': 10, 'epochs': 60}
    """
    settings = {**full, **(fast if quick else {})}
    for key, value in given.items():
        if key not in settings:
            raise DomainError(f"no setting {key!r}; there are: {', '.join(settings)}")
        if value is not None:
            settings[key] = _like(key, value, full[key])
    return settings


def _like(key: str, value: Any, model: Any) -> Any:
    """The value as the kind of its default: a tuple for several, whole numbers stay whole."""
    if isinstance(model, tuple):
        items = list(value) if isinstance(value, (list, tuple, np.ndarray)) else [value]
        if not items:
            raise DomainError(f"{key} is empty; give at least one value")
        return tuple(_like(key, item, model[0]) for item in items)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str) and not isinstance(model, str):
        value = _read(value, type(model))
    wanted: tuple[type, ...] = (int, float) if isinstance(model, float) else (type(model),)
    if not isinstance(value, wanted) or isinstance(value, bool) != isinstance(model, bool):
        raise DomainError(f"{key} = {value!r}: a setting such as {model!r} is expected")
    return float(value) if isinstance(value, int) and isinstance(model, float) else value


def _read(word: str, kind: type) -> Any:
    """A value from the command line; what cannot be read stays a word."""
    if kind is bool:
        return {"true": True, "false": False, "yes": True, "no": False}.get(word.lower(), word)
    try:
        return kind(word)
    except ValueError:
        return word


def enclosed(value: Any, bits: int = 60) -> Enclosure:
    """An exact number or an enclosure, rounded outwards to multiples of 2^-bits.

    Exact errors of trained networks have thousands of digits; a table wants a few.

    Examples
    --------
    >>> from plsym.experiments.running import enclosed
    >>> enclosed(pl.golden(), 2)
    Enclosure(lower=Fraction(3, 2), upper=Fraction(7, 4))
    """
    if isinstance(value, Enclosure):
        return value.rounded(bits)
    exact = to_num(value)
    return Enclosure(lower_end(exact, bits + 4), upper_end(exact, bits + 4)).rounded(bits)


def seeds(seed: int, count: int) -> list[int]:
    """Seeds for the units of a run, which depend on the run's seed alone.

    Examples
    --------
    >>> from plsym.experiments.running import seeds
    >>> seeds(0, 2) == seeds(0, 5)[:2], seeds(0, 2) != seeds(1, 2)
    (True, True)
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise DomainError(f"seed={seed!r}: a seed is a whole number from 0 on")
    return [int(s) for s in np.random.SeedSequence(int(seed)).generate_state(count)]


def run_units(
    name: str,
    task: Callable[[Any], Any],
    units: Mapping[str, Any],
    *,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    needs: Sequence[str] = (),
) -> dict[str, Any]:
    """Run the task on every unit, and keep what is done in a file of the output folder.

    Parameters
    ----------
    name : str
        Of the experiment.
    task : callable
        A function of a module: executors import it by name.
    units : mapping of names to plain data
        All that a unit's result depends on, its seed included.
    out : path, optional
        The folder that gets ``NAME-DIGEST.jsonl``: a run that is started again with the
        same units, in the same version of plsym, goes on where it was stopped.
    executor : concurrent.futures.Executor, optional
    progress : bool or callable
    needs : sequence of str
        Modules of extras that the task imports; like matplotlib where files are to be
        written, they are looked for before any work.

    Returns
    -------
    dict
        Results by unit, in the order of the units; independent of the executor.

    Raises
    ------
    MissingExtraError
        If a module is not installed.
    """
    for module in [*needs, *(["matplotlib"] if out is not None else [])]:
        require(module, "experiments")
    path = None
    if out is not None:
        text = json.dumps([plsym.__version__, name, units], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        Path(out).mkdir(parents=True, exist_ok=True)
        path = Path(out) / f"{name}-{digest}.jsonl"
    with _shown(name, len(units), progress) as step:
        return sweep(task, dict(units), executor=executor, path=path, progress=step)


@contextmanager
def _shown(
    name: str, total: int, progress: Progress
) -> Iterator[Callable[[int, int], None] | None]:
    if callable(progress):
        yield progress
        return
    if not progress:
        yield None
        return
    try:
        from tqdm import tqdm
    except ImportError:  # a bar is a comfort, not a need
        yield None
        return
    with tqdm(total=total, desc=name, unit="unit") as bar:

        def step(done: int, _: int) -> None:
            bar.update(done - bar.n)

        yield step
