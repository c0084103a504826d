from __future__ import annotations

from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, assistant, says, user
from tests.unit.conversation.watch import (
    SESSION,
    assert_shown_once,
    delta,
    nothing_stored,
    opened,
    send,
    settled,
    texts,
)
from tui.errors import (
    StreamBroken,
    Unreachable,
)
from tui.events import (
    Completed,
    Settled,
    Started,
)


@unhurried
async def test_an_unsent_question_sent_again_stands_once() -> None:
    backend = ScriptedBackend(
        scripts=[[Unreachable("Off.", sent=False)], says("Hello")],
        stores=lambda _, question, streamed: (
            [user("q", question), assistant("a", streamed)] if streamed else []
        ),
    )
    conversation = opened(backend)
    first = settled(await send(conversation, "Hi"))
    conversation.unsent.withdraw(first.question.id)
    await send(conversation, "Hi")
    assert texts(conversation.messages) == ["Hi", "Hello"]
    assert texts(await conversation.reread()) == ["Hi", "Hello"]


@unhurried
async def test_only_unsent_questions_can_be_withdrawn() -> None:
    backend = ScriptedBackend(scripts=[[StreamBroken("Cut.")]], stores=nothing_stored)
    conversation = opened(backend)
    end = settled(await send(conversation, "Hi"))
    conversation.unsent.withdraw(end.question.id)
    conversation.unsent.withdraw("unknown")
    assert texts(conversation.messages) == ["Hi", ""]


@unhurried
async def test_a_retry_of_a_question_that_was_lost_does_not_take_the_old_place() -> None:
    backend = ScriptedBackend(
        scripts=[[Unreachable("Timed out.")], says("Hello")],
        stores=lambda _, question, streamed: (
            [user("q", question), assistant("a", streamed)] if streamed else []
        ),
    )
    conversation = opened(backend)
    lost = settled(await send(conversation, "Hi"))
    end = settled(await send(conversation, "Hi"))
    assert end.answer == assistant("a", "Hello")
    assert conversation.current_id(lost.answer.id) == lost.answer.id
    assert texts(conversation.messages) == ["Hi", "", "Hi", "Hello"]


@unhurried
async def test_two_lost_questions_of_one_text_find_their_own_answers_later() -> None:
    backend = ScriptedBackend(
        scripts=[[StreamBroken("Cut.")], [StreamBroken("Cut.")]], stores=nothing_stored
    )
    conversation = opened(backend)
    first, second = [settled(await send(conversation, "Hi")) for _ in range(2)]
    backend.histories[SESSION] += [user("q1", "Hi"), assistant("a1", "One"), user("q2", "Hi")]
    assert texts(await conversation.reread()) == ["Hi", "One", "Hi", ""]
    backend.histories[SESSION].append(assistant("a2", "Two"))
    assert texts(await conversation.reread()) == ["Hi", "One", "Hi", "Two"]
    assert conversation.current_id(first.answer.id) == "a1"
    assert conversation.current_id(second.answer.id) == "a2"


@pytest.mark.parametrize("theirs_first", [True, False])
@unhurried
async def test_the_same_question_of_another_client_keeps_its_own_answer(theirs_first: bool) -> None:
    ours = [user("q", "Hi"), assistant("a", "Hello")]
    theirs = [user("x", "Hi"), assistant("y", "Good morning")]
    backend = ScriptedBackend(
        scripts=[says("Hello")], stores=lambda *_: theirs + ours if theirs_first else ours + theirs
    )
    backend.histories[SESSION] = []
    conversation = opened(backend)
    async with aclosing(conversation.send("Hi")) as events:
        end = [event async for event in events][-1]
    assert isinstance(end, Settled)
    assert (end.question.id, end.answer.id) == ("q", "a")
    assert_shown_once(conversation)
    assert len(conversation.messages) == 4


@unhurried
async def test_messages_of_another_client_stand_where_the_server_has_them() -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")],
        stores=lambda *_: [
            user("x", "Other"),
            assistant("y", "Else"),
            user("q", "Hi"),
            assistant("a", "Hello"),
            user("z", "Later"),
        ],
    )
    conversation = opened(backend)
    end = settled(await send(conversation, "Hi"))
    assert (end.question.id, end.answer.id) == ("q", "a")
    assert texts(conversation.messages) == ["Other", "Else", "Hi", "Hello", "Later"]


@unhurried
async def test_an_answer_named_by_the_stream_is_found_behind_another_clients_question() -> None:
    backend = ScriptedBackend(
        scripts=[[Started("q"), delta("Hello"), Completed("a")]],
        stores=lambda *_: [user("q", "Hi"), user("x", "Other"), assistant("a", "Hello")],
    )
    end = settled(await send(opened(backend), "Hi"))
    assert (end.question.id, end.answer.id) == ("q", "a")
    assert texts(end.history) == ["Hi", "Other", "Hello"]


@unhurried
async def test_an_older_equal_question_is_not_taken_for_this_one() -> None:
    backend = ScriptedBackend(scripts=[[StreamBroken("Cut.")]], stores=nothing_stored)
    backend.histories[SESSION] = [user("q", "Hi"), assistant("a", "An older answer")]
    conversation = opened(backend)
    await conversation.reread()
    await send(conversation, "Hi")
    assert texts(conversation.messages) == ["Hi", "An older answer", "Hi", ""]
