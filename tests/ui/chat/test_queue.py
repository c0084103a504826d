"""Questions asked while an answer comes: shown, changed, dropped and sent, by key and by mouse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.fakes import ScriptedBackend, Step, StillClock, assistant, says, user
from tests.ui.chat.test_ending import asked
from tests.ui.harness import WIDE, Stage, other_profile, row_state, stage
from tests.ui.test_key_routing import burst
from tui.conversation.send_queue import MAX_QUEUED
from tui.errors import AnswerFailed, RunnelError, Unreachable
from tui.events import Started, TextDelta
from tui.model import Session, Workflow
from tui.safe_text import SafeText
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.sessions.rows import RowState

WAITS = "waits for your word"
FOLLOWS = "sent after this answer"


class Held:
    """A backend whose first answer comes, and ends when the gate opens."""

    def __init__(self, *more: Sequence[Step], ends: RunnelError | None = None) -> None:
        self.gate = asyncio.Event()
        first: list[Step] = [Started(), TextDelta(SafeText("Hm")), self.gate]
        self.backend = ScriptedBackend(
            histories={"s": [user("q", "Q"), assistant("a", "A")]},
            listed=[Session("s", SafeText("Old"))],
            scripts=[[*first, *([ends] if ends is not None else [])], *more],
        )


@asynccontextmanager
async def queueing(
    held: Held, *questions: str, size: tuple[int, int] = WIDE
) -> AsyncIterator[Stage]:
    """Run the app with a first question on its way and these queued behind it."""
    async with stage(held.backend, size=size) as it:
        await it.ask("First")
        await it.until(lambda: "Hm" in it.texts)
        for question in questions:
            await it.ask(question)
        assert it.queued == list(questions)
        yield it


async def test_they_are_sent_in_their_order_though_nobody_looks_at_the_session() -> None:
    held = Held(says("2"), says("3"))
    async with queueing(held, "Second", "Third") as it:
        row = next(row for row in it.list.rows if row.queued)
        assert (row.state, row.queued) == (RowState.STREAMING, 2)
        await it.open("s")
        assert (it.queued, "2 queued" in it.drawn) == ([], True)
        held.gate.set()
        await it.settled()
        assert held.backend.sent == ["First", "Second", "Third"]
        assert row_state(it, row.session.id) is RowState.FINISHED
        assert list(it.texts) == ["Q", "A"]
        await it.open(row.session.id)
        assert it.texts == ["First", "Hm", "Second", "2", "Third", "3"]


@pytest.mark.parametrize("error", [AnswerFailed("Overloaded."), Unreachable("Off.", sent=False)])
async def test_after_an_answer_that_did_not_end_well_enter_sends_them(error: RunnelError) -> None:
    held = Held(says("2"), says("3"), ends=error)
    held.backend.stores = lambda _, text, __: (
        [user(text, text), assistant(f"{text}a", "A")] * (text != "First")
    )
    async with queueing(held, "Second", "Third") as it:
        held.gate.set()
        await it.settled()
        assert (held.backend.sent, it.queued) == (["First"], ["Second", "Third"])
        assert f"2 queued · {WAITS}" in it.drawn
        await it.press("enter")
        await it.settled()
        assert held.backend.sent == ["First", "Second", "Third"]
        assert it.queued == []


async def test_a_retry_goes_before_what_waits_and_that_follows_it() -> None:
    held = Held(says("1"), says("2"), ends=Unreachable("Off.", sent=False))
    held.backend.stores = lambda _, text, said: (
        [user(f"{text}{said}", text), assistant(f"{text}{said}a", said)] if said != "Hm" else []
    )
    async with queueing(held, "Second") as it:
        held.gate.set()
        await it.settled()
        await it.press("alt+up", "r")
        await it.settled()
        assert held.backend.sent == ["First", "First", "Second"]


async def test_escape_stops_the_answer_and_what_is_queued_waits() -> None:
    async with queueing(Held(says("2")), "Second") as it:
        assert f"Queued · {FOLLOWS}" in it.drawn
        await it.press("escape")
        await it.settled()
        assert f"Queued · {WAITS}" in it.drawn
        assert (it.queued, it.composer.whole_text) == (["Second"], "")
        await it.write("draft")
        assert f"Queued · {WAITS} · Shift+Tab, Enter send" in it.drawn
        await it.press("shift+tab")
        assert f"Queued · {WAITS} · Enter send" in it.drawn
        await it.press("escape", "ctrl+c")
        await it.pilot.resize_terminal(40, 20)
        await it.until(lambda: "Queued · waits · Enter send" in it.drawn)


async def test_up_takes_the_last_one_back_into_an_empty_box_only() -> None:
    held = Held(says("2"), says("3"))
    async with queueing(held, "Second", "Third") as it:
        await it.write("draft")
        await it.press("up", "up")
        assert it.queued == ["Second", "Third"]
        await it.press("ctrl+c", "up")
        assert (it.composer.whole_text, it.queued) == ("Third", ["Second"])
        await it.write("!")
        await it.press("enter")
        assert it.queued == ["Second", "Third!"]
        held.gate.set()
        await it.settled()
        assert held.backend.sent == ["First", "Second", "Third!"]


async def test_one_taken_back_keeps_its_place_and_is_not_overtaken() -> None:
    held = Held(says("2"), says("3"))
    async with queueing(held, "Second", "Third") as it:
        await it.write("draft")
        await it.press("shift+tab", "up", "e")
        assert (it.composer.whole_text, it.queued) == ("Second", ["Third"])
        assert it.composer.has_focus
        held.gate.set()
        await it.settled()
        assert (held.backend.sent, it.queued) == (["First"], ["Third"])
        assert WAITS in it.drawn
        await it.write("?")
        await it.press("enter")
        await it.settled()
        assert held.backend.sent == ["First", "Second?", "Third"]
        assert "draft" in it.chat.open_chat.questions()


async def test_one_changed_in_time_stands_where_it_stood() -> None:
    async with queueing(Held(), "Second", "Third", "Fourth") as it:
        await it.press("shift+tab", "up", "e", "!", "enter")
        assert it.queued == ["Second", "Third!", "Fourth"]
        await it.press("shift+tab", "up", "e", "ctrl+c")
        await it.ask("Fifth")
        assert it.queued == ["Second", "Fourth", "Fifth"]


async def test_a_dropped_one_is_found_among_the_earlier_questions() -> None:
    async with queueing(Held(), "Second", "Third") as it:
        await it.press("ctrl+p", *"drop", "enter")
        await it.until(lambda: it.queued == ["Second"])
        await it.press("shift+tab", "delete")
        assert (it.queued, it.composer.has_focus) == ([], True)
        assert not it.one(QueuePanel).display
        await it.press("up")
        assert it.composer.whole_text == "Second"
        await it.press("up")
        assert it.composer.whole_text == "Third"


async def test_the_mouse_takes_back_drops_and_sends() -> None:
    held = Held(says("4"), ends=AnswerFailed("Overloaded."))
    async with queueing(held, "Second", "Third", "Fourth") as it:
        panel = it.one(QueuePanel)

        async def click(word: str, row: int) -> None:
            x = it.rows(panel)[row].rindex(word)
            await it.pilot.click(panel, offset=(x + 1, row))
            await it.pilot.pause()

        await click("drop", 0)
        assert it.queued == ["Third", "Fourth"]
        await click("edit", 0)
        assert (it.queued, it.composer.whole_text) == (["Fourth"], "Third")
        it.composer.put("")
        held.gate.set()
        await it.settled()
        await it.until(lambda: " send" in it.rows(panel)[1])
        await click("send", 1)
        await it.settled()
        assert held.backend.sent == ["First", "Fourth"]


async def test_more_than_the_queue_holds_stays_in_the_box() -> None:
    questions = [f"Question {n}" for n in range(MAX_QUEUED)]
    async with queueing(Held(), *questions, size=(60, 20)) as it:
        assert it.one(QueuePanel).region.height == 4
        assert "Question 2 " in it.drawn
        assert "Question 3 " not in it.drawn
        await it.ask("One more")
        assert (it.queued, it.composer.whole_text) == (questions, "One more")
        assert f"{MAX_QUEUED} questions are queued already." in it.notice
        it.one(QueuePanel).focus()
        await it.pilot.pause()
        assert f"Question {MAX_QUEUED - 1} " in it.drawn


def at_top(it: Stage) -> list[str]:
    # without the scroll bar
    return [row[:40] for row in it.rows(it.transcript)[:5]]


async def test_a_reader_further_up_is_not_moved() -> None:
    held = Held(says("2"))
    held.backend.histories["s"] = [user("q", "\n".join(f"line {n}" for n in range(90)))]
    async with stage(held.backend) as it:
        await it.open("s")
        await it.settled()
        await it.ask("First")
        await it.until(lambda: "Hm" in it.texts)
        await it.press("pageup", "pageup")
        top = at_top(it)
        await it.ask("Second")
        assert at_top(it) == top
        held.gate.set()
        await it.settled()
        assert held.backend.sent == ["First", "Second"]
        assert at_top(it) == top


async def test_leaving_the_app_tells_of_what_is_queued_in_every_profile() -> None:
    held, clock = Held(), StillClock()
    other = other_profile("other", ScriptedBackend(), clock)
    async with stage(held.backend, other, clock=clock) as it:
        await it.ask("First")
        await it.until(lambda: "Hm" in it.texts)
        await it.ask("Second")
        await it.press("f4", *"other", "enter")
        await it.until(lambda: it.status.place.startswith("other"))
        assert it.queued == []
        await it.press("ctrl+q")
        assert "1 queued question is not sent, and will be lost." in asked(it)
        await it.press("n")
        assert "Second" in it.chat.controllers.unsent.text


async def test_deleting_a_session_keeps_what_was_queued_in_it_in_reach() -> None:
    async with queueing(Held(), "Second") as it:
        await it.press("ctrl+s", "ctrl+d", "y")
        await it.settled()
        await it.until(lambda: list(it.texts) == [])
        assert it.queued == []
        assert "Second" in it.chat.open_chat.questions()


async def test_signing_out_lets_nothing_follow() -> None:
    held = Held()
    async with queueing(held, "Second") as it:
        it.chat.controllers.sign_in.sign_out()
        await it.until(lambda: "You are signed out." in it.notice)
        held.gate.set()
        await it.settled()
        assert (held.backend.sent, it.queued) == (["First"], ["Second"])


async def test_r_and_a_workflow_are_queued_while_an_answer_comes() -> None:
    held = Held(says("2"), says("3"))
    held.backend.offers |= {"workflows"}
    held.backend.offered_workflows = [Workflow("w", SafeText("Flow"))]
    async with queueing(held) as it:
        await it.press("alt+up", "r")
        assert it.queued == ["First"]
        await it.write("Run it")
        await it.press("f9")
        await it.until(lambda: it.app.screen is not it.chat)
        await it.press("enter")
        await it.until(lambda: it.queued == ["First", "Run it"])
        assert it.composer.whole_text == ""
        await it.press("up")
        assert "workflow is not queued any more" in it.notice
        held.gate.set()
        await it.settled()
        assert held.backend.sent == ["First", "First"]


async def test_an_enter_that_comes_with_the_end_of_an_answer_keeps_the_order() -> None:
    held = Held(says("2"), says("3"), says("4"), says("5"))
    async with queueing(held, "Second") as it:
        held.gate.set()
        burst(it, *"Third", "enter")
        await it.until(lambda: len(held.backend.sent) == 3)
        await it.settled()
        assert held.backend.sent == ["First", "Second", "Third"]
        for question in ("Fourth", "Fifth"):
            # before the worker of the first could begin
            it.chat.controllers.asking.sender.submit(question)
        await it.settled()
        assert held.backend.sent[3:] == ["Fourth", "Fifth"]
