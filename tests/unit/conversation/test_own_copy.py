from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, user
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
from tui.errors import AnswerFailed, NotFound, Unreachable
from tui.events import Completed, Started, ToolCalled, ToolReturned
from tui.model import Citation, CitationsPart, Message, MessageStatus
from tui.safe_text import clean_line
from tui.values import replace

SOURCES = CitationsPart((Citation(clean_line(""), clean_line("A page")),))
COPY = assistant("a", "Hello there", SOURCES)


def completed(copy: Message = COPY, *before: Step) -> list[Step]:
    return [Started("q"), delta("Hello"), *before, Completed(copy.id, copy)]


def unreadable(backend: ScriptedBackend) -> None:
    backend.read_errors = [Unreachable("Gone.") for _ in range(4)]


@unhurried
async def test_the_servers_copy_stands_when_every_reading_fails() -> None:
    backend = ScriptedBackend(scripts=[completed()])
    conversation = opened(backend)
    await conversation.reread()
    unreadable(backend)
    end = settled(await send(conversation, "Hi"))
    assert end.answer == COPY
    assert texts(conversation.messages) == ["Hi", "Hello there"]


@pytest.mark.parametrize("stores", [nothing_stored, question_stored])
@unhurried
async def test_the_servers_copy_stands_when_no_reading_shows_the_answer(
    stores: Callable[[str, str, str], list[Message]],
) -> None:
    backend = ScriptedBackend(scripts=[completed()], stores=stores)
    assert settled(await send(opened(backend), "Hi")).answer == COPY


@unhurried
async def test_a_copy_does_not_hide_that_the_session_is_gone() -> None:
    backend = ScriptedBackend(scripts=[completed()])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_errors = [NotFound("No such session.") for _ in range(4)]
    answer = settled(await send(conversation, "Hi")).answer
    assert (answer.text, answer.status) == ("Hello there", MessageStatus.UNCONFIRMED)
    assert answer.failure is not None
    assert "deleted elsewhere" in answer.failure.sentence


@unhurried
async def test_the_arriving_answer_is_known_by_the_id_of_its_copy() -> None:
    backend = ScriptedBackend(scripts=[completed()])
    conversation = opened(backend)
    await conversation.reread()
    unreadable(backend)
    streamed = ""
    async for _ in conversation.send("Hi"):
        streamed = conversation.timeline[-1].id if conversation.progress else streamed
    assert conversation.current_id(streamed) == "a"


@unhurried
async def test_a_copy_keeps_the_tools_that_only_the_stream_told_of() -> None:
    called = ToolCalled(0, clean_line("search"), {"q": "x"})
    backend = ScriptedBackend(scripts=[completed(COPY, called, ToolReturned(0, "found"))])
    conversation = opened(backend)
    await conversation.reread()
    unreadable(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert [tool.name for tool in answer.tools] == ["search"]
    assert (answer.text, answer.parts[-1], answer.status) == (
        "Hello there",
        SOURCES,
        MessageStatus.STORED,
    )


@unhurried
async def test_an_empty_copy_does_not_take_away_what_came() -> None:
    backend = ScriptedBackend(scripts=[completed(replace(COPY, parts=()))])
    conversation = opened(backend)
    await conversation.reread()
    unreadable(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert (answer.text, answer.status) == ("Hello", MessageStatus.UNCONFIRMED)


@unhurried
async def test_a_failure_after_the_copy_stays_told() -> None:
    backend = ScriptedBackend(scripts=[[*completed(), AnswerFailed("Too late.")]])
    conversation = opened(backend)
    await conversation.reread()
    unreadable(backend)
    answer = settled(await send(conversation, "Hi")).answer
    assert answer.text == "Hello there"
    assert answer.failure is not None


@unhurried
async def test_a_stop_after_the_copy_does_not_call_the_answer_partial() -> None:
    backend = ScriptedBackend(scripts=[completed()], stores=nothing_stored)
    conversation = opened(backend)
    answer = settled(await send(conversation, "Hi", stop_at=Completed)).answer
    assert (answer.text, answer.status, answer.failure) == (
        "Hello there",
        MessageStatus.STORED,
        None,
    )


@unhurried
async def test_a_later_reading_takes_the_place_of_the_copy() -> None:
    backend = ScriptedBackend(scripts=[completed()], stores=nothing_stored)
    conversation = opened(backend)
    await send(conversation, "Hi")
    assert texts(await conversation.reread()) == ["Hi", "Hello there"]
    stored = (user("q", "Hi"), assistant("a", "Hello there, friend"))
    backend.histories[SESSION] = list(stored)
    assert await conversation.reread() == stored


@unhurried
async def test_the_history_is_believed_more_than_the_copy() -> None:
    stored = [user("q", "Hi"), assistant("a", "Hello there, friend")]
    backend = ScriptedBackend(scripts=[completed()], stores=lambda *_: stored)
    assert settled(await send(opened(backend), "Hi")).answer == stored[1]
