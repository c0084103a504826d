from __future__ import annotations

import asyncio

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, says, user
from tests.ui.harness import other_profile, row_state, stage
from tui.errors import AnswerFailed
from tui.events import Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.sessions.rows import RowState


def two_sessions() -> ScriptedBackend:
    return ScriptedBackend(
        histories={
            "a": [user("a0", "Question A"), assistant("a1", "Answer A")],
            "b": [user("b0", "Question B"), assistant("b1", "Answer B")],
        },
        listed=[
            Session("a", SafeText("Session A"), updated_at=NOON),
            Session("b", SafeText("Session B"), updated_at=NOON),
        ],
    )


class UnwritableBackend(ScriptedBackend):
    """Has an account behind it that is too large to be written out."""

    def __repr__(self) -> str:
        raise AssertionError("nobody reads this")


def text(words: str) -> TextDelta:
    return TextDelta(SafeText(words))


async def test_a_stream_goes_on_behind_another_session_and_is_whole_on_return() -> None:
    backend, gate = two_sessions(), asyncio.Event()
    backend.scripts = [[Started(), text("one, "), gate, text("two")]]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.ask("Count")
        await it.until(lambda: "one, " in it.texts)
        await it.open("b")
        assert row_state(it, "a") is RowState.STREAMING
        assert "one, " not in it.texts
        gate.set()
        await it.settled()
        assert it.texts == ["Question B", "Answer B"]
        assert row_state(it, "a") is RowState.FINISHED
        await it.open("a")
        await it.settled()
        assert it.texts == ["Question A", "Answer A", "Count", "one, two"]
        assert row_state(it, "a") is RowState.QUIET


async def test_returning_in_the_middle_of_a_stream_shows_what_came_meanwhile() -> None:
    backend, middle, end = two_sessions(), asyncio.Event(), asyncio.Event()
    backend.scripts = [[Started(), text("one, "), middle, text("two, "), end, text("three")]]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.ask("Count")
        await it.until(lambda: "one, " in it.texts)
        await it.open("b")
        middle.set()
        await it.open("a")
        await it.until(lambda: it.texts[2:] == ["Count", "one, two, "])
        end.set()
        await it.settled()
        assert it.texts == ["Question A", "Answer A", "Count", "one, two, three"]


async def test_two_sessions_stream_at_once() -> None:
    backend, first, second = two_sessions(), asyncio.Event(), asyncio.Event()
    backend.scripts = [[Started(), text("alpha"), first], [Started(), text("beta"), second]]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.ask("A?")
        await it.until(lambda: "alpha" in it.texts)
        await it.open("b")
        await it.settled_reading()
        await it.ask("B?")
        await it.until(lambda: "beta" in it.texts)
        await it.until(lambda: row_state(it, "a") is RowState.STREAMING)
        await it.until(lambda: row_state(it, "b") is RowState.STREAMING)
        assert it.status.elsewhere == "+1 answering"
        second.set()
        await it.until(lambda: it.status.state == "ready")
        assert it.texts == ["Question B", "Answer B", "B?", "beta"]
        first.set()
        await it.settled()
        assert it.status.elsewhere == ""
        await it.open("a")
        await it.settled()
        assert it.texts == ["Question A", "Answer A", "A?", "alpha"]


async def test_a_failure_behind_another_session_shows_in_the_list() -> None:
    backend, gate = two_sessions(), asyncio.Event()
    backend.scripts = [[Started(), gate, AnswerFailed("Overloaded.")]]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.ask("A?")
        await it.until(lambda: bool(backend.sent))
        await it.open("b")
        gate.set()
        await it.settled()
        assert row_state(it, "a") is RowState.FAILED
        assert "✗" in it.drawn


async def test_waiting_shows_as_waiting() -> None:
    backend, gate = two_sessions(), asyncio.Event()
    backend.scripts = [[gate, *says("Now")]]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.ask("A?")
        await it.until(lambda: row_state(it, "a") is RowState.WAITING)
        gate.set()
        await it.settled()


async def test_an_answer_goes_on_behind_another_profile() -> None:
    clock, gate = StillClock(), asyncio.Event()
    here, there = two_sessions(), two_sessions()
    here.scripts = [[Started(), text("slow"), gate, text(" but sure")]]
    async with stage(here, other_profile("lab", there, clock), clock=clock) as it:
        await it.open("a")
        await it.settled()
        await it.ask("Speed?")
        await it.until(lambda: "slow" in it.texts)
        it.app.front.profiles.open("lab")
        await it.until(lambda: it.status.place.startswith("lab"))
        assert it.status.elsewhere == "+1 answering"
        gate.set()
        await it.settled()
        assert it.texts == []
        it.app.front.profiles.open("test")
        await it.until(lambda: it.status.place.startswith("test"))
        await it.open("a")
        await it.settled()
        assert it.texts[-2:] == ["Speed?", "slow but sure"]


async def test_every_session_keeps_its_own_draft() -> None:
    async with stage(two_sessions()) as it:
        await it.open("a")
        await it.settled()
        await it.write("for A")
        await it.open("b")
        assert it.composer.whole_text == ""
        await it.write("for B")
        await it.open("a")
        assert it.composer.whole_text == "for A"
        assert row_state(it, "b") is RowState.DRAFT
        await it.open("b")
        assert it.composer.whole_text == "for B"


async def test_the_draft_of_a_new_session_is_kept_too() -> None:
    async with stage(two_sessions()) as it:
        await it.write("not sent yet")
        await it.open("a")
        assert it.composer.whole_text == ""
        await it.press("ctrl+n")
        assert it.composer.whole_text == "not sent yet"


async def test_a_new_session_stands_in_the_list_from_its_first_send() -> None:
    backend, gate = two_sessions(), asyncio.Event()
    backend.scripts = [[Started(), text("Hello"), gate]]
    async with stage(backend) as it:
        await it.ask("What is a runnel?")
        await it.until(lambda: "Hello" in it.texts)
        assert it.list.rows[0].session.label == "What is a runnel?"
        assert it.status.title == "What is a runnel?"
        gate.set()
        await it.settled()
        assert len(it.list.rows) == 3


async def test_no_work_in_the_background_writes_out_the_account_it_was_given() -> None:
    backend = UnwritableBackend(listed=two_sessions().listed, histories=two_sessions().histories)
    backend.scripts = [says("Hello")]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled_reading()
        await it.ask("And?")
        await it.until(lambda: it.texts[-1:] == ["Hello"])
        await it.settled()
