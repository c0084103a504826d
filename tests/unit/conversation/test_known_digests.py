from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.event_loops import unhurried
from tui.conversation.known_digests import KnownDigests
from tui.safe_text import SafeText
from tui.store import Digest
from tui.store.memory_rows import MemoryLists, MemoryRows

OLD, NEW = Digest(SafeText("Old?")), Digest(SafeText("New?"))


class SlowLists(MemoryLists):
    """Tells what was stored when it was asked, and late."""

    async def digests(self, bot_id: str) -> Mapping[str, Digest]:
        await asyncio.sleep(1)
        return {"s": OLD}


@unhurried
async def test_what_another_client_stored_meanwhile_stands_before_what_is_recalled() -> None:
    known = KnownDigests(SlowLists(MemoryRows()), "bot")
    recalling = asyncio.create_task(known.recall())
    await asyncio.sleep(0)
    known.take_in({"s": NEW}, ["s"])
    await recalling
    assert known.of("s") == NEW
