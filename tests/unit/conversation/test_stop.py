from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, connection, says
from tests.unit.conversation.watch import (
    SESSION,
    asked_in,
    assert_shown_once,
    delta,
    nothing_stored,
    opened,
    question_stored,
    send,
    settled,
    texts,
)
from tests.waiting import until
from tui.conversation import Phase
from tui.events import (
    QuestionNoted,
    Rereading,
    Started,
    TextDelta,
)
from tui.model import MessageStatus
from tui.store import AccountKey, MemoryAccount, MemoryStore, StoredMessage


class SlowAccount(MemoryAccount):
    """Tells of a history when the gate is open."""

    def __init__(self, gate: asyncio.Event) -> None:
        super().__init__()
        self._gate = gate

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        await self._gate.wait()
        return await super().messages(session_id)


class SlowStore(MemoryStore):
    def __init__(self, gate: asyncio.Event) -> None:
        super().__init__()
        self._gate = gate

    def account(self, key: AccountKey) -> SlowAccount:
        return SlowAccount(self._gate)


@unhurried
async def test_stopping_while_the_local_copy_is_read_sends_nothing() -> None:
    gate, backend = (
        asyncio.Event(),
        ScriptedBackend(histories={SESSION: []}, scripts=[says("Hello")]),
    )
    conversation = connection(backend, store=SlowStore(gate)).conversation(SESSION)
    turn = asyncio.create_task(send(conversation, "Hi"))
    await until(lambda: texts(conversation.timeline) == ["Hi", ""])
    conversation.stop()
    gate.set()
    assert settled(await turn).question.status is MessageStatus.UNSENT
    assert backend.sent == []


@unhurried
async def test_stopping_before_anything_went_out_sends_nothing() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    events = await send(conversation, "Hi", stop_at=QuestionNoted)
    assert backend.sent == []
    assert settled(events).question.status is MessageStatus.UNSENT
    failure = settled(events).answer.failure
    assert failure is not None
    assert failure.exit_code == 130


@unhurried
async def test_stopping_before_a_session_is_made_makes_none() -> None:
    backend = ScriptedBackend()
    conversation = connection(backend).conversation()
    events = await send(conversation, "Hi", stop_at=QuestionNoted)
    assert (backend.listed, backend.sent) == ([], [])
    assert settled(events).question.status is MessageStatus.UNSENT


@unhurried
async def test_stopping_takes_no_further_event_even_when_more_is_there_already() -> None:
    backend = ScriptedBackend(scripts=[says("Hel", "lo")])
    conversation = opened(backend)
    events = await send(conversation, "Hi", stop_at=TextDelta)
    assert sum(isinstance(event, TextDelta) for event in events) == 1
    answer = settled(events).answer
    assert answer.text == "Hel"
    assert backend.sent == ["Hi"]
    assert backend.streams_open == 0


@pytest.mark.parametrize("begun", [[], [Started(), delta("Hel")]])
@unhurried
async def test_stopping_a_silent_stream_ends_at_once_and_keeps_what_came(
    begun: list[Step],
) -> None:
    backend = ScriptedBackend(scripts=[[*begun, asyncio.Event()]], stores=nothing_stored)
    conversation = opened(backend)
    await conversation.reread()
    turn = asyncio.create_task(send(conversation, "Hi"))
    await until(lambda: texts(conversation.timeline) == ["Hi", "Hel" if begun else ""])
    await until(lambda: backend.streams_open == 1)
    conversation.stop()
    answer = settled(await turn).answer
    assert answer.text == ("Hel" if begun else "")
    assert answer.status is MessageStatus.PARTIAL
    assert backend.streams_open == 0


@unhurried
async def test_stopping_while_the_history_is_read_again_ends_the_waiting() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")], stores=nothing_stored)
    conversation = opened(backend)
    await conversation.reread()
    began = asyncio.get_running_loop().time()
    events = await send(conversation, "Hi", stop_at=Rereading)
    assert asyncio.get_running_loop().time() == began
    assert backend.reads == 1
    answer = settled(events).answer
    assert (answer.text, answer.status) == ("Hello", MessageStatus.UNCONFIRMED)


@unhurried
async def test_stopping_a_hanging_reading_ends_the_waiting() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    await conversation.reread()
    backend.read_gates = [asyncio.Event()]
    turn = asyncio.create_task(send(conversation, "Hi"))
    await until(lambda: backend.reads == 2)
    conversation.stop()
    assert settled(await turn).answer.text == "Hello"
    assert texts(await conversation.reread()) == ["Hi", "Hello"]


@unhurried
async def test_a_stop_while_nothing_is_sent_does_not_touch_the_next_send() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    conversation = opened(backend)
    conversation.stop()
    assert settled(await send(conversation, "Hi")).answer.text == "Hello"


@pytest.mark.parametrize("phase", [Phase.CONNECTING, Phase.STREAMING, Phase.RECOVERING])
@unhurried
async def test_a_cancelled_task_closes_the_stream_and_keeps_what_came(phase: Phase) -> None:
    scripts: dict[Phase, list[Step]] = {
        Phase.CONNECTING: [asyncio.Event()],
        Phase.STREAMING: [Started(), delta("Hel"), asyncio.Event()],
        Phase.RECOVERING: [Started(), delta("Hel")],
    }
    backend = ScriptedBackend(scripts=[scripts[phase]], stores=question_stored)
    conversation = opened(backend)
    await conversation.reread()
    backend.read_gates = [asyncio.Event()]
    turn = asyncio.create_task(send(conversation, "Hi"))
    await until(
        lambda: (
            bool(backend.sent)
            and conversation.progress is not None
            and conversation.progress.phase is phase
        )
    )
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert backend.streams_open == 0
    assert conversation.progress is None
    assert texts(conversation.timeline) == ["Hi", "" if phase is Phase.CONNECTING else "Hel"]
    assert_shown_once(conversation)
    backend.read_gates.clear()
    backend.histories[SESSION].append(assistant("a", "Hello"))
    assert texts(await conversation.reread()) == ["Hi", "Hello"]


@unhurried
async def test_closing_the_generator_anywhere_leaves_the_conversation_usable() -> None:
    for steps in range(1, 7):
        backend = ScriptedBackend(scripts=[says("Hel", "lo"), says("Again")])
        conversation = opened(backend)
        async with aclosing(conversation.send("Hi")) as events:
            for _ in range(steps):
                await anext(events)
        assert backend.streams_open == 0
        assert asked_in(conversation, "Hi") == 1
        assert_shown_once(conversation)
        await conversation.reread()
        assert asked_in(conversation, "Hi") == 1
        backend.scripts = [says("Again")]
        assert settled(await send(conversation, "More")).answer.text == "Again"
