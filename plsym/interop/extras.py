"""Importing an optional library, or saying which extra brings it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from plsym.errors import MissingExtraError

__all__ = ["require"]


def require(module: str, extra: str) -> Any:
    """Import a module of an extra.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"this needs {module.partition('.')[0]}; install it with: pip install 'plsym[{extra}]'"
        ) from error
