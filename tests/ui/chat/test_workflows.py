from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.optional_parts import OFFERS
from tests.ui.harness import Stage, row_state, said, stage
from tui.errors import AnswerFailed, NotOffered, Unreachable
from tui.events import (
    Completed,
    Started,
    StreamEvent,
    TextDelta,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.model import Run, Session, Workflow
from tui.safe_text import SafeText
from tui.ui.chat.workflows import RECENT
from tui.ui.dialogs.pick import PickScreen
from tui.ui.sessions.rows import RowState
from tui.ui.transcript.failure_note import FailureNote
from tui.ui.transcript.tool_panel import ToolPanel

ABLE = OFFERS | {"workflows"}
OFFERED = [
    Workflow("draft", SafeText("Still a draft"), SafeText("soon"), runnable=False),
    Workflow("digest", SafeText("Digest"), SafeText("reads and sums up")),
]


@dataclass
class FlowingBackend(ScriptedBackend):
    """Notes which workflows were started with what."""

    started: list[tuple[str, str]] = field(default_factory=list)
    asked_for_runs: list[str] = field(default_factory=list)

    async def running(self, session_id: str) -> Run | None:
        self.asked_for_runs.append(session_id)
        return await super().running(session_id)

    def run(
        self, session_id: str, bot_id: str, workflow_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        self.started.append((workflow_id, text))
        return super().run(session_id, bot_id, workflow_id, text)


def flowing(*scripts: list[StreamEvent | AnswerFailed | asyncio.Event]) -> FlowingBackend:
    return FlowingBackend(
        histories={"s": [user("q", "Sum up"), assistant("a", "Half")]},
        listed=[Session("s", SafeText("S"), updated_at=NOON)],
        scripts=list(scripts),
        offered_workflows=list(OFFERED),
        offers=ABLE,
    )


def title(panel: ToolPanel) -> str:
    return str(panel.panel_title.label)


async def picking(it: Stage) -> None:
    await it.press("f9")
    await it.until(lambda: isinstance(it.app.screen, PickScreen))
    await it.until(lambda: "Digest" in it.drawn)


async def test_f9_starts_a_workflow_with_what_is_written_and_shows_its_steps() -> None:
    gates = [asyncio.Event(), asyncio.Event()]
    backend = flowing(
        [
            Started(),
            ToolCalled(0, SafeText("read"), None),
            ToolProgressed(0, SafeText("40 % · page 2")),
            gates[0],
            ToolReturned(0, "read all"),
            ToolCalled(1, SafeText("sum up"), None),
            gates[1],
            ToolReturned(1, "too long", failed=True),
            TextDelta(SafeText("In short: no.")),
            Completed(),
        ]
    )
    async with stage(backend) as it:
        await it.write("Sum up the news")
        await picking(it)
        await it.press("enter")
        await it.until(lambda: len(it.tools) == 1 and "40 %" in title(it.tools[0]))
        assert title(it.tools[0]) == "● read · running · 40 % · page 2"
        assert backend.started == [("digest", "Sum up the news")]
        assert it.composer.whole_text == ""
        gates[0].set()
        await it.until(lambda: len(it.tools) == 2)
        assert title(it.tools[0]).startswith("✓ read → read all")
        assert "40 %" not in title(it.tools[0])
        gates[1].set()
        await it.settled()
        assert it.texts[-1] == "In short: no."


async def test_what_cannot_run_is_listed_with_the_reason_and_cannot_be_picked() -> None:
    backend = flowing()
    async with stage(backend) as it:
        await it.write("Sum up")
        await picking(it)
        assert "Still a draft  cannot run: not published" in it.drawn
        await it.press(*"draft", "enter")
        assert isinstance(it.app.screen, PickScreen)
        await it.press("escape")
        assert backend.started == []
        assert it.composer.whole_text == "Sum up"


async def test_without_a_question_a_note_says_what_to_do() -> None:
    async with stage(flowing()) as it:
        await it.press("f9")
        assert "A workflow starts with a question." in it.notice
        assert "F9" in it.notice
        assert it.app.screen is it.chat


async def test_a_server_without_any_workflow_says_so() -> None:
    backend = flowing()
    backend.offered_workflows = []
    async with stage(backend) as it:
        await it.write("Sum up")
        await it.press("f9")
        await it.until(lambda: "This server has no workflow." in it.notice)
        assert it.composer.whole_text == "Sum up"


class BrokenBackend(FlowingBackend):
    async def available(self) -> list[Workflow]:
        raise Unreachable("No connection.")

    async def running(self, session_id: str) -> Run | None:
        raise NotOffered("This server cannot run workflows.")


async def test_workflows_that_cannot_be_read_are_told_of_and_nothing_is_sent() -> None:
    async with stage(BrokenBackend(offers=ABLE)) as it:
        await it.write("Sum up")
        await it.press("f9")
        await it.until(lambda: "No connection." in it.notice)
        assert it.composer.whole_text == "Sum up"


async def test_where_there_are_no_workflows_their_key_says_so() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("Sum up")
        await it.press("f9")
        await it.until(lambda: it.toasts == ["This server has no workflows."])
        assert it.notice == ""
        assert it.app.screen is it.chat
        assert it.composer.whole_text == "Sum up"


async def test_a_run_that_goes_on_already_is_told_in_the_transcript() -> None:
    backend = flowing([AnswerFailed("A workflow is running in this session.", status=409)])
    async with stage(backend) as it:
        await it.write("Sum up")
        await picking(it)
        await it.press("enter")
        await it.settled()
        note = said(it.chat.query(FailureNote).last())
        assert "A workflow is running in this session." in note
        assert "HTTP 409" in note
        assert it.texts[0] == "Sum up"


async def test_opening_a_session_goes_on_with_the_run_in_it() -> None:
    gate = asyncio.Event()
    backend = flowing(
        [
            Started(),
            ToolCalled(0, SafeText("read"), None),
            gate,
            ToolReturned(0, "all"),
            TextDelta(SafeText("In short: no.")),
            Completed(),
        ]
    )
    backend.histories["s"] = [user("q", "Sum up")]
    backend.listed = [Session("s", SafeText("S"), updated_at=NOON - RECENT * 2)]
    backend.going_on["s"] = Run("run", "q")
    async with stage(backend) as it:
        await it.open("s")
        await it.until(lambda: len(it.tools) == 1)
        assert it.texts[0] == "Sum up"
        await it.until(lambda: row_state(it, "s") is RowState.STREAMING)
        assert backend.started == []
        gate.set()
        await it.settled()
        assert it.texts == ["Sum up", "In short: no."]


async def test_a_run_that_goes_on_by_itself_is_followed_in_the_list_and_no_reason_to_stay() -> None:
    gate = asyncio.Event()
    backend = flowing([Started(), TextDelta(SafeText("In short")), gate, Completed()])
    async with stage(backend) as it:
        backend.histories["s"] = [user("q", "Sum up")]
        backend.going_on["s"] = Run("run", "q")
        # what the start reads as well
        await it.press("f5")
        await it.until(lambda: row_state(it, "s") is RowState.STREAMING)
        assert it.texts == []
        assert backend.started == []
        await it.press("ctrl+q")
        await it.until(lambda: it.app.return_code == 0)


@pytest.mark.parametrize("age", [RECENT * 2, timedelta()])
async def test_only_where_something_happened_just_now_a_run_is_looked_for_at_the_start(
    age: timedelta,
) -> None:
    backend = flowing()
    backend.listed = [Session("s", SafeText("S"), updated_at=NOON - age)]
    async with stage(backend):
        assert backend.asked_for_runs == ([] if age else ["s"])
        assert backend.reads == 0


async def test_a_run_that_cannot_be_asked_for_is_nothing_to_tell() -> None:
    backend = BrokenBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        listed=[Session("s", SafeText("S"), updated_at=NOON)],
        offers=ABLE,
    )
    async with stage(backend) as it:
        await it.open("s")
        await it.settled_reading()
        await it.until(lambda: not list(it.app.workers))
        assert it.notice == ""
        assert it.texts == ["Q", "A"]


async def test_a_run_that_was_stopped_is_followed_again_by_f5_only() -> None:
    backend = flowing([Started(), TextDelta(SafeText("In short")), asyncio.Event()])
    backend.stores = lambda *_: [user("q", "Sum up")]
    backend.histories |= {"s": [user("q", "Sum up")], "t": [user("r", "Else")]}
    backend.listed = [Session("s", SafeText("S"), updated_at=NOON - RECENT * 2)]
    backend.going_on["s"] = Run("run", "q")
    async with stage(backend) as it:
        await it.open("s")
        await it.until(lambda: "In short" in it.texts)
        await it.press("escape")
        await it.settled()
        await it.open("t")
        await it.settled_reading()
        reads = backend.reads
        await it.open("s")
        await it.until(lambda: backend.reads > reads)
        await it.settled()
        assert it.texts == ["Sum up", "In short"]
        assert len(backend.sent) == 1
        backend.scripts = [[Started(), TextDelta(SafeText("In short: no.")), Completed()]]
        backend.stores = lambda *_: [user("q", "Sum up"), assistant("a", "In short: no.")]
        await it.press("f5")
        await it.until(lambda: it.texts == ["Sum up", "In short: no."])
