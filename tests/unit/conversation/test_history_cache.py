from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, assistant, connection, says, user
from tests.unit.conversation.watch import delta, nothing_stored, send, session, texts
from tests.waiting import until
from tui.conversation import Connection, Conversation
from tui.conversation.history_cache import HistoryCache
from tui.conversation.history_size import size_of
from tui.errors import StreamBroken, Unreachable
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import Message
from tui.safe_text import SafeText
from tui.values import replace

MESSAGES = 20
HISTORY = [
    user(f"{at}", f"Question {at}?") if at % 2 == 0 else assistant(f"{at}", "word " * 50)
    for at in range(MESSAGES)
]
KEPT = 5
SESSIONS = 30


def fresh(_: int, stored: list[Message]) -> list[Message]:
    """Read other objects each time, as from a wire."""
    return [replace(each) for each in stored]


def library(sessions: int = SESSIONS) -> ScriptedBackend:
    histories = {f"s{number}": list(HISTORY) for number in range(sessions)}
    return ScriptedBackend(histories, listed=[session(each) for each in histories], shows=fresh)


def link_to(backend: ScriptedBackend, kept: int = KEPT) -> Connection:
    """Return a connection that keeps so many histories nobody looks at."""
    return connection(backend, histories=HistoryCache(kept * size_of(HISTORY)))


async def look_at(link: Connection, session_id: str) -> Conversation:
    conversation = link.conversation(session_id)
    await conversation.load()
    link.histories.look_at(conversation.stored)
    await conversation.reread()
    return conversation


async def walk(link: Connection, backend: ScriptedBackend) -> None:
    """Look at all sessions, one after another."""
    for session_id in backend.histories:
        await look_at(link, session_id)


async def in_memory(link: Connection, backend: ScriptedBackend) -> int:
    """Return how many messages conversations and store have."""
    count = 0
    for session_id in backend.histories:
        opened = link.opened(session_id)
        stored = await link.store.messages(session_id)
        ours = opened.messages if opened is not None else ()
        count += len({id(each) for each in (*ours, *(row.message for row in stored))})
    return count


@pytest.mark.parametrize("sessions", [SESSIONS // 2, SESSIONS])
async def test_the_messages_in_memory_are_bounded_however_many_sessions_were_opened(
    sessions: int,
) -> None:
    backend = library(sessions)
    link = link_to(backend)
    for session_id in backend.histories:
        await look_at(link, session_id)
        # and the one that is looked at, and the one before it
        assert await in_memory(link, backend) <= (KEPT + 2) * MESSAGES
    assert link.histories.size_bytes > 0


async def test_what_was_let_go_of_is_read_again_as_it_was_and_its_title_stayed() -> None:
    backend = library()
    link = link_to(backend)
    await link.sessions()
    first = await look_at(link, "s0")
    link.describe("s0")
    before = first.messages
    await walk(link, backend)
    assert not first.messages
    assert list(await link.store.messages("s0")) == []
    await link.sessions()
    assert [each.label for each in link.known_sessions() if each.id == "s0"] == ["Question 0?"]
    assert await look_at(link, "s0") is first
    assert first.messages == before
    assert [row.message for row in await link.store.messages("s0")] == list(before)


async def test_the_history_looked_at_longest_ago_goes_first() -> None:
    backend = library(KEPT + 3)
    link = link_to(backend)
    opened = [await look_at(link, f"s{number}") for number in range(KEPT + 2)]
    await look_at(link, "s0")
    await look_at(link, f"s{KEPT + 2}")
    assert [bool(each.messages) for each in opened] == [True, False, *[True] * KEPT]


@pytest.mark.parametrize("between", [(), ("",), ("", "")])
async def test_one_goes_back_and_forth_between_two_histories_of_any_size_without_reading(
    between: tuple[str, ...],
) -> None:
    backend = library(3)
    link = link_to(backend, kept=0)
    two = [await look_at(link, session_id) for session_id in ("s0", "s1")]
    for _ in range(2):
        for conversation in two:
            for _ in between:
                link.histories.look_at(link.conversation().stored)
            link.histories.look_at(conversation.stored)
            assert [len(each.messages) for each in two] == [MESSAGES] * 2
    assert backend.reads == 2
    await look_at(link, "s2")
    assert [len(each.messages) for each in two] == [0, MESSAGES]


Prepare = Callable[[ScriptedBackend], None]


def cut(backend: ScriptedBackend) -> None:
    backend.scripts = [[Started(), delta("Hel"), StreamBroken("Cut.")]]
    backend.stores = nothing_stored


def unsent(backend: ScriptedBackend) -> None:
    backend.scripts = [[Unreachable("Off.", sent=False)]]
    backend.stores = nothing_stored


def unconfirmed(backend: ScriptedBackend) -> None:
    backend.scripts = [says("Hello")]
    backend.stores = nothing_stored


@pytest.mark.parametrize("prepare", [cut, unsent, unconfirmed])
@unhurried
async def test_no_turn_that_only_we_have_is_let_go_of(prepare: Prepare) -> None:
    backend = library()
    prepare(backend)
    link = link_to(backend)
    conversation = await look_at(link, "s0")
    await send(conversation, "Hi?")
    conversation.draft = "and another thing"
    shown = conversation.messages
    assert "Hi?" in texts(shown)
    await walk(link, backend)
    assert conversation.messages == shown
    assert conversation.draft == "and another thing"
    await conversation.reread()
    assert texts(conversation.messages)[-2:] == texts(shown)[-2:]


@unhurried
async def test_a_stopped_answer_stays_as_it_came() -> None:
    backend = library()
    backend.scripts = [says("Hel", "lo world")]
    link = link_to(backend)
    conversation = await look_at(link, "s0")
    await send(conversation, "Hi?", stop_at=TextDelta)
    await walk(link, backend)
    assert texts(await (await look_at(link, "s0")).reread())[-1] == "Hel"


@unhurried
async def test_an_answer_on_its_way_arrives_in_a_session_nobody_looks_at() -> None:
    backend, gate = library(), asyncio.Event()
    backend.scripts = [[Started(), delta("Hel"), gate, delta("lo")]]
    link = link_to(backend)
    conversation = await look_at(link, "s0")

    async def ask() -> None:
        async with aclosing(conversation.send("Hi?")) as events:
            async for _ in events:
                pass

    asking = asyncio.create_task(ask())
    await until(lambda: "Hel" in texts(conversation.timeline))
    await walk(link, backend)
    assert len(conversation.messages) == MESSAGES
    gate.set()
    await asking
    assert texts(conversation.messages)[-2:] == ["Hi?", "Hello"]


@unhurried
async def test_what_only_the_stream_told_is_there_when_the_history_is_read_again() -> None:
    backend = library()
    called = ToolCalled(0, SafeText("search"), {"q": "x"})
    backend.scripts = [[Started(), called, ToolReturned(0, "found"), delta("Here."), Completed()]]
    link = link_to(backend)
    conversation = await look_at(link, "s0")
    await send(conversation, "Hi?\r\n")
    answer = conversation.messages[-1]
    assert answer.tools
    await walk(link, backend)
    assert not conversation.messages
    await look_at(link, "s0")
    assert conversation.messages[-1] == answer
    assert conversation.messages[-2].raw == "Hi?\r\n"


async def test_a_history_that_is_being_read_is_not_let_go_of() -> None:
    backend, gate = library(), asyncio.Event()
    link = link_to(backend)
    conversation = await look_at(link, "s0")
    backend.read_gates = [gate]
    reading = asyncio.create_task(conversation.reread())
    await until(lambda: not backend.read_gates)
    await walk(link, backend)
    assert conversation.messages
    gate.set()
    assert len(await reading) == MESSAGES


async def test_nothing_is_kept_of_a_session_that_was_deleted_while_it_was_looked_at() -> None:
    # what there was before need not be gone through
    gc.freeze()
    backend = library(2)
    link = link_to(backend)
    deleted = weakref.ref(await look_at(link, "s0"))
    await link.delete_session("s0")
    await look_at(link, "s1")
    gc.collect()
    assert deleted() is None


async def test_nothing_is_kept_of_a_session_that_was_deleted_after_it_was_looked_at() -> None:
    # what there was before need not be gone through
    gc.freeze()
    backend = library(2)
    link = link_to(backend)
    deleted = weakref.ref(await look_at(link, "s0"))
    await look_at(link, "s1")
    await link.delete_session("s0")
    gc.collect()
    assert deleted() is None
