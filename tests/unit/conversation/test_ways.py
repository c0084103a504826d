from __future__ import annotations

from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, assistant, connection, says, user
from tests.optional_parts import OFFERS
from tests.unit.conversation.watch import (
    SESSION,
    delta,
    nothing_stored,
    opened,
    question_stored,
    send,
    settled,
    texts,
)
from tui.conversation import Conversation
from tui.errors import BadInput, NotFound, StreamBroken, Unreachable
from tui.events import Started, TurnEvent
from tui.model import MessageStatus

ALL = OFFERS | {"whole_answers", "message_deletion"}


async def send_whole(conversation: Conversation, text: str) -> list[TurnEvent]:
    async with aclosing(conversation.send(text, streaming=False)) as turn:
        return [event async for event in turn]


@unhurried
async def test_an_answer_in_one_piece_settles_like_a_streamed_one() -> None:
    conversation = opened(ScriptedBackend(offers=ALL, scripts=[says("Hel", "lo")]))
    events = await send_whole(conversation, "Hi")
    assert delta("Hello") in events
    assert settled(events).answer == assistant("m1", "Hello")
    assert texts(conversation.messages) == ["Hi", "Hello"]


@unhurried
async def test_an_answer_in_one_piece_can_be_stopped_before_it_is_asked_for() -> None:
    backend = ScriptedBackend(offers=ALL, scripts=[says("Hello")])
    conversation = opened(backend)
    async with aclosing(conversation.send("Hi", streaming=False)) as turn:
        async for _ in turn:
            conversation.stop()
    assert backend.sent == []
    assert conversation.messages[0].status is MessageStatus.UNSENT


@unhurried
async def test_a_session_deleted_meanwhile_is_told_as_such() -> None:
    backend = ScriptedBackend(offers=ALL, scripts=[says("Hello")], stores=nothing_stored)
    conversation = opened(backend)
    await conversation.reread()
    backend.read_errors = [NotFound("No such session.")] * 4
    answer = settled(await send(conversation, "Hi")).answer
    assert answer.text == "Hello"
    assert answer.failure is not None
    assert "deleted elsewhere" in answer.failure.sentence
    assert answer.failure.exit_code == 4


@unhurried
async def test_a_history_that_cannot_be_read_is_named_as_the_cause() -> None:
    backend = ScriptedBackend(offers=ALL, scripts=[says("Hello")], stores=nothing_stored)
    conversation = opened(backend)
    await conversation.reread()
    backend.read_errors = [Unreachable("Nothing answers there.", hint="Start it.")] * 4
    failure = settled(await send(conversation, "Hi")).answer.failure
    assert failure is not None
    assert failure.sentence == "The history could not be read: Nothing answers there."
    assert failure.hint == "Start it."


@unhurried
async def test_an_answer_found_later_loses_the_word_that_it_was_not_found() -> None:
    backend = ScriptedBackend(offers=ALL, scripts=[says("Hello")], stores=nothing_stored)
    conversation = opened(backend)
    await send(conversation, "Hi")
    assert conversation.awaits_server
    backend.histories[SESSION] = [user("q", "Hi"), assistant("a", "Hello there")]
    await conversation.reread()
    assert conversation.messages[-1] == assistant("a", "Hello there")
    assert not conversation.awaits_server


@unhurried
async def test_deleting_an_answer_deletes_its_question_too() -> None:
    history = [user("q0", "Hi"), assistant("a0", "Hello"), user("q1", "So?"), assistant("a1", "So")]
    backend = ScriptedBackend(offers=ALL, histories={SESSION: history})
    conversation = connection(backend).conversation(SESSION)
    await conversation.reread()
    await conversation.stored.delete(["a0"])
    assert backend.deleted_messages == ["q0", "a0"]
    assert texts(conversation.messages) == ["So?", "So"]
    await conversation.reread()
    assert texts(conversation.messages) == ["So?", "So"]


@unhurried
async def test_deleting_what_only_stands_here_asks_no_server() -> None:
    backend = ScriptedBackend(offers=ALL, scripts=[[Unreachable("No.", sent=False)]])
    conversation = opened(backend)
    await send(conversation, "Hi")
    (question, _) = conversation.messages
    await conversation.stored.delete([question.id])
    assert backend.deleted_messages == []
    assert conversation.messages == ()


@unhurried
async def test_deleting_a_turn_of_which_the_server_has_the_question_deletes_that() -> None:
    backend = ScriptedBackend(
        offers=ALL, scripts=[[Started(), delta("He"), StreamBroken("Cut.")]], stores=question_stored
    )
    conversation = opened(backend)
    await send(conversation, "Hi")
    await conversation.stored.delete([conversation.messages[-1].id])
    assert backend.deleted_messages == ["q"]
    assert conversation.messages == ()


@unhurried
async def test_nothing_is_deleted_while_an_answer_comes() -> None:
    conversation = opened(ScriptedBackend(offers=ALL, scripts=[says("Hello")]))
    async with aclosing(conversation.send("Hi")) as turn:
        async for _ in turn:
            with pytest.raises(BadInput):
                await conversation.stored.delete(["q"])
            break
