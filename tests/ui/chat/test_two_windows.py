"""Another client on the same store: what it writes and sends, seen from a window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, connection, says
from tests.ui.harness import row_state, stage
from tui.errors import Unreachable
from tui.events import Completed, Started, TextDelta, TurnEvent
from tui.safe_text import SafeText
from tui.store import MemoryStore
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.ui.sessions.rows import RowState


async def played(events: AsyncGenerator[TurnEvent, None]) -> None:
    async with aclosing(events):
        async for _ in events:
            pass


async def test_what_another_window_writes_is_told_and_does_not_come_into_the_box(
    tmp_path: Path,
) -> None:
    mine, theirs = (SqliteStore(tmp_path / STORE_FILE, pytest.fail) for _ in range(2))
    backend = ScriptedBackend(scripts=[says("One.")])
    async with aclosing(theirs), stage(backend, store=mine) as it:
        other = connection(backend, store=theirs)
        await other.load()
        other.conversation().draft = "half of theirs"
        await it.until(lambda: "Another window has a draft" in it.notice)
        await it.ask("mine")
        await it.settled()
        assert backend.sent == ["mine"]
        await it.press("ctrl+n")
        await it.until(lambda: "Another window has a draft" in it.notice)
        assert it.composer.whole_text == ""
        await it.press("ctrl+r", "enter")
        assert it.composer.whole_text == "half of theirs"
        other.conversation().draft = ""
        await it.until(lambda: it.notice == "")
        assert it.composer.whole_text == "half of theirs"

        session_id, gate = backend.listed[0].id, asyncio.Event()
        await it.open(session_id)
        await it.settled()
        backend.scripts = [[Started(), TextDelta(SafeText("Two.")), gate, Completed()]]
        asking = asyncio.create_task(played(other.conversation(session_id).send("theirs")))
        await it.until(lambda: "Asked in another window: theirs" in it.notice)
        assert row_state(it, session_id) is RowState.WAITING
        gate.set()
        await asking
        await it.until(lambda: it.texts == ["mine", "One.", "theirs", "Two."])
        await it.until(lambda: it.notice == "")


async def test_a_retry_of_what_another_window_has_sent_says_so_and_sends_nothing() -> None:
    store = MemoryStore()
    off = Unreachable("Off.", sent=False)
    backend = ScriptedBackend(create_errors=[off], scripts=[says("One.")])
    async with stage(backend, store=store) as it:
        await it.ask("mine")
        await it.settled()
        assert "Off." in it.drawn
        other = connection(backend, store=store)
        await other.load()
        conversation = other.conversation(other.listed_sessions()[0].id)
        await conversation.load()
        await played(conversation.send_again(conversation.messages[0]))
        await it.press("alt+up", "r")
        await it.until(lambda: "Another window is sending this question" in it.notice)
        assert (backend.sent, it.texts, it.composer.whole_text) == (["mine"], [], "")
        assert [row.session.label for row in it.list.rows] == []
