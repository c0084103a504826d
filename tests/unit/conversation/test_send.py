from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, StillClock, assistant, connection, says, user
from tests.unit.conversation.watch import (
    SESSION,
    opened,
    send,
    settled,
    texts,
)
from tui.conversation import Phase
from tui.errors import (
    BadInput,
)
from tui.events import (
    Completed,
    QuestionNoted,
    Rereading,
    Settled,
    Started,
    TextDelta,
)
from tui.model import Message, MessageStatus, NotePart, Role, TextPart
from tui.safe_text import SafeText


@unhurried
async def test_a_complete_answer_settles_with_the_stored_messages() -> None:
    backend = ScriptedBackend(scripts=[says("Hel", "lo")])
    conversation = opened(backend)
    events = await send(conversation, "Hi")
    assert [type(event) for event in events] == [
        QuestionNoted,
        Started,
        TextDelta,
        TextDelta,
        Completed,
        Rereading,
        Settled,
    ]
    assert settled(events).answer == assistant("m1", "Hello")
    assert texts(conversation.messages) == ["Hi", "Hello"]
    assert backend.sent == ["Hi"]
    asked = events[0]
    assert isinstance(asked, QuestionNoted)
    assert conversation.current_id(asked.question.id) == "m0"
    assert conversation.current_id("m0") == "m0"


@pytest.mark.parametrize("stored", ["Hello, you", "Hel", "Something else", "  Hello\n"])
@unhurried
async def test_the_stored_text_takes_the_place_of_a_complete_answer(stored: str) -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")], stores=lambda *_: [user("q", "Hi"), assistant("a", stored)]
    )
    events = await send(opened(backend), "Hi")
    assert settled(events).answer == assistant("a", stored)


@unhurried
async def test_a_question_is_found_whatever_blanks_the_server_keeps() -> None:
    backend = ScriptedBackend(
        scripts=[says("Hello")], stores=lambda *_: [user("q", "Hi"), assistant("a", "Hello")]
    )
    events = await send(opened(backend), "  Hi \n")
    assert settled(events).question.id == "q"
    assert backend.sent == ["  Hi \n"]


@unhurried
async def test_an_empty_answer_that_ended_well_is_found() -> None:
    silent = assistant("a", NotePart(SafeText("No answer yet.")))
    backend = ScriptedBackend(scripts=[[Completed()]], stores=lambda *_: [user("q", "Hi"), silent])
    assert settled(await send(opened(backend), "Hi")).answer == silent


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
@unhurried
async def test_nothing_to_send_is_refused_and_not_written_down(text: str) -> None:
    backend = ScriptedBackend()
    conversation = opened(backend)
    with pytest.raises(BadInput):
        await anext(conversation.send(text))
    assert backend.sent == []
    assert connection(backend).local.questions() == []
    assert tuple(conversation.timeline) == ()


@unhurried
async def test_a_second_send_is_refused_and_leaves_the_first_alone() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    link = connection(backend)
    backend.histories[SESSION] = []
    conversation = link.conversation(SESSION)
    async with aclosing(conversation.send("Hi")) as events:
        await anext(events)
        with pytest.raises(BadInput):
            await anext(conversation.send("Me too"))
        rest = [event async for event in events]
    assert isinstance(rest[-1], Settled)
    assert link.local.questions() == ["Hi"]
    assert backend.sent == ["Hi"]
    assert conversation.progress is None


@unhurried
async def test_what_came_of_a_stream_stands_as_it_came_until_the_history_is_read() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if isinstance(event, Rereading):
                reads, (_, answer) = backend.reads, conversation.timeline[-2:]
                await asyncio.sleep(1.0)
                assert (answer.text, answer.status) == ("Hello", MessageStatus.STREAMING)
                assert backend.reads == reads
    assert conversation.messages[-1].status is MessageStatus.STORED


@pytest.mark.parametrize("script", [says("Hello"), [Started(), TextDelta(SafeText("Hel"))]])
@unhurried
async def test_a_send_that_is_given_up_at_the_end_of_its_stream_stays(
    script: Sequence[Step],
) -> None:
    conversation = opened(ScriptedBackend(scripts=[script]))
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if isinstance(event, Rereading):
                break
    assert [each.role for each in conversation.messages[-2:]] == [Role.USER, Role.ASSISTANT]
    assert conversation.messages[-1].text.startswith("Hel")


@unhurried
async def test_progress_tells_phases_and_figures() -> None:
    clock = StillClock()
    backend = ScriptedBackend(scripts=[says("Grüße", "!")])
    conversation = opened(backend, clock)
    seen: list[tuple[str, Phase, float | None, int, float]] = []
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if (now := conversation.progress) is not None:
                seen.append(
                    (
                        type(event).__name__,
                        now.phase,
                        now.first_text_at,
                        now.received_bytes,
                        now.last_event_at,
                    )
                )
            clock.seconds += 1
    assert seen == [
        ("QuestionNoted", Phase.CONNECTING, None, 0, 0.0),
        ("Started", Phase.CONNECTING, None, 0, 1.0),
        ("TextDelta", Phase.STREAMING, 2.0, 7, 2.0),
        ("TextDelta", Phase.STREAMING, 2.0, 8, 3.0),
        ("Completed", Phase.STREAMING, 2.0, 8, 4.0),
        ("Rereading", Phase.RECOVERING, 2.0, 8, 4.0),
        ("Settled", Phase.RECOVERING, 2.0, 8, 4.0),
    ]


@unhurried
async def test_every_role_of_a_history_is_kept() -> None:
    system = Message("s0", Role.SYSTEM, (TextPart(SafeText("Be brief.")),))
    backend = ScriptedBackend(
        scripts=[says("Hello")],
        stores=lambda *_: [user("q", "Hi"), system, assistant("a", "Hello")],
    )
    end = settled(await send(opened(backend), "Hi"))
    assert texts(end.history) == ["Hi", "Be brief.", "Hello"]
    assert end.answer.id == "a"
