"""Fuzzing: how many examples a test tries, and whether they are the same at each run.

A run without `RUNNEL_FUZZ` tries the same examples each time, so that no change is blamed for what
another run would have found as well. `RUNNEL_FUZZ=20 pytest -n0 tests/unit/ui/markdown` tries
twenty times as many: those of hypothesis are new ones at each run, the others new for each number.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from hypothesis import HealthCheck, settings
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

IS_LONG_RUN = "RUNNEL_FUZZ" in os.environ
FUZZ = int(os.environ.get("RUNNEL_FUZZ", "1"))
"""How many times as many examples are tried."""

PROFILE = settings(
    # how long an example takes says how busy the machine is
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not IS_LONG_RUN,
    # the same ones each time: what the last of them does not find, new ones of a long run do
    max_examples=50 * FUZZ if IS_LONG_RUN else 30,
)


def leave_constants_out() -> None:
    """Have no example made of the constants in our modules, but for those of a long run.

    Hypothesis reads them out of all modules that are imported by then. So a changed sentence would
    change the examples of other tests, and each process of the tests would read hundreds of files,
    and parse them where nobody has run the tests before.
    """
    nothing = Constants()
    vars(providers)["_get_local_constants"] = lambda: nothing


def keep_characters() -> None:
    """Have hypothesis know of all characters before any process makes texts of them.

    It writes down of what kind they are, and which of them UTF-8 encodes. That it finds out by
    trying, which takes more than a second of a processor: of each process of a first run that asks
    before another one has written it down. So it is written down here.
    """
    charmap.charmap()
    file = charmap.charmap_file("codec-v2-utf-8")
    if file.exists():
        return
    all_but_surrogates = [[0, 0xD7FF], [0xE000, sys.maxunicode]]
    # where nothing can be written hypothesis does without, too
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as written:
            written.write(gzip.compress(json.dumps([all_but_surrogates, []]).encode()))
        Path(written.name).replace(file)
