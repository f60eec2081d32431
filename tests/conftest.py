from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A program of its own, which needs mutmut.
collect_ignore = ["mutation"]

# Big integers make single examples slow without being wrong: no deadline.
# Function-scoped fixtures in use here never carry state from one example to the next.
_common = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("dev", _common, max_examples=50)
settings.register_profile(
    "ci", _common, max_examples=100, derandomize=True, database=None, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
