from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

import pytest
from textual.widgets import OptionList

from tests.fakes import ScriptedBackend, StillClock, connection, says
from tests.ui.harness import Stage, app_of, other_profile, stage
from tui.conversation.outbox import outbox_items, queue_unsent
from tui.errors import NotFound, RunnelError, Unreachable
from tui.events import Completed, Started, TextDelta
from tui.model import ALWAYS, Period, Session
from tui.safe_text import SafeText
from tui.store import MemoryStore
from tui.ui.dialogs.pick import PickScreen
from tui.ui.sessions.rows import RowState


def rows(it: Stage) -> list[str]:
    if not isinstance(it.app.screen, PickScreen):
        return []
    return [str(each.prompt) for each in it.app.screen.query_one(OptionList).options]


def offline(times: int) -> list[Unreachable]:
    return [Unreachable("No connection.") for _ in range(times)]


async def ask_in_new_sessions(it: Stage, *questions: str) -> None:
    for question in questions:
        await it.press("ctrl+n")
        await it.ask(question)
        await it.settled()


async def test_what_was_not_sent_is_listed_kept_and_sent_in_order_on_a_word() -> None:
    store = MemoryStore()
    async with stage(ScriptedBackend(create_errors=list(offline(3))), store=store) as it:
        await it.press("alt+o")
        await it.until(lambda: "All questions were sent." in it.toasts)
        await ask_in_new_sessions(it, "First?")
        # it stands on the screen, with its reason and keys
        assert "not sent" not in it.notice
        await ask_in_new_sessions(it, "Second?", "Third?")
        await it.until(lambda: "3 questions are not sent yet." in it.notice)
        await it.press("alt+o")
        await it.until(lambda: len(rows(it)) == 4)
        assert rows(it)[1].startswith("First?  now · ")
        assert "No connection." in rows(it)[1]
        await it.press("down", "enter")
        await it.until(lambda: it.texts[:1] == ["First?"])
    backend = ScriptedBackend(scripts=[says("One."), says("Two."), says("Three.")])
    async with stage(backend, store=MemoryStore(store)) as it:
        await it.until(lambda: "3 questions are not sent yet." in it.notice)
        assert "Alt+O shows and sends what waits." in it.notice
        told = [(row.state, row.unsent) for row in it.list.rows]
        assert told == [(RowState.FAILED, 1)] * 3
        assert it.drawn.count("1 not sent") == 3
        assert backend.sent == []
        await it.press("alt+o")
        await it.until(lambda: rows(it)[:1] == ["Send all 3, one after the other"])
        await it.press("enter")
        await it.until(lambda: "Sent 3 questions." in it.toasts)
        assert not any(row.unsent for row in it.list.rows)
        assert backend.sent == ["First?", "Second?", "Third?"]
        assert "not sent" not in it.notice
        await it.press("alt+o")
        await it.until(lambda: "All questions were sent." in it.toasts)


async def test_sending_ends_where_a_question_cannot_be_sent_and_nothing_is_sent_twice() -> None:
    backend = ScriptedBackend(create_errors=list(offline(3)))
    async with stage(backend) as it:
        await ask_in_new_sessions(it, "First?", "Second?")
        # two in one session
        await it.ask("Third?")
        await it.settled()
        gate = asyncio.Event()
        backend.scripts = [[Started(), TextDelta(SafeText("One.")), gate, Completed()]]
        await it.press("alt+o")
        await it.until(lambda: len(rows(it)) == 4)
        sessions = len(backend.histories)
        await it.press("enter")
        await it.until(lambda: bool(backend.sent))
        backend.create_errors = list(offline(1))
        gate.set()
        await it.until(lambda: "2 questions are still not sent." in it.notice)
        assert backend.sent == ["First?"]
        assert len(backend.histories) == sessions + 1
        backend.scripts = [says("Two."), says("Three.")]
        await it.press("alt+o")
        await it.until(lambda: len(rows(it)) == 3)
        await it.press("enter")
        await it.until(lambda: "Sent 2 questions." in it.toasts)
        assert backend.sent == ["First?", "Second?", "Third?"]
        assert not it.queued


@dataclass
class Silent(ScriptedBackend):
    """Never answers when it is asked for its list, or fails at once."""

    list_error: RunnelError | None = None

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        if self.list_error is not None:
            raise self.list_error
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.parametrize("continues", [False, True])
@pytest.mark.parametrize("error", [None, Unreachable("No line.")], ids=["silent", "offline"])
async def test_what_was_not_sent_is_told_at_the_next_start_before_a_server_has_said_anything(
    error: RunnelError | None, continues: bool
) -> None:
    store = MemoryStore()
    backend = ScriptedBackend(create_errors=list(offline(1)), scripts=[says("Well.")])
    async with stage(backend, store=store) as it:
        await ask_in_new_sessions(it, "First?")
        await it.press("ctrl+n")
        await it.ask("Well?")
        await it.settled()
    clock = StillClock()
    link = connection(Silent(list_error=error), clock, store=MemoryStore(store))
    app = app_of(link, clock=clock, continues=continues)
    async with app.run_test() as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: "1 question is not sent yet." in it.notice)
        await it.until(lambda: error is None or "No line." in it.notice)
        assert "1 question is not sent yet." in it.notice


async def test_a_note_of_what_was_not_sent_ends_when_all_was_sent_one_by_one() -> None:
    backend = ScriptedBackend(create_errors=list(offline(2)), scripts=[says("One."), says("Two.")])
    async with stage(backend) as it:
        await ask_in_new_sessions(it, "First?", "Second?")
        await it.until(lambda: "2 questions are not sent yet." in it.notice)
        await it.press("alt+up", "r")
        await it.until(lambda: backend.sent == ["Second?"])
        await it.settled()
        await it.press("alt+o", "down", "enter")
        await it.until(lambda: it.texts[:1] == ["First?"])
        await it.press("alt+up", "r")
        await it.until(lambda: len(backend.sent) == 2)
        await it.until(lambda: "not sent yet" not in it.notice)


async def test_a_session_in_which_nothing_can_be_asked_holds_up_no_other() -> None:
    backend = ScriptedBackend(create_errors=list(offline(2)))
    async with stage(backend) as it:
        await ask_in_new_sessions(it, "First?", "Second?")
        backend.create_errors.append(NotFound("There is no such bot.", status=404))
        backend.scripts = [says("Two.")]
        await it.press("alt+o")
        await it.until(lambda: len(rows(it)) == 3)
        await it.press("enter")
        await it.until(lambda: "1 question is still not sent." in it.notice)
        assert backend.sent == ["Second?"]


async def test_what_another_window_sends_is_not_counted_and_holds_up_nothing() -> None:
    store = MemoryStore()
    backend = ScriptedBackend(create_errors=list(offline(2)))
    async with stage(backend, store=store) as it:
        await ask_in_new_sessions(it, "First?", "Second?")
        await it.press("alt+o")
        await it.until(lambda: len(rows(it)) == 3)
        backend.scripts = [says("One."), says("Two.")]
        other = connection(backend, store=store)
        await other.load()
        first = await outbox_items(other)
        conversation = other.conversation(first[0].session_id)
        await queue_unsent(conversation)
        async with aclosing(conversation.send_queued()) as events:
            async for _ in events:
                pass
        await it.press("enter")
        await it.until(lambda: "Sent 1 question." in it.toasts)
        assert backend.sent == ["First?", "Second?"]


async def test_sending_stops_where_a_person_goes_over_to_another_profile() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(create_errors=list(offline(2)))
    other = other_profile("other", ScriptedBackend(), StillClock())
    async with stage(backend, other) as it:
        await ask_in_new_sessions(it, "First?", "Second?")
        backend.scripts = [[Started(), TextDelta(SafeText("One.")), gate, Completed()]]
        await it.press("alt+o")
        await it.until(lambda: len(rows(it)) == 3)
        await it.press("enter")
        await it.until(lambda: bool(backend.sent))
        await it.chat.controllers.navigation.use(other)
        gate.set()
        await it.until(lambda: any("1 question is still not sent." in each for each in it.toasts))
        assert backend.sent == ["First?"]
        assert "not sent" not in it.notice
