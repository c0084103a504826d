from __future__ import annotations

import asyncio

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, says, user
from tests.optional_parts import OFFERS
from tests.ui.harness import Pauses, Stage, stage
from tui.backends.base import Capabilities
from tui.backends.traffic import Quota, Traffic
from tui.errors import AnswerFailed, RunnelError, Unreachable
from tui.events import Started
from tui.model import NotePart, Session
from tui.safe_text import SafeText
from tui.ui.chat.arrivals import LOOK_WHOLE_S

OPERATED = Capabilities("chatbot", sessions_belong_to_bot=False, operators=True)
NAMING = OFFERS | {"titles"}
SILENT = NotePart(SafeText("No answer yet."))


def operated(clock: StillClock | None = None) -> ScriptedBackend:
    return ScriptedBackend(
        histories={
            "s": [user("q", "Anybody?"), assistant("a", SILENT)],
            "other": [user("q", "Q"), assistant("b", "A")],
        },
        listed=[Session(each, SafeText(each), updated_at=NOON) for each in ("s", "other")],
        can=OPERATED,
        seen_traffic=Traffic(clock or StillClock()),
    )


class PollPauses(Pauses):
    """Without those between two looks at the list."""

    async def __call__(self, seconds: float) -> None:
        if seconds == LOOK_WHOLE_S:
            await asyncio.Event().wait()
        await super().__call__(seconds)


async def one_pause(it: Stage, pauses: Pauses) -> None:
    """Let the pause that is going on end, and wait for the next."""
    before = len(pauses.asked_s)
    pauses.end()
    await it.until(lambda: len(pauses.asked_s) > before)


async def test_a_session_that_waits_for_a_person_is_read_ever_less_often() -> None:
    pauses = PollPauses()
    async with stage(operated(), pauses=pauses) as it:
        await it.open("s")
        await it.until(lambda: pauses.asked_s == [10])
        for _ in range(4):
            await one_pause(it, pauses)
        assert pauses.asked_s == [10, 20, 40, 60, 60]


async def test_the_note_tells_what_reads_again_at_once() -> None:
    backend = operated()
    async with stage(backend, pauses=Pauses()) as it:
        await it.open("s")
        await it.settled_reading()
        await it.until(lambda: "No answer yet. F5 reloads" in it.drawn)
        backend.histories["s"] = [user("q", "Anybody?"), assistant("a", "Me.")]
        await it.press("f5")
        await it.until(lambda: it.texts == ["Anybody?", "Me."])
        await it.until(lambda: "No answer yet" not in it.drawn)


async def test_the_polling_ends_with_the_answer() -> None:
    backend, pauses = operated(), PollPauses()
    async with stage(backend, pauses=pauses) as it:
        await it.open("s")
        await it.until(lambda: pauses.asked_s == [10])
        backend.histories["s"] = [user("q", "Anybody?"), assistant("a", "Me.")]
        pauses.end()
        await it.until(lambda: it.texts == ["Anybody?", "Me."])
        await it.until(lambda: all(each.group == "arrivals" for each in it.app.workers))
        assert pauses.asked_s == [10]


async def test_a_session_that_was_left_is_not_polled() -> None:
    backend, pauses = operated(), PollPauses()
    async with stage(backend, pauses=pauses) as it:
        await it.open("s")
        await it.until(lambda: pauses.asked_s == [10])
        await it.open("other")
        await it.settled_reading()
        reads = backend.reads
        pauses.end()
        await it.until(lambda: all(each.group == "arrivals" for each in it.app.workers))
        assert backend.reads == reads


async def test_few_calls_left_put_the_polling_off() -> None:
    clock, pauses = StillClock(), PollPauses()
    backend = operated(clock)
    async with stage(backend, pauses=pauses, clock=clock) as it:
        await it.open("s")
        await it.until(lambda: pauses.asked_s == [10])
        backend.traffic.quota = Quota(100, 3, 50.0)
        reads = backend.reads
        await one_pause(it, pauses)
        assert backend.reads == reads
        clock.seconds = 50
        await one_pause(it, pauses)
        assert backend.reads == reads + 1


async def test_a_reading_that_fails_does_not_end_the_polling_and_says_nothing() -> None:
    backend, pauses = operated(), PollPauses()
    async with stage(backend, pauses=pauses) as it:
        await it.open("s")
        await it.until(lambda: pauses.asked_s == [10])
        backend.read_errors = [Unreachable("No connection.")]
        await one_pause(it, pauses)
        assert it.notice == ""


async def test_an_answer_that_is_stored_late_comes_by_itself() -> None:
    pauses = PollPauses()
    backend = ScriptedBackend(
        scripts=[[Started(), AnswerFailed("Cut.")]],
        stores=lambda session_id, question, streamed: [user("q", question)],
    )
    async with stage(backend, pauses=pauses) as it:
        await it.ask("Well?")
        await it.until(lambda: pauses.asked_s == [10])
        backend.histories["new-0"].append(assistant("late", "Here I am"))
        pauses.end()
        await it.until(lambda: it.texts == ["Well?", "Here I am"])


async def test_a_new_session_takes_the_title_that_the_server_gives_it_later() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), gate]], offers=NAMING)
    backend.next_titles = [SafeText(""), SafeText("About wells")]
    async with stage(backend) as it:
        await it.ask("Well?")
        await it.until(lambda: it.status.title == "About wells")
        assert it.list.rows[0].session.label == "About wells"
        gate.set()
        await it.settled()
        assert it.status.title == "About wells"


class NamelessBackend(ScriptedBackend):
    asked = 0

    async def new_title(self, session_id: str) -> SafeText:
        self.asked += 1
        error: RunnelError = Unreachable("No connection.")
        raise error


async def test_a_title_that_does_not_come_is_nothing_to_tell() -> None:
    backend = NamelessBackend(scripts=[says("Yes"), says("Again")], offers=NAMING)
    async with stage(backend) as it:
        await it.ask("Well?")
        await it.settled()
        assert it.notice == ""
        assert it.status.title == "Well?"
        await it.ask("And now?")
        await it.settled()
        assert backend.asked == 1, "a session is named once"


class MadeByAsking(ScriptedBackend):
    """Knows a session only from its first question on."""

    async def create_session(self, bot_id: str) -> Session:
        return Session(f"new-{len(self.histories)}")

    def _store(self, session_id: str, text: str, streamed: str) -> None:
        if self.unsent:
            self.unsent -= 1
            return
        super()._store(session_id, text, streamed)
        if all(each.id != session_id for each in self.listed):
            self.listed.insert(0, Session(session_id))

    unsent = 1


@pytest.mark.parametrize("retries", [True, False])
async def test_a_session_whose_first_question_was_not_sent_is_named_by_the_next(
    retries: bool,
) -> None:
    lost = Unreachable("No connection.", sent=False)
    backend = MadeByAsking(scripts=[[lost], [Started(), *says("Yes")[1:]]], offers=NAMING)
    backend.next_titles = [SafeText("About wells")]
    async with stage(backend) as it:
        await it.ask("Well?")
        await it.until(lambda: "No connection." in it.drawn)
        await it.settled()
        if retries:
            await it.press("alt+up", "r")
        else:
            await it.ask("And now?")
        await it.until(lambda: it.status.title == "About wells")
        await it.settled()
        assert [each.session.label for each in it.list.rows] == ["About wells"]
