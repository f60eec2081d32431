"""What the argument F of a command may be, and how exact numbers are read from it."""

from __future__ import annotations

import inspect
import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import plsym
from plsym.errors import FormulaError, ModelFormatError
from plsym.exact.rationals import rational
from plsym.exact.scalars import decode, to_public
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.formula import parse_constant
from plsym.piecewise.function import PiecewiseLinear

__all__ = [
    "FAMILIES",
    "read_domain",
    "read_network",
    "read_number",
    "read_point",
    "read_subject",
]

FAMILIES = (
    "abs_map",
    "connect_the_dots",
    "constant",
    "identity",
    "rectangle_pulse",
    "sawtooth",
    "skew_tent",
    "stefan_map",
    "tent",
    "truncated_tent",
)
FILES = (".json", ".npz", ".onnx", ".nnet", ".pt")

Domain = tuple[Any, Any] | None


def read_subject(word: str, domain: Domain = None) -> PiecewiseLinear | ReLUNetwork:
    """Read a function or a network from a command-line argument.

    Parameters
    ----------
    word : str
        A formula, a family call, JSON points, the name of a file, or ``-``.
    domain : pair of exact numbers or None
        The domain of a formula, or the interval to restrict a function to.

    Returns
    -------
    PiecewiseLinear or ReLUNetwork

    Raises
    ------
    FormulaError
        If the word is none of these.
    ModelFormatError
        If a file or the JSON does not hold a function or a network.
    OSError
        If a file cannot be read.

    Examples
    --------
    >>> read_subject("abs_map(3/2)")(0)
    Fraction(-1, 1)
    """
    word = word.strip()
    if word == "-":
        word = sys.stdin.read().strip()
        if not word:
            raise FormulaError("standard input is empty; give a formula or JSON points")
    elif "\0" in word:
        raise FormulaError("the argument holds a zero byte, which no formula and no file name does")
    elif Path(word).suffix.lower() in FILES and "(" not in word:
        return _from_file(Path(word), domain)
    if word[:1] in ("{", "["):
        return _from_json(word, "the argument", domain)
    family = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", word, re.DOTALL)
    if family is not None and family[1] in FAMILIES:
        return _from_family(family[1], family[2] or "", domain)
    return PiecewiseLinear.from_formula(word, domain=domain)


def read_number(word: str) -> Any:
    """Read an exact constant such as ``3``, ``1/3``, ``0.25``, ``golden`` or ``sqrt(5)/2``.

    Parameters
    ----------
    word : str
        The text.

    Returns
    -------
    int, Fraction or AlgebraicReal
        Whole numbers as int.

    Raises
    ------
    FormulaError
        If the text is not a constant.

    Examples
    --------
    >>> read_number("7/2 - 3")
    Fraction(1, 2)
    """
    value = to_public(parse_constant(word.strip()))
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def read_network(word: str) -> ReLUNetwork:
    """Read a network from a file.

    Raises
    ------
    ModelFormatError
        If the argument is something else.
    """
    subject = read_subject(word) if Path(word).suffix.lower() in FILES else None
    if not isinstance(subject, ReLUNetwork):
        raise ModelFormatError(f"{word!r} is no network; give a file of one ({', '.join(FILES)})")
    return subject


def read_domain(words: list[str] | None) -> tuple[Any, Any] | None:
    """Read the two ends given with ``--domain``; infinite ones become None."""
    if words is None:
        return None
    low, high = (word.strip() for word in words)
    return (
        None if low in ("-inf", "-oo") else read_number(low),
        None if high in ("inf", "oo", "+inf") else read_number(high),
    )


def read_point(word: str, size: int | None = None) -> list[Fraction]:
    """Read the coordinates of a point.

    Parameters
    ----------
    word : str
        Rationals separated by commas, or the name of a ``.json`` file with a
        list of them (nested lists are read row by row).
    size : int, optional
        How many there are: one number alone then stands for all of them.

    Returns
    -------
    list of Fraction

    Raises
    ------
    InexactInputError, DomainError, ModelFormatError
        If a coordinate is not a rational number, or the file is not such a list.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> read_point("1/2, -3, 0.25")
    [Fraction(1, 2), Fraction(-3, 1), Fraction(1, 4)]
    """
    word = word.strip()
    if Path(word).suffix.lower() != ".json":
        found = [rational(part.strip()) for part in word.split(",")]
        return found * size if size is not None and len(found) == 1 else found
    data = _parse(_read(Path(word)), word)
    flat: list[Any] = []
    todo = [data]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo.extend(reversed(item))
        else:
            flat.append(item)
    if not isinstance(data, list) or not flat:
        raise ModelFormatError(f'{word}: a point is a JSON list of numbers such as [0, "5/16"]')
    return [rational(_read_entry(item)) for item in flat]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ModelFormatError(f"{path} is not a text file: {error}") from None


def _parse(content: str, name: str) -> Any:
    try:
        # A decimal such as 0.1 means one tenth here, not the nearest float; integers of any
        # length are read from their text.
        return json.loads(
            content,
            parse_float=str,
            parse_int=lambda word: int(word) if len(word) < 4000 else word,
            parse_constant=str,
        )
    except (ValueError, RecursionError) as error:
        raise ModelFormatError(f"{name} is not JSON: {error}") from None


def _from_file(path: Path, domain: Domain) -> PiecewiseLinear | ReLUNetwork:
    if path.suffix.lower() != ".json":
        path.stat()  # a missing file is the operating system's error, with its name
        return plsym.load(path)
    content = _read(path)
    data = _parse(content, str(path))
    if isinstance(data, dict) and "layers" in data:
        return plsym.load(path)
    return _from_json(content, str(path), domain)


def _from_json(content: str, name: str, domain: Domain) -> PiecewiseLinear:
    data = _parse(content, name)
    if isinstance(data, dict):
        f = PiecewiseLinear.from_json(data)
    else:
        if not isinstance(data, list) or not all(
            isinstance(point, list) and len(point) == 2 for point in data
        ):
            raise ModelFormatError(f"{name}: points are a list of pairs [[x, y], ...]")
        f = PiecewiseLinear.from_points([tuple(map(_read_entry, point)) for point in data])
    return f if domain is None else f.restrict(*domain)


def _read_entry(item: Any) -> Any:
    """Read a number in text as files may hold it; what is none gets its error later."""
    return to_public(decode(item)) if isinstance(item, str) else item


def _from_family(name: str, arguments: str, domain: Domain) -> PiecewiseLinear:
    make = getattr(plsym, name)
    values = [_argument(part) for part in _split(arguments)]
    signature = inspect.signature(make)
    own_domain = domain is not None and "domain" in signature.parameters
    named = {"domain": domain} if own_domain else {}
    try:
        signature.bind(*values, **named)
    except TypeError as error:
        raise FormulaError(f"{name}({arguments}): {error}; it is {name}{signature}") from None
    f: PiecewiseLinear = make(*values, **named)
    return f if domain is None or own_domain else f.restrict(*domain)


def _split(arguments: str) -> list[str]:
    """Split at the commas that are in no bracket."""
    parts, depth = [""], 0
    for character in arguments:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts] if arguments.strip() else []


def _argument(part: str) -> Any:
    if part[:1] == "[" and part[-1:] == "]":
        return tuple(_argument(item) for item in _split(part[1:-1]))
    return read_number(part)
