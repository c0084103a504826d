from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, assistant, connection, says, user
from tests.unit.conversation.watch import (
    SESSION,
    asked_in,
    delta,
    nothing_stored,
    opened,
    question_stored,
    send,
    settled,
    texts,
)
from tests.waiting import until
from tui.errors import (
    NotFound,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.events import (
    Completed,
    Started,
    TextDelta,
)
from tui.model import MessageStatus
from tui.store import MemoryStore


@pytest.mark.parametrize("late_by", [2, 3, 4])
@unhurried
async def test_the_answer_may_appear_at_a_later_reading(late_by: int) -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")],
        shows=lambda reading, stored: stored if reading > late_by else [],
    )
    conversation = opened(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert answer == assistant("m1", "Hello")
    # the first reading is of the history before the question
    assert backend.reads == late_by + 1


@unhurried
async def test_the_question_may_appear_before_its_answer() -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")], shows=lambda reading, stored: stored[: reading - 2]
    )
    conversation = opened(backend)
    assert settled(await send(conversation, "Hi")).answer == assistant("m1", "Hello")
    assert texts(conversation.messages) == ["Hi", "Hello"]


@unhurried
async def test_an_answer_that_never_appears_is_kept_unconfirmed() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")], stores=nothing_stored)
    conversation = opened(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert (answer.text, answer.status) == ("Hello", MessageStatus.UNCONFIRMED)
    assert answer.failure is not None
    assert "does not show this answer" in answer.failure.sentence
    assert conversation.awaits_server
    assert backend.reads == 5


@unhurried
async def test_the_history_is_read_again_after_growing_pauses() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")], stores=nothing_stored)
    conversation = opened(backend)
    began = asyncio.get_running_loop().time()
    await send(conversation, "Hi")
    assert asyncio.get_running_loop().time() - began == pytest.approx(3.0, abs=0.1)


@unhurried
async def test_readings_may_fail_before_one_succeeds() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_errors = [NotFound("Not yet."), ServerFailed("500")]
    assert settled(await send(conversation, "Hi")).answer == assistant("m1", "Hello")


@unhurried
async def test_an_answer_stands_once_when_every_reading_fails() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_errors = [ServerFailed("500") for _ in range(4)]
    await send(conversation, "Hi")
    assert texts(conversation.messages) == ["Hi", "Hello"]
    assert texts(await conversation.reread()) == ["Hi", "Hello"]
    assert conversation.messages == (user("m0", "Hi"), assistant("m1", "Hello"))


@unhurried
async def test_a_reading_that_was_made_again_for_long_enough_is_not_made_once_more() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_errors = [Unreachable("Gone.")]
    failure = settled(await send(conversation, "Hi")).answer.failure
    assert failure is not None
    assert failure.sentence == "The history could not be read: Gone."
    assert backend.reads == 2
    await conversation.reread()
    assert conversation.messages == (user("m0", "Hi"), assistant("m1", "Hello"))


@unhurried
async def test_a_later_reading_replaces_the_partial_answer_in_place() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), delta("Hel"), StreamBroken("Cut.")]], stores=question_stored
    )
    conversation = opened(backend)
    end = settled(await send(conversation, "Hi"))
    assert texts(conversation.messages) == ["Hi", "Hel"]
    backend.histories[SESSION] += [assistant("a", "Hello"), user("x", "Next")]
    assert texts(await conversation.reread()) == ["Hi", "Hello", "Next"]
    assert conversation.current_id(end.answer.id) == "a"


@unhurried
async def test_a_reading_begun_before_a_send_does_not_show_its_question_twice() -> None:
    gate, more = asyncio.Event(), asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), delta("Hel"), more, delta("lo"), Completed()]])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_gates = [gate]
    # the server took the question before it looked at its history for this reading
    backend.shows = lambda reading, stored: [user("m0", "Hi")] if reading == 2 else stored
    reading = asyncio.create_task(conversation.reread())
    await until(lambda: backend.reads == 2)
    turn = asyncio.create_task(send(conversation, "Hi"))
    await until(lambda: backend.streams_open == 1)
    gate.set()
    await reading
    assert asked_in(conversation, "Hi") == 1
    more.set()
    assert settled(await turn).answer == assistant("m1", "Hello")


@unhurried
async def test_a_late_old_reading_does_not_undo_a_newer_one() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_gates = [gate]
    old = asyncio.create_task(conversation.reread())
    await until(lambda: backend.reads == 2)
    await send(conversation, "Hi")
    gate.set()
    assert texts(await old) == ["Hi", "Hello"]
    assert conversation.messages == (user("m0", "Hi"), assistant("m1", "Hello"))


@unhurried
async def test_a_reading_while_an_answer_arrives_reads_nothing() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                assert await conversation.reread() == ()
                assert backend.reads == 1


@unhurried
async def test_a_message_that_the_server_lists_twice_stands_once() -> None:
    backend = ScriptedBackend()
    conversation = opened(backend)
    backend.histories[SESSION] = [user("q", "Hi"), assistant("a"), user("q", "Hi"),
                                  assistant("a", "Hello")]  # fmt: skip
    assert await conversation.reread() == (user("q", "Hi"), assistant("a", "Hello"))


@unhurried
async def test_what_no_reading_shows_survives_in_the_local_copy() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    link = connection(backend)
    backend.histories[SESSION] = []
    conversation = link.conversation(SESSION)
    await conversation.reread()
    backend.read_errors = [Unreachable("Gone.") for _ in range(4)]
    await send(conversation, "Hi")
    assert [row.message.text for row in await link.store.messages(SESSION)] == ["Hi", "Hello"]


@unhurried
async def test_a_session_deleted_during_a_send_leaves_no_local_copy() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")], stores=nothing_stored)
    link = connection(backend)
    backend.histories[SESSION] = []
    conversation = link.conversation(SESSION)
    await conversation.reread()
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if isinstance(event, Completed):
                await link.delete_session(SESSION)
    assert list(await link.store.messages(SESSION)) == []


@unhurried
async def test_messages_survive_in_the_local_copy() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    store = MemoryStore()
    link = connection(backend, store=store)
    backend.histories[SESSION] = []
    conversation = link.conversation(SESSION)
    await send(conversation, "Hi")
    assert conversation.stored.history.is_verified
    again = connection(backend, store=store).conversation(SESSION)
    await again.load()
    assert again.messages == conversation.messages
    assert not again.stored.history.is_verified


@unhurried
async def test_how_long_an_answer_took_is_told_only_of_what_ended_here() -> None:
    for ends, is_told in ((Completed(), True), (StreamBroken("Cut."), False)):
        backend = ScriptedBackend(
            scripts=[[delta("It is"), ends]],
            stores=lambda _, question, __: [user("q", question), assistant("a", "It is 4.")],
        )
        answer = settled(await send(opened(backend), "How much?")).answer
        assert answer == assistant("a", "It is 4.")
        assert answer.origin is not None
        assert (answer.origin.duration_s is not None) is is_told
