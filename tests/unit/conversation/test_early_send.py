from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, says
from tests.unit.conversation.watch import send, texts
from tests.waiting import until
from tui.conversation import Connection, EarlySend
from tui.errors import RunnelError, Unreachable
from tui.events import Settled, StreamEvent, TextDelta, TurnEvent
from tui.model import MessageStatus
from tui.safe_text import SafeText
from tui.store import MemoryStore

SAID = ("So", " it", " is.")


class LeftSlowly(ScriptedBackend):
    """Takes some turns of the loop to close a stream."""

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(super().stream(session_id, bot_id, text)) as events:
            try:
                async for event in events:
                    yield event
            finally:
                for _ in range(3):
                    await asyncio.sleep(0)


async def begun(
    backend: ScriptedBackend, text: str = "Why?", store: MemoryStore | None = None
) -> EarlySend:
    link = connection(backend, store=store)
    await link.load()
    return EarlySend(link, text)


async def taken(early: EarlySend) -> list[TurnEvent]:
    return [event async for event in early.events()]


def kinds(events: list[TurnEvent]) -> list[type]:
    return [type(each) for each in events]


@unhurried
@pytest.mark.parametrize("turns", [*range(25), 200])
async def test_whenever_it_is_taken_it_tells_what_every_send_tells(turns: int) -> None:
    usual = ScriptedBackend(scripts=[says(*SAID)])
    expected = kinds(await send(connection(usual).conversation(), "Why?"))
    backend = ScriptedBackend(scripts=[says(*SAID)])
    early = await begun(backend)
    for _ in range(turns):
        await asyncio.sleep(0)
    assert kinds(await taken(early)) == expected
    assert texts(early.conversation.messages) == ["Why?", "So it is."]
    assert backend.sent == ["Why?"]


@unhurried
async def test_it_goes_out_though_nobody_takes_it_and_its_history_is_not_read_before() -> None:
    backend = ScriptedBackend(scripts=[says(*SAID)])
    early = await begun(backend)
    assert early.is_going_out
    assert early.unkept_text == "Why?"
    await until(lambda: not early.is_going_out)
    assert early.unkept_text == ""
    await until(lambda: backend.streams_open == 0 and bool(backend.sent))
    for _ in range(100):
        await asyncio.sleep(0)
    assert backend.reads == 0
    await taken(early)
    assert backend.reads == 1


@unhurried
async def test_one_that_does_not_get_there_is_told_as_unsent() -> None:
    backend = ScriptedBackend(create_errors=[Unreachable("Off.", sent=False)])
    early = await begun(backend)
    await until(lambda: not early.is_going_out)
    assert early.unkept_text == "Why?"
    end = (await taken(early))[-1]
    assert isinstance(end, Settled)
    assert end.question.status is MessageStatus.UNSENT
    assert backend.sent == []


@unhurried
@pytest.mark.parametrize("is_taken", [False, True])
async def test_what_came_is_kept_where_all_ends_before_it_does(is_taken: bool) -> None:
    store, gate = MemoryStore(), asyncio.Event()
    backend = ScriptedBackend(scripts=[[TextDelta(SafeText("So")), gate]])
    early = await begun(backend, store=store)
    await until(lambda: "So" in texts(early.conversation.timeline))
    if is_taken:
        async with aclosing(early.events()) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
    await early.connection.aclose()
    assert backend.streams_open == 0
    next_start = connection(backend, store=store)
    await next_start.load()
    again = next_start.conversation(early.conversation.id)
    await again.load()
    assert texts(again.timeline) == ["Why?", "So"]
    assert backend.sent == ["Why?"]


@unhurried
async def test_who_takes_it_may_stop_waiting_and_it_ends() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[gate]])
    early = await begun(backend)
    await until(lambda: backend.streams_open == 1)
    taking = asyncio.ensure_future(taken(early))
    await asyncio.sleep(0)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    assert backend.streams_open == 0
    assert early.conversation.progress is None


@unhurried
@pytest.mark.parametrize("turns", [1, 3])
async def test_who_takes_it_may_be_cancelled_again_while_it_ends(turns: int) -> None:
    backend = LeftSlowly(scripts=[[TextDelta(SafeText("So")), asyncio.Event()]])
    early = await begun(backend)
    await until(lambda: "So" in texts(early.conversation.timeline))
    taking = asyncio.ensure_future(taken(early))
    await asyncio.sleep(0)
    for _ in range(2):
        taking.cancel()
        for _ in range(turns):
            await asyncio.sleep(0)
    (outcome,) = await asyncio.gather(taking, return_exceptions=True)
    assert isinstance(outcome, asyncio.CancelledError)
    assert backend.streams_open == 0
    assert early.conversation.progress is None


@unhurried
async def test_it_is_stopped_like_any_other() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[TextDelta(SafeText("So")), gate]])
    early = await begun(backend)
    await until(lambda: "So" in texts(early.conversation.timeline))
    early.conversation.stop()
    assert isinstance((await taken(early))[-1], Settled)


@unhurried
async def test_an_error_of_the_stream_is_told_in_the_end() -> None:
    script: list[RunnelError] = [Unreachable("Gone.")]
    early = await begun(ScriptedBackend(scripts=[script]))
    end = (await taken(early))[-1]
    assert isinstance(end, Settled)
    assert end.answer.failure is not None


async def drafted(store: MemoryStore) -> Connection:
    link = connection(ScriptedBackend(), store=store)
    await link.load()
    link.conversation().draft = "half of a"
    await link.aclose()
    return link


@unhurried
async def test_the_draft_of_an_earlier_start_is_set_aside_and_not_sent_with_it() -> None:
    store = MemoryStore()
    await drafted(store)
    backend = ScriptedBackend(scripts=[says(*SAID)])
    early = await begun(backend, store=store)
    assert early.has_set_aside
    await taken(early)
    assert backend.sent == ["Why?"]
    assert early.conversation.draft == ""
    assert early.connection.local.questions() == ["Why?", "half of a"]
    assert not (await begun(ScriptedBackend(scripts=[says(*SAID)]))).has_set_aside
