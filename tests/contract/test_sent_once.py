from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

import pytest

from tests.contract.stores import Storage, fresh_storage
from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, connection, says
from tests.unit.conversation.watch import SESSION, nothing_stored, texts
from tui.conversation import Connection, Conversation
from tui.conversation.outbox import outbox_items, queue_unsent
from tui.errors import SentElsewhere, StreamBroken, Unreachable
from tui.events import TurnEvent
from tui.model import Message, Role
from tui.turn import QueuedQuestion

Prepare = Callable[[Connection, str | None], Awaitable[str]]
Press = Callable[[Conversation], Awaitable[None]]


async def played(events: AsyncGenerator[TurnEvent, None]) -> None:
    async with aclosing(events):
        async for _ in events:
            pass


async def send_queue(conversation: Conversation) -> None:
    while conversation.queue:
        await played(conversation.send_queued())


async def send_all(conversation: Conversation) -> None:
    await queue_unsent(conversation)
    await send_queue(conversation)


def last_question(conversation: Conversation) -> Message:
    return [each for each in conversation.messages if each.role is Role.USER][-1]


async def retry(conversation: Conversation) -> None:
    await played(conversation.send_again(last_question(conversation)))


async def queue_two(link: Connection, session_id: str | None) -> str:
    conversation = link.conversation(session_id)
    for text in ("One", "Two"):
        conversation.queue.add(QueuedQuestion.of(text))
    return conversation.id


async def fail(link: Connection, session_id: str | None) -> str:
    conversation = link.conversation(session_id)
    await played(conversation.send("One"))
    return conversation.id


async def fail_before_a_queue(link: Connection, session_id: str | None) -> str:
    own_id = await fail(link, session_id)
    link.conversation(own_id).queue.add(QueuedQuestion.of("Two"))
    return own_id


OFF: list[Step] = [Unreachable("Off.", sent=False)]
CUT: list[Step] = [StreamBroken("Cut.")]
CASES: dict[str, tuple[Prepare, Press, str | None, list[Sequence[Step]], list[str]]] = {
    "a queue": (queue_two, send_queue, SESSION, [], ["One", "Two"]),
    "a queue without a session": (queue_two, send_queue, None, [], ["One", "Two"]),
    "a question never sent": (fail, retry, SESSION, [OFF], ["One", "One"]),
    "one without a session": (fail, retry, None, [], ["One"]),
    "all before a queue": (fail_before_a_queue, send_all, SESSION, [OFF], ["One", "One", "Two"]),
    "all without a session": (fail_before_a_queue, send_all, None, [], ["One", "Two"]),
    "a retry": (fail, retry, SESSION, [CUT], ["One", "One"]),
}


async def press_in_both(storage: Storage, name: str, lead: int) -> None:
    prepare, press, session_id, before, sent = CASES[name]
    backend = ScriptedBackend(
        histories={SESSION: []},
        scripts=[*before, says("1"), says("2"), says("3")],
        create_errors=[Unreachable("Off.", sent=False)] if prepare is not queue_two else [],
    )
    backend.stores = nothing_stored if before else None
    if session_id is not None:
        backend.create_errors.clear()
    first = connection(backend, store=storage.start())
    own_id = await prepare(first, session_id)
    await first.store.flush()
    backend.stores = None

    ahead, behind = (
        connection(backend, store=each) for each in (storage.start(), storage.beside())
    )
    for link in (ahead, behind):
        await link.load()
    conversations = [each.conversation(own_id) for each in (ahead, behind)]
    for each in conversations:
        await each.load()

    async def pressed(number: int) -> bool:
        for _ in range(number * lead):
            await asyncio.sleep(0)
        try:
            await press(conversations[number])
        except SentElsewhere:
            return False
        return True

    outcomes = await asyncio.gather(pressed(0), pressed(1))
    assert backend.sent == sent, (name, lead)
    assert True in outcomes
    for link in (ahead, behind):
        await link.store.flush()
        await link.local.queues.take_in()
        assert list(await outbox_items(link)) == []
    assert sum(texts(each).count("One") for each in backend.histories.values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_two_clients_send_at_once_goes_out_once(name: str) -> None:
    @unhurried
    async def play(kind: str, lead: int) -> None:
        with fresh_storage(kind) as storage:
            await press_in_both(storage, name, lead)

    for lead in range(0, 40, 5):
        play("memory", lead)
    for lead in (0, 9):
        play("sqlite", lead)


@unhurried
async def test_what_is_taken_back_to_be_changed_is_told_of_where_another_client_sent_it(
    storage: Storage,
) -> None:
    backend = ScriptedBackend(
        histories={SESSION: []}, scripts=[[Unreachable("Off.", sent=False)], says("1"), says("2")]
    )
    ahead = connection(backend, store=storage.start())
    behind = connection(backend, store=storage.beside())
    await played(ahead.conversation(SESSION).send("One"))
    ahead.conversation(SESSION).queue.add(QueuedQuestion.of("Two"))
    await ahead.store.flush()
    await behind.load()
    here, there = ahead.conversation(SESSION), behind.conversation(SESSION)
    await there.load()
    await send_all(there)
    assert backend.sent == ["One", "One", "Two"]
    takes: list[Callable[[], None]] = [
        lambda: here.queue.take_back(here.queue.questions[0].id),
        lambda: here.unsent.take_out(last_question(here)),
    ]
    for take_out in takes:
        take_out()
        with pytest.raises(SentElsewhere, match="took back"):
            await played(here.send("One, changed"))
    assert backend.sent == ["One", "One", "Two"]
    # a person that knows of it may mean it
    backend.scripts.append(says("3"))
    await played(here.send("One, changed"))
    assert backend.sent[-1] == "One, changed"
    here.queue.add(QueuedQuestion.of("Three"))
    here.queue.take_back(here.queue.questions[0].id)
    backend.scripts.append(says("4"))
    await played(here.send("Three, changed"))
    assert backend.sent[-1] == "Three, changed"


@unhurried
async def test_what_is_about_to_go_out_cannot_be_taken_back(storage: Storage) -> None:
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[says("1"), says("2")])
    link = connection(backend, store=storage.start())
    await queue_two(link, SESSION)
    conversation = link.conversation(SESSION)
    first = conversation.queue.questions[0]
    sending = asyncio.create_task(send_queue(conversation))
    while not backend.sent:
        if conversation.progress is not None:
            conversation.queue.take_back(first.id)
            assert first.id not in conversation.queue
        await asyncio.sleep(0)
    await sending
    backend.scripts.append(says("3"))
    await played(conversation.send("Three"))
    assert backend.sent == ["One", "Two", "Three"]
