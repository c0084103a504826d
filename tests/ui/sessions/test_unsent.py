from __future__ import annotations

import asyncio

from tests.fakes import NOON, ScriptedBackend, user
from tests.ui.harness import Stage, stage
from tui.errors import Unreachable
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.sessions.rows import RowState


def library() -> ScriptedBackend:
    return ScriptedBackend(
        {"s": [user("q", "Q")]}, listed=[Session("s", SafeText("Old"), updated_at=NOON)]
    )


def rows(it: Stage) -> list[tuple[str, RowState]]:
    return [(row.session.label, row.state) for row in it.list.rows]


OLD = ("Old", RowState.QUIET)


async def test_what_is_written_in_a_new_session_has_a_row_until_it_is_deleted() -> None:
    async with stage(library()) as it:
        await it.write("half a **thought**")
        assert rows(it) == [OLD]
        await it.open("s")
        await it.settled()
        unsent = ("half a **thought**", RowState.DRAFT)
        assert rows(it) == [unsent, OLD]
        await it.press("f5", "ctrl+s", "home", "ctrl+t")
        await it.settled_reading()
        assert rows(it) == [unsent, OLD]
        await it.press("enter")
        await it.until(lambda: it.composer.whole_text == "half a **thought**")
        assert rows(it) == [OLD]
        await it.open("s")
        await it.settled()
        await it.press("ctrl+s", "home", "ctrl+d")
        await it.until(lambda: rows(it) == [OLD])
        it.composer.focus()
        await it.press("up")
        assert it.composer.whole_text == "half a **thought**"


class SlowBackend(ScriptedBackend):
    async def create_session(self, bot_id: str) -> Session:
        await asyncio.Event().wait()
        return await super().create_session(bot_id)


async def test_a_question_that_was_stopped_before_it_went_out_has_a_row() -> None:
    async with stage(SlowBackend(listed=library().listed, histories=library().histories)) as it:
        await it.ask("too slow?")
        await it.until(lambda: bool(it.chat.send_workers.busy))
        await it.press("escape")
        await it.settled()
        await it.open("s")
        await it.settled()
        assert rows(it) == [("too slow?", RowState.DRAFT), OLD]


async def test_a_question_that_could_not_be_sent_keeps_its_row_whatever_is_read() -> None:
    backend = library()
    backend.create_errors = [Unreachable("No connection.")]
    async with stage(backend) as it:
        await it.ask("lost?")
        await it.settled()
        for keys in (["f5"], ["ctrl+n"], ["ctrl+s", "end", "enter"], ["f5"]):
            await it.press(*keys)
            await it.until(lambda: not list(it.app.workers))
            assert rows(it) == [("lost?", RowState.FAILED), OLD]
