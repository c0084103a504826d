from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.event_loops import unhurried
from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, present, user
from tests.unit.conversation.watch import session, texts
from tui.backends.base import Capabilities
from tui.conversation import Connection
from tui.errors import NotFound, Unreachable
from tui.model import Session
from tui.store import MemoryStore, SessionVersion
from tui.values import replace

HISTORY = [user("q", "What is a monad?"), assistant("a", "A monoid.")]


def serving(*session_ids: str) -> ScriptedBackend:
    listed = [replace(session(each), updated_at=NOON) for each in session_ids]
    return ScriptedBackend(histories={each: list(HISTORY) for each in session_ids}, listed=listed)


async def with_copies(
    backend: ScriptedBackend, *session_ids: str, store: MemoryStore | None = None
) -> Connection:
    """Return a connection whose list is read, and the histories of these sessions."""
    link = connection(backend, store=store)
    await link.sessions()
    for each in session_ids:
        await link.conversation(each).reread()
    return link


def since(link: Connection) -> dict[str, object]:
    return {each.id: each.gone_at for each in link.known_sessions()}


async def test_of_what_the_server_deleted_stays_what_was_read() -> None:
    backend = serving("read", "unread", "there")
    link = await with_copies(backend, "read")
    backend.listed = backend.listed[2:]
    await link.sessions()
    assert since(link) == {"read": NOON, "there": None}
    assert texts(link.conversation("read").messages) == ["What is a monad?", "A monoid."]


async def test_a_mark_keeps_its_time_until_the_server_has_the_session_again() -> None:
    clock, backend = StillClock(), serving("s")
    link = connection(backend, clock)
    await link.sessions()
    await link.conversation("s").reread()
    listed, backend.listed = backend.listed, []
    for clock.seconds in (60.0, 120.0):
        await link.sessions()
    assert since(link) == {"s": NOON + timedelta(seconds=60)}
    backend.listed = listed
    await link.sessions()
    assert since(link) == {"s": None}


async def test_a_history_that_is_not_there_marks_its_session_and_one_that_is_ends_the_mark() -> (
    None
):
    backend = serving("s")
    link = await with_copies(backend, "s")
    backend.read_errors = [NotFound("No such session.")]
    with pytest.raises(NotFound):
        await link.conversation("s").reread()
    assert since(link) == {"s": NOON}
    assert texts(link.conversation("s").messages) == ["What is a monad?", "A monoid."]
    await link.conversation("s").reread()
    assert since(link) == {"s": None}


async def test_what_fails_otherwise_marks_nothing() -> None:
    backend = serving("s")
    link = await with_copies(backend, "s")
    backend.read_errors = [Unreachable("No line.")]
    with pytest.raises(Unreachable):
        await link.conversation("s").reread()
    assert since(link) == {"s": None}


@unhurried
async def test_a_session_that_no_question_reached_is_not_marked() -> None:
    backend = ScriptedBackend(
        histories={"s": []},
        listed=[session("s")],
        scripts=[[Unreachable("No line.", sent=False)]],
    )
    link = connection(backend)
    await link.sessions()
    conversation = link.conversation("s")
    async for _ in conversation.send("Hi"):
        pass
    backend.read_errors = [NotFound("No such session.")]
    with pytest.raises(NotFound):
        await conversation.reread()
    backend.listed = []
    await link.sessions()
    assert since(link) == {"s": None}


async def test_a_marked_session_is_cleared_without_the_server() -> None:
    backend = serving("s")
    link = await with_copies(backend, "s")
    backend.listed, backend.histories, backend.offers = [], {}, frozenset()
    await link.sessions()
    await link.delete_session("s")
    assert since(link) == {}
    assert list(await link.store.messages("s")) == []
    await link.sessions()
    assert since(link) == {}


async def test_marks_and_ages_are_there_at_the_next_start() -> None:
    backend, store = serving("s"), MemoryStore()
    can = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)
    backend.can = can
    link = connection(backend, store=store)
    await link.sessions()
    await link.conversation("s").reread()
    backend.listed = []
    await link.sessions()
    offline = connection(ScriptedBackend(can=can), store=MemoryStore(store))
    # which bot answers is not known before the server was asked
    offline.bot_id = ""
    await offline.load()
    assert since(offline) == {"s": NOON}
    assert offline.session_index.read_at == NOON
    conversation = offline.conversation("s")
    await conversation.load()
    assert texts(conversation.messages) == ["What is a monad?", "A monoid."]
    assert conversation.stored.read_at == NOON


async def test_a_copy_says_which_state_of_the_session_it_shows() -> None:
    backend = serving("s")
    link = await with_copies(backend, "s")
    state = await link.store.copies.of("s")
    assert state is not None
    assert state.version == SessionVersion(NOON)
    # told by the server: what was asked here counts as a change for the list alone
    link.session_index.put_first(replace(session("s"), updated_at=NOON + timedelta(hours=1)))
    assert present(link.session_index.version("s")).version == SessionVersion(NOON)


IDS = st.sampled_from("abcdef")


@pytest.mark.slow
@given(st.lists(st.tuples(st.sets(IDS), st.booleans()), max_size=6), st.sets(IDS))
async def test_nothing_that_was_read_leaves_the_list_however_often_it_is_started_anew(
    lists: Sequence[tuple[set[str], bool]], read: set[str]
) -> None:
    backend, store = serving(*"abcdef"), MemoryStore()
    link = await with_copies(backend, *sorted(read), store=store)
    everything = {each.id: each for each in backend.listed}
    for shown, is_new_start in lists:
        if is_new_start:
            link = connection(backend, store=store)
        backend.listed = [everything[each] for each in sorted(shown)]
        await link.sessions()
        left: dict[str, Session] = {each.id: each for each in link.known_sessions()}
        assert set(left) == shown | read
        assert {each for each, row in left.items() if row.gone_at} == read - shown
        stored = list(await link.store.lists.of(""))
        assert stored == list(link.known_sessions())
