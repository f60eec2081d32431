"""Set-up of the doctests in this package; not part of the installed package."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

import plsym

# A module whose examples need an optional library is skipped where that is absent.
_NEEDS = {"torch": "interop/torch.py", "onnx": "interop/onnx.py", "sklearn": "interop/sklearn.py"}
collect_ignore = [path for library, path in _NEEDS.items() if find_spec(library) is None]


@pytest.fixture(autouse=True)
def _names(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["pl"] = plsym
