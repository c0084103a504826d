from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tests.contract.stores import Storage
from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, says
from tests.unit.conversation.watch import SESSION, delta, texts
from tests.waiting import until
from tui.conversation import Connection, Conversation
from tui.errors import Unreachable
from tui.events import QuestionNoted, Started
from tui.turn import QueuedQuestion


async def second(storage: Storage, backend: ScriptedBackend) -> Connection:
    again = connection(backend, store=storage.start())
    await again.load()
    return again


def waiting(conversation: Conversation) -> list[str]:
    return [each.written for each in conversation.queue.questions]


async def ask(conversation: Conversation, *questions: str) -> None:
    """Send the first question, and queue the others while it is on its way."""
    async with aclosing(conversation.send(questions[0])) as events:
        async for event in events:
            if isinstance(event, QuestionNoted):
                for question in questions[1:]:
                    conversation.queue.add(QueuedQuestion.of(question))


async def go_on(conversation: Conversation) -> None:
    async for _ in conversation.send_queued():
        pass


@pytest.mark.parametrize("session_id", [SESSION, None])
@unhurried
async def test_what_was_queued_waits_for_a_word_and_is_sent_once(
    storage: Storage, session_id: str | None
) -> None:
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[[Started(), asyncio.Event()]])
    first = connection(backend, store=storage.start())
    before = first.conversation(session_id)
    sending = asyncio.create_task(ask(before, "One", "Two ", "Three"))
    await until(lambda: backend.sent == ["One"])
    await first.store.flush()

    again = (await second(storage, backend)).conversation(before.id)
    await again.load()
    backend.scripts = [says("2"), says("3")]
    assert waiting(again) == ["Two ", "Three"]
    assert again.queue.is_held
    for question in ("Two ", "Three"):
        assert not again.queue.goes_on or question == "Three"
        await go_on(again)
    assert backend.sent == ["One", "Two ", "Three"]
    assert waiting(again) == []
    assert waiting((await second(storage, backend)).conversation(again.id)) == []
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


@unhurried
async def test_a_run_that_is_followed_after_a_restart_sends_nothing(storage: Storage) -> None:
    first = connection(ScriptedBackend(), store=storage.start())
    await first.load()
    first.local.queues.put(SESSION, QueuedQuestion.of("Two"))
    await first.store.flush()
    conversation = (await second(storage, ScriptedBackend())).conversation(SESSION)
    conversation.queue.settle(ended_well=True)
    assert not conversation.queue.goes_on


@unhurried
async def test_a_queue_without_a_session_is_listed_until_it_is_empty(storage: Storage) -> None:
    backend = ScriptedBackend(create_errors=[Unreachable("Off.", sent=False)])
    first = connection(backend, store=storage.start())
    conversation = first.conversation()
    await ask(conversation, "One", "Two")
    conversation.unsent.withdraw(conversation.messages[0].id)
    conversation.queue.keep_in_reach()
    await first.store.flush()

    link = await second(storage, backend)
    (listed,) = link.listed_sessions()
    assert (listed.title, waiting(link.conversation(listed.id))) == ("Two", ["Two"])
    queue = link.conversation(listed.id).queue
    queue.drop(queue.questions[0].id)
    assert list(link.listed_sessions()) == []
    assert link.local.questions()[0] == "Two"
    await link.store.flush()
    assert list((await second(storage, backend)).listed_sessions()) == []


@unhurried
async def test_a_send_that_a_crash_cut_off_is_not_queued_too(storage: Storage) -> None:
    backend = ScriptedBackend(
        histories={SESSION: []}, scripts=[says("1"), [Started(), delta("2"), asyncio.Event()]]
    )
    first = connection(backend, store=storage.start())
    conversation = first.conversation(SESSION)
    await ask(conversation, "One", "Two", "Three")
    going = asyncio.create_task(go_on(conversation))
    await until(lambda: len(backend.sent) == 2)
    await first.store.flush()
    again = (await second(storage, backend)).conversation(SESSION)
    await again.load()
    assert waiting(again) == ["Three"]
    assert "Two" in texts(again.messages)
    assert again.queue.is_held
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
