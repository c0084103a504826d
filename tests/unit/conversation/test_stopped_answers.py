from __future__ import annotations

import asyncio

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, says, user
from tests.unit.conversation.watch import SESSION, delta, nothing_stored, opened, settled, texts
from tests.unit.conversation.watch import send as ask
from tests.waiting import until
from tui.conversation import Conversation
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import Message, MessageStatus, Remedy
from tui.safe_text import SafeText

FINISHES = "The server may finish it anyway."
HAS_IT = "The server has all of it."


def stopping(*stored: Message) -> ScriptedBackend:
    """Answers `Hel`, and then waits until it is stopped."""
    return ScriptedBackend(
        histories={SESSION: []},
        scripts=[[Started(), delta("Hel"), delta("lo world"), Completed()]],
        stores=lambda *_: list(stored),
    )


def note(conversation: Conversation) -> tuple[str, str]:
    failure = conversation.messages[-1].failure
    assert failure is not None
    assert failure.remedy is Remedy.SHOW_WHOLE
    return failure.sentence, failure.hint


@unhurried
async def test_what_came_of_a_stopped_answer_stays_though_the_server_has_all_of_it() -> None:
    backend = stopping(user("q", "Hi"), assistant("a", "Hello world"))
    conversation = opened(backend)
    end = settled(await ask(conversation, "Hi", stop_at=TextDelta))
    assert (end.question.id, end.answer.text) == ("q", "Hel")
    assert end.answer.status is MessageStatus.PARTIAL
    assert note(conversation) == ("You stopped here.", HAS_IT)
    assert texts(await conversation.reread()) == ["Hi", "Hel"]
    assert texts(await conversation.reread(whole=True)) == ["Hi", "Hello world"]
    assert conversation.current_id(end.answer.id) == "a"
    assert conversation.messages[-1].failure is None


@unhurried
async def test_a_later_reading_tells_when_the_server_has_finished_it() -> None:
    backend = stopping(user("q", "Hi"))
    conversation = opened(backend)
    await ask(conversation, "Hi", stop_at=TextDelta)
    assert note(conversation) == ("You stopped here.", FINISHES)
    waits = [conversation.awaits_server]
    await conversation.reread(whole=True)
    assert note(conversation) == ("You stopped here.", FINISHES)
    backend.histories[SESSION].append(assistant("a", "Hello world"))
    await conversation.reread()
    assert note(conversation) == ("You stopped here.", HAS_IT)
    waits.append(conversation.awaits_server)
    assert waits == [True, False]
    assert texts(await conversation.reread(whole=True)) == ["Hi", "Hello world"]


@pytest.mark.parametrize("stored", ["Hel", "H", ""])
@unhurried
async def test_a_server_that_stopped_too_has_no_whole_answer(stored: str) -> None:
    conversation = opened(stopping(user("q", "Hi"), assistant("a", stored)))
    await ask(conversation, "Hi", stop_at=TextDelta)
    assert texts(conversation.messages) == ["Hi", "Hel"]
    assert note(conversation) == ("You stopped here.", FINISHES)


@unhurried
async def test_asking_again_leaves_what_was_stopped_as_it_was() -> None:
    backend = stopping(user("q", "Hi"), assistant("a", "Hello world"))
    conversation = opened(backend)
    await ask(conversation, "Hi", stop_at=TextDelta)
    backend.scripts = [says("More")]
    backend.stores = lambda *_: [user("q2", "And?"), assistant("a2", "More")]
    await ask(conversation, "And?")
    assert texts(conversation.messages) == ["Hi", "Hel", "And?", "More"]
    assert conversation.messages[1].failure is not None


@unhurried
async def test_asking_for_the_whole_counts_though_a_later_reading_is_faster() -> None:
    backend = stopping(user("q", "Hi"), assistant("a", "Hello world"))
    conversation = opened(backend)
    await ask(conversation, "Hi", stop_at=TextDelta)
    backend.read_gates = [asyncio.Event()]
    wanted = asyncio.create_task(conversation.reread(whole=True))
    reads = backend.reads
    await until(lambda: backend.reads > reads)
    assert texts(await conversation.reread()) == ["Hi", "Hello world"]
    wanted.cancel()


@unhurried
async def test_asking_for_the_whole_while_an_answer_comes_counts_when_it_has_come() -> None:
    backend = stopping(user("q", "Hi"), assistant("a", "Hello world"))
    conversation = opened(backend)
    await ask(conversation, "Hi", stop_at=TextDelta)
    gate = asyncio.Event()
    backend.scripts = [[Started(), delta("More"), gate, Completed()]]
    backend.stores = lambda *_: [user("q2", "And?"), assistant("a2", "More")]
    turn = asyncio.create_task(ask(conversation, "And?"))
    await until(lambda: texts(conversation.timeline)[-1:] == ["More"])
    await conversation.reread(whole=True)
    gate.set()
    await turn
    assert texts(conversation.messages) == ["Hi", "Hello world", "And?", "More"]


@unhurried
async def test_stop_and_retry_with_the_same_words_keeps_the_first_answer_and_its_tools() -> None:
    tools: list[Step] = [ToolCalled(0, SafeText("look"), {}), ToolReturned(0, "seen")]
    backend = ScriptedBackend(
        histories={SESSION: []},
        scripts=[[Started(), *tools, delta("One"), delta(" two"), Completed()], says("One two")],
        stores=lambda *_: [user("q1", "Go"), assistant("a1", "One two")],
    )
    conversation = opened(backend)
    first = settled(await ask(conversation, "Go", stop_at=TextDelta))
    backend.stores = lambda *_: [user("q2", "Go"), assistant("a2", "One two")]
    await ask(conversation, "Go")
    for _ in range(3):
        shown = await conversation.reread()
        assert [(each.id, each.text, len(each.tools)) for each in shown] == [
            ("q1", "Go", 0),
            (first.answer.id, "One", 1),
            ("q2", "Go", 0),
            ("a2", "One two", 0),
        ]


@unhurried
async def test_an_answer_that_was_whole_when_it_was_stopped_is_no_stopped_one() -> None:
    conversation = opened(stopping(user("q", "Hi"), assistant("a", "Hello world")))
    end = settled(await ask(conversation, "Hi", stop_at=Completed))
    assert end.answer == assistant("a", "Hello world")


@unhurried
async def test_a_stopped_question_that_is_stored_late_finds_its_place_then() -> None:
    backend = stopping()
    backend.stores = nothing_stored
    conversation = opened(backend)
    end = settled(await ask(conversation, "Hi", stop_at=TextDelta))
    backend.histories[SESSION] += [
        user("q", "Hi"),
        assistant("a", "Hello world"),
        user("x", "Hi"),
        assistant("y", "Somebody else's"),
    ]
    shown = await conversation.reread()
    assert [each.id for each in shown] == ["q", end.answer.id, "x", "y"]
