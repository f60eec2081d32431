"""Set-up of the doctests in this package; not part of the installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym

# A module whose examples need an optional library is skipped where that is absent.
_NEEDS = {"torch": "torch*.py", "onnx": "onnx*.py", "sklearn": "sklearn.py"}
collect_ignore_glob = [
    f"interop/{files}" for library, files in _NEEDS.items() if find_spec(library) is None
]


@pytest.fixture(autouse=True)
def _names(
    doctest_namespace: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctest_namespace.update(pl=plsym, np=np)
    monkeypatch.chdir(tmp_path)  # examples that write files write them here
