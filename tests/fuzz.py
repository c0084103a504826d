"""Fuzzing: how many examples a test tries, and whether they are the same at each run.

A run without `RUNNEL_FUZZ` tries the same examples each time, so that no change is blamed for what
another run would have found as well. `RUNNEL_FUZZ=20 pytest -n0 tests/unit/ui/markdown` tries
twenty times as many: those of hypothesis are new ones at each run, the others new for each number.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

IS_LONG_RUN = "RUNNEL_FUZZ" in os.environ
FUZZ = int(os.environ.get("RUNNEL_FUZZ", "1"))
"""How many times as many examples are tried."""

PROFILE = settings(
    # how long an example takes says how busy the machine is
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not IS_LONG_RUN,
    # the same ones each time: what the fiftieth does not find, new ones of a long run do
    max_examples=50 * FUZZ,
)
