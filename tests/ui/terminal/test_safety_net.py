from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime
from pathlib import Path

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.ui.harness import WIDE, Stage, app_of, ready, stage
from tui.events import StreamEvent, TextDelta
from tui.model import ALWAYS, Bot, Message, MessageStatus, Period, Session, Workflow
from tui.safe_text import SafeText
from tui.ui.terminal.safety_net import MANY_FAULTS, WITHIN_S, Faults

pytestmark = pytest.mark.every_frame

SECRET = "s3cr3t-value"


class FaultyBackend(ScriptedBackend):
    """Fails in a way nobody has thought of in the calls that are named."""

    faulty: frozenset[str] = frozenset()

    def _may_fail(self, call: str) -> None:
        if call in self.faulty:
            raise LookupError(SECRET)

    async def bots(self) -> list[Bot]:
        self._may_fail("bots")
        return await super().bots()

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        self._may_fail("sessions")
        return await super().sessions(bot_id, period)

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        self._may_fail("messages")
        return await super().messages(session_id, bot_id)

    async def create_session(self, bot_id: str) -> Session:
        self._may_fail("create_session")
        return await super().create_session(bot_id)

    async def available(self) -> list[Workflow]:
        self._may_fail("available")
        return await super().available()

    async def new_title(self, session_id: str) -> SafeText:
        self._may_fail("new_title")
        return await super().new_title(session_id)

    async def sign_out(self) -> None:
        self._may_fail("sign_out")

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(super().stream(session_id, bot_id, text)) as events:
            async for event in events:
                yield event
                if isinstance(event, TextDelta):
                    self._may_fail("stream")


def faulty(*calls: str) -> FaultyBackend:
    backend = FaultyBackend(
        histories={"a": [user("q", "Q"), assistant("x", "A")]},
        listed=[Session("a", SafeText("Session A"), updated_at=NOON)],
        scripts=[says("The first piece. ", "The second."), says("Again.")],
    )
    backend.faulty = frozenset(calls)
    return backend


def take(reports: list[str]) -> str:
    """Return what was reported, which this test expected."""
    text = "\n".join(reports)
    reports.clear()
    return text


@pytest.mark.parametrize("call", ["bots", "sessions"])
async def test_a_fault_while_reading_is_a_note_and_f5_reads_again(
    call: str, reports: list[str]
) -> None:
    backend = faulty(call)
    async with stage(backend) as it:
        await it.until(lambda: "Something in Runnel failed: LookupError in " in it.notice)
        assert "The details are in the log." in it.notice
        await it.write("my draft")
        backend.faulty = frozenset()
        await it.press("f5")
        await it.until(lambda: [row.session.id for row in it.list.rows] == ["a"])
        assert it.composer.whole_text == "my draft"
    report = take(reports)
    assert report.startswith("unexpected LookupError")
    assert "tui.ui.chat.refreshing, line " in report
    assert SECRET not in report


async def test_a_fault_while_a_history_is_read_leaves_the_local_copy(reports: list[str]) -> None:
    backend = faulty()
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.press("ctrl+n")
        backend.faulty = frozenset({"messages"})
        await it.open("a")
        await it.until(lambda: "LookupError" in it.notice)
        assert it.texts == ["Q", "A"]
    take(reports)


async def test_a_fault_in_a_stream_keeps_the_question_and_what_came(reports: list[str]) -> None:
    backend = faulty("stream", "messages")
    async with stage(backend) as it:
        await it.ask("Why?")
        await it.settled()
        assert it.texts == ["Why?", "The first piece. "]
        answer = it.views[-1].message
        assert answer.status is MessageStatus.PARTIAL
        assert answer.failure is not None
        assert "LookupError" in answer.failure.sentence
        assert it.status.state == "ready"
        backend.faulty = frozenset()
        await it.ask("Once more?")
        await it.settled()
        assert it.texts[-2:] == ["Once more?", "Again."]
    take(reports)


async def test_a_fault_while_a_session_is_made_gives_the_question_back(reports: list[str]) -> None:
    backend = faulty("create_session")
    async with stage(backend) as it:
        await it.ask("Why?")
        await it.settled()
        question, answer = (view.message for view in it.views)
        assert (question.text, question.status) == ("Why?", MessageStatus.UNSENT)
        assert answer.failure is not None
        assert backend.sent == []
    take(reports)


async def test_faults_of_niceties_and_dialogs_leave_the_app_usable(reports: list[str]) -> None:
    backend = faulty("available", "sign_out", "new_title")
    backend.offers |= {"workflows", "titles"}
    async with stage(backend) as it:
        await it.write("Run it")
        await it.press("f9")
        await it.until(lambda: "LookupError" in it.notice)
        await it.press("escape")
        it.chat.controllers.sign_in.sign_out()
        await it.until(lambda: "LookupError" in it.notice)
        await it.press("enter")
        await it.settled()
        assert it.texts[0] == "Run it"
    take(reports)


class Clock(StillClock):
    """A clock that breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.is_broken = False

    def now(self) -> datetime:
        if self.is_broken:
            raise OverflowError(SECRET)
        return super().now()


async def test_what_cannot_be_drawn_is_blank_and_the_answer_goes_on(reports: list[str]) -> None:
    clock = Clock()
    app = app_of(connection(faulty()), clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.write("my draft")
        clock.is_broken = True
        await it.press("enter")
        await it.until(lambda: not it.chat.send_workers.busy)
        await it.until(lambda: "OverflowError" in it.notice)
        await it.until(lambda: it.in_line)
        assert it.texts == ["my draft", "The first piece. The second."]
        await it.write("and on")
        assert it.composer.whole_text == "and on"
        clock.is_broken = False
        await it.press("f5")
        await it.until(lambda: [row.session.id for row in it.list.rows][-1:] == ["a"])
    take(reports)


class FaultyKeys:
    """Something that fails at every key, or at every frame."""

    def __init__(self) -> None:
        self.is_broken = False

    def __call__(self) -> None:
        if self.is_broken:
            raise ArithmeticError(SECRET)


async def test_a_fault_that_repeats_for_ever_ends_the_app_with_a_sentence_and_the_draft(
    reports: list[str], tmp_path: Path
) -> None:
    clock = StillClock()
    app = app_of(connection(faulty(), clock), clock=clock, copies_folder=tmp_path)
    async with app.run_test() as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.write("my draft")
        breaks = FaultyKeys()
        it.chat.set_interval(0.01, breaks)
        breaks.is_broken = True
        await it.until(lambda: app.return_code == 1)
    assert app.fault is not None
    assert "ArithmeticError" in app.fault.sentence
    assert [file.read_text() for file in tmp_path.glob("*")] == ["my draft"]  # noqa: ASYNC240
    assert str(tmp_path) in app.fault.hint
    assert SECRET not in take(reports)


async def test_leaving_after_a_fault_is_no_failure(reports: list[str]) -> None:
    async with stage(faulty("bots")) as it:
        await it.until(lambda: "LookupError" in it.notice)
        await it.press("ctrl+q")
        await it.until(lambda: it.app.return_code is not None)
        assert (it.app.return_code, it.app.fault) == (0, None)
    take(reports)


async def test_a_fault_while_the_app_ends_does_not_change_how_it_ends(reports: list[str]) -> None:
    async with stage(faulty()) as it:
        it.app.exit(return_code=129)
        it.app.endure(LookupError(SECRET))
        assert (it.app.return_code, it.app.fault) == (129, None)
    take(reports)


async def test_a_handler_that_fails_is_told_and_its_part_takes_the_next_message(
    reports: list[str],
) -> None:
    async with stage(faulty()) as it:
        breaks = FaultyKeys()
        breaks.is_broken = True
        for part in (it.app, it.chat, it.composer, it.transcript, it.list):
            part.call_later(breaks)
            await it.until(lambda: "ArithmeticError" in it.notice)
            await it.press("escape")
            assert it.notice == ""
            part.call_later(done := FakeCall())
            await it.until(lambda: done.count == 1)
    assert take(reports).count("unexpected ArithmeticError") == 5


async def test_a_key_that_fails_does_not_hold_up_the_keys_behind_it(reports: list[str]) -> None:
    clock = Clock()
    app = app_of(connection(faulty()), clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        clock.is_broken = True
        await pilot.press("x")
        await it.until(lambda: "OverflowError" in it.notice)
        clock.is_broken = False
        await pilot.press(*"soap?")
        await it.until(lambda: it.composer.whole_text == "soap?")
    take(reports)


class FakeCall:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def test_faults_of_one_place_in_a_short_time_repeat_for_ever() -> None:
    now = 0.0
    faults = Faults(lambda: now)

    def fail(error: Callable[[], Exception]) -> bool:
        return faults.repeats_for_ever(error())

    assert [fail(ValueError) for _ in range(MANY_FAULTS)] == [False] * (MANY_FAULTS - 1) + [True]
    assert not fail(KeyError)
    for _ in range(3 * MANY_FAULTS):
        now += WITHIN_S / MANY_FAULTS * 1.1
        last = fail(KeyError)
    assert not last
