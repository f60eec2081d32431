"""Every error plsym raises on purpose, one class per cause.

All derive from `PlsymError`, and each also from the builtin that a caller
would expect, so ``except ValueError`` keeps working.  A message says what was
given, what is allowed, and what to do.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "BudgetExceeded",
    "CertificateFormatError",
    "DomainError",
    "FieldMismatchError",
    "FormulaError",
    "InexactInputError",
    "MissingExtraError",
    "ModelFormatError",
    "PlsymError",
    "UndecidedError",
    "UnsupportedLayerError",
    "WorkerError",
]


class PlsymError(Exception):
    """Root of every error that plsym raises on purpose."""


class InexactInputError(PlsymError, TypeError):
    """A float (or something float-like) stood where an exact number is needed."""


class DomainError(PlsymError, ValueError):
    """A value, point or function lies outside what the operation accepts."""


class FormulaError(PlsymError, ValueError):
    """A formula cannot be read, or is not piecewise linear."""


class FieldMismatchError(PlsymError, ValueError):
    """Arithmetic between elements of two different number fields."""


class UnsupportedLayerError(PlsymError, NotImplementedError):
    """A network holds an operation that is not piecewise linear or not known."""


class ModelFormatError(PlsymError, ValueError):
    """A model or data file is truncated, corrupt or not of the stated format."""


class CertificateFormatError(PlsymError, ValueError):
    """A file is no certificate of a known version, or is malformed."""


class UndecidedError(PlsymError, RuntimeError):
    """The truth value of an undecided claim was asked for."""


class WorkerError(PlsymError, RuntimeError):
    """A worker of an executor died; what was finished before is kept where there is a file."""


class MissingExtraError(PlsymError, ImportError):
    """An optional library is needed: the message names the extra to install."""


class BudgetExceeded(PlsymError, RuntimeError):
    """Work was stopped by a budget.

    Attributes
    ----------
    partial : object or None
        What had been computed when the budget ran out.
    needed : int or None
        The amount that would have been needed, where it is known beforehand.
    """

    def __init__(self, message: str, *, partial: Any = None, needed: int | None = None) -> None:
        super().__init__(message)
        self.partial = partial
        self.needed = needed
