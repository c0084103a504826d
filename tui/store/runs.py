"""Runs of checks that are kept, to compare later ones with: protocol of one account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

MAX_RUNS = 50
"""Of one suite, so many are kept."""


class KeptRun(Struct, frozen=True):
    suite: str
    """Its name, on one line."""
    began_at: datetime
    """Aware, UTC."""
    record: str
    """All that was asked and answered: one JSON object, as `--json` of `runnel check` prints it."""


class RunStore(Protocol):
    """The runs of checks that were made in one account."""

    async def all(self, suite: str = "") -> Sequence[KeptRun]:
        """Return the runs of a suite, or of all of them, newest first."""
        ...

    async def newest(self) -> Sequence[KeptRun]:
        """Return the newest run of each suite, newest first."""
        ...

    def keep(self, run: KeptRun) -> None:
        """Add a run; the oldest ones of its suite go beyond `MAX_RUNS`."""
        ...
