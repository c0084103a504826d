"""Benchmark of opening: sessions of a big archive as the app shows them, beside empty ones.

The server gives no history: what is shown is what is stored.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta

from tests.bench.archive import START
from tests.fakes import ScriptedBackend
from tests.ui.harness import Stage, stage
from tui.errors import Unreachable
from tui.model import Message, Profile, Session
from tui.safe_text import SafeText
from tui.store import Store

_EMPTY = "empty"
_OPENED = 24
_WARMED = 4
"""The first ones load what all others use."""


class _Silent(ScriptedBackend):
    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        if session_id.startswith(_EMPTY):
            return []
        raise Unreachable("No connection.")


async def measure_opening(store: Store, profile: Profile, stored: Sequence[Session]) -> None:
    """Open sessions at random, and empty ones in turns with them; print what CPU that took."""
    chance = random.Random(1)
    moment = max(each.updated_at or START for each in stored) + timedelta(days=1)
    name = SafeText("Empty")
    empty = [Session(f"{_EMPTY}{at}", name, updated_at=moment) for at in range(_OPENED)]
    backend = _Silent(listed=[*empty, *stored])
    times: dict[str, list[float]] = {"stored": [], "empty": []}
    async with stage(backend, store=store, profile=profile) as it:
        for number, session in enumerate(chance.sample(stored, _OPENED)):
            for kind, session_id in (("empty", empty[number].id), ("stored", session.id)):
                spent_ms = await _opened_ms(it, session_id, is_empty=kind == "empty")
                if number >= _WARMED:
                    times[kind].append(spent_ms)
    medians = {kind: statistics.median(each) for kind, each in times.items()}
    beyond_ms = medians["stored"] - medians["empty"]
    worst_ms = max(times["stored"]) - medians["empty"]
    print(
        f"opening a session: {medians['stored']:.0f} ms, {beyond_ms:.0f} beyond an empty one,"
        f" {worst_ms:.0f} at the worst"
    )


async def _opened_ms(it: Stage, session_id: str, *, is_empty: bool) -> float:
    began = time.process_time()
    await it.chat.controllers.navigation.open_session(session_id)
    await it.until(lambda: _is_shown(it, session_id, is_empty=is_empty))
    spent = time.process_time() - began
    # what is done behind it is no part of opening
    await it.pilot.pause(0.3)
    return spent * 1_000


def _is_shown(it: Stage, session_id: str, *, is_empty: bool) -> bool:
    shown = it.transcript.conversation
    return (
        shown is not None and shown.id == session_id and it.in_line and bool(it.views) != is_empty
    )
