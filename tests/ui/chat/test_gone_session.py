"""A session that was deleted elsewhere: nothing typed in it is lost, and nobody is stuck there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.fakes import NOON, ForgetfulBackend, Step, assistant, says, user
from tests.ui.harness import Stage, stage
from tui.events import Started, TextDelta
from tui.model import OWN_ID_START, Session
from tui.safe_text import SafeText

Act = Callable[[Stage], Awaitable[None]]


def library() -> tuple[ForgetfulBackend, asyncio.Event]:
    """A backend with the sessions a and b, whose first answer ends when the gate opens."""
    gate = asyncio.Event()
    first: list[Step] = [Started(), TextDelta(SafeText("Hm")), gate]
    backend = ForgetfulBackend(
        histories={each: [user(f"q{each}", "Q"), assistant(f"a{each}", "A")] for each in "ab"},
        listed=[Session(each, SafeText(each), updated_at=NOON) for each in "ab"],
        scripts=[first, says("2"), says("3"), says("4")],
        stores=lambda _, text, said: [user(text, text), assistant(f"{text}a", said)],
    )
    return backend, gate


async def leave_a_queue(it: Stage, backend: ForgetfulBackend, gate: asyncio.Event) -> None:
    """Queue two questions in session a, then have it deleted elsewhere."""
    await it.open("a")
    await it.settled()
    await it.ask("First")
    await it.until(lambda: "Hm" in it.texts)
    await it.ask("Second")
    await it.ask("Third")
    await it.press("escape")
    gate.set()
    await it.settled()
    backend.delete_elsewhere("a")
    await it.press("f5")
    await it.until(lambda: "begins a new one" in it.notice)


def rows(it: Stage) -> list[str]:
    return [row.session.id for row in it.list.rows]


async def enter(it: Stage) -> None:
    await it.press("enter")


async def new_session_and_its_row(it: Stage) -> None:
    await it.press("ctrl+n")
    assert it.chat.open_chat.is_new
    await it.until(lambda: any(each.startswith(OWN_ID_START) for each in rows(it)))
    await it.open(next(each for each in rows(it) if each.startswith(OWN_ID_START)))
    assert it.queued == ["Second", "Third"]
    await it.press("enter")


async def another_question(it: Stage) -> None:
    await it.ask("Fourth")


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        (enter, ["Second", "Third"]),
        (new_session_and_its_row, ["Second", "Third"]),
        (another_question, ["Second", "Third", "Fourth"]),
    ],
)
async def test_what_was_queued_there_is_sent_in_a_new_session(act: Act, sent: list[str]) -> None:
    backend, gate = library()
    async with stage(backend) as it:
        await leave_a_queue(it, backend, gate)
        assert it.texts[:2] == ["Q", "A"]
        assert it.queued == ["Second", "Third"]
        await act(it)
        await it.until(lambda: backend.sent == ["First", *sent])
        await it.settled()
        assert it.texts[::2] == sent
        assert it.queued == []
        assert it.notice == ""
        assert it.chat.open_chat.session_id not in ("", "a")
        await it.until(lambda: not any(each.startswith(OWN_ID_START) for each in rows(it)))


async def test_a_question_that_found_no_session_is_asked_again_in_a_new_one() -> None:
    backend, _ = library()
    backend.scripts = [says("Yes.")]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        backend.delete_elsewhere("a")
        await it.ask("Still there?")
        await it.settled()
        assert it.texts[:3] == ["Q", "A", "Still there?"]
        await it.press("alt+up", "r")
        await it.until(lambda: it.texts == ["Still there?", "Yes."])
        assert it.chat.open_chat.session_id not in ("", "a")


async def test_what_was_written_there_goes_along_and_is_found_though_it_was_left_before() -> None:
    backend, _ = library()
    backend.scripts = [says("Yes.")]
    async with stage(backend) as it:
        await it.open("b")
        await it.write("half of b")
        await it.open("a")
        await it.settled()
        backend.delete_elsewhere("a")
        backend.delete_elsewhere("b")
        await it.press("f5")
        await it.until(lambda: "begins a new one" in it.notice)
        await it.until(lambda: all(row.session.gone_at for row in it.list.rows))
        await it.write("half of a")
        await it.press("ctrl+n")
        assert it.composer.whole_text == "half of a"
        await it.open("b")
        await it.until(lambda: "begins a new one" in it.notice)
        assert it.composer.whole_text == "half of b"
        await it.ask("!")
        await it.settled()
        assert backend.sent == ["half of b!"]
        assert it.texts[0] == "half of b!"
        await it.press("ctrl+n")
        assert it.composer.whole_text == "half of a"
