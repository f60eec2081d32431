"""Pytest plugin: the same examples in every run, few of them, and no shrinking.

The word PYTEST_DONT_REWRITE is for pytest: there are no assertions in here.
"""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, Phase, settings

_EXAMPLES = int(os.environ.get("PLSYM_MUTATION_EXAMPLES", "20"))
_MORE: dict[str, int] = json.loads(os.environ.get("PLSYM_MUTATION_MORE", "{}"))

# before tests/conftest.py, which loads the profile that HYPOTHESIS_PROFILE names
settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=_EXAMPLES,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bound the examples also of tests that ask for a number of their own."""
    for item in items:
        test = getattr(item, "obj", None)
        asked = getattr(test, "_hypothesis_internal_use_settings", None)
        if asked is not None:
            most = _MORE.get(getattr(item, "originalname", item.name), _EXAMPLES)
            fewer = settings(asked, max_examples=min(asked.max_examples, most))
            test._hypothesis_internal_use_settings = fewer
