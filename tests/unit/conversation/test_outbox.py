from __future__ import annotations

from contextlib import aclosing

from tests.fakes import NOON, ScriptedBackend, StillClock, connection
from tui.conversation import Connection, Conversation
from tui.conversation.outbox import WAITS, outbox_items, queue_unsent
from tui.conversation.send_queue import MAX_QUEUED
from tui.errors import Unreachable
from tui.model import Session
from tui.store import MemoryStore
from tui.turn import QueuedQuestion


async def failing(conversation: Conversation, *questions: str) -> None:
    for question in questions:
        async with aclosing(conversation.send(question)) as events:
            async for _ in events:
                pass


async def listed(link: Connection) -> list[tuple[str, str]]:
    return [(each.question.text, each.reason) for each in await outbox_items(link)]


def offline() -> ScriptedBackend:
    errors = [Unreachable("No connection.") for _ in range(9)]
    return ScriptedBackend(
        listed=[Session(each, updated_at=NOON) for each in "ab"],
        read_errors=[*errors],
        create_errors=[*errors],
    )


async def test_all_sessions_are_listed_in_the_order_of_asking_at_the_next_start_too() -> None:
    store, clock = MemoryStore(), StillClock()
    link = connection(offline(), clock, store=store)
    await link.load()
    for session_id, question in (("b", "1"), (None, "2"), ("a", "3"), ("b", "4")):
        await failing(link.conversation(session_id), question)
        clock.seconds += 1
    link.conversation("a").queue.add(QueuedQuestion.of("5"))
    link.conversation("a").queue.hold()
    found = await listed(link)
    assert [question for question, _ in found] == [*"12345"]
    assert all("No connection." in reason for _, reason in found[:4])
    assert found[4][1] == WAITS
    after = connection(offline(), store=MemoryStore(store))
    await after.load()
    assert await listed(after) == found


async def test_what_failed_again_is_listed_before_what_waits_behind_it() -> None:
    clock = StillClock()
    link = connection(offline(), clock, store=MemoryStore())
    await link.load()
    conversation = link.conversation("a")
    await failing(conversation, "1", "2")
    await failing(link.conversation("b"), "0")
    clock.seconds += 60
    await queue_unsent(conversation)
    async with aclosing(conversation.send_queued()) as events:
        async for _ in events:
            pass
    assert [question for question, _ in await listed(link)] == [*"012"]


async def test_what_was_not_sent_is_queued_first_and_once_whatever_comes_between() -> None:
    store = MemoryStore()
    link = connection(offline(), store=store)
    await link.load()
    conversation = link.conversation("a")
    await failing(conversation, "1", "2")
    conversation.queue.add(QueuedQuestion.of("3"))
    before = await link.store.unsent_turns()
    await queue_unsent(conversation)
    assert [each.message.text for each in conversation.queue.questions] == [*"123"]
    assert not list(conversation.open_turns)
    # as after a crash between the two changes
    for turn in before["a"]:
        link.store.save_turn("a", turn)
    assert [question for question, _ in await listed(link)] == [*"123"]
    after = connection(offline(), store=MemoryStore(store))
    await after.load()
    await queue_unsent(after.conversation("a"))
    assert [each.message.text for each in after.conversation("a").queue.questions] == [*"123"]


async def test_what_there_is_no_room_for_in_the_queue_stays_as_it_is() -> None:
    link = connection(offline())
    await link.load()
    conversation = link.conversation("a")
    for number in range(MAX_QUEUED - 1):
        conversation.queue.add(QueuedQuestion.of(f"{number}"))
    await failing(conversation, "first", "second")
    await queue_unsent(conversation)
    assert len(conversation.queue.questions) == MAX_QUEUED
    assert conversation.queue.questions[0].message.text == "first"
    assert [each.question.text for each in conversation.open_turns] == ["second"]
