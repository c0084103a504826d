from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest

from tests.event_loops import unhurried
from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.unit.conversation.watch import send, session
from tui.conversation.session_index import SessionIndex
from tui.errors import Unreachable
from tui.events import SessionCreated
from tui.facts import SessionFacts
from tui.model import Period, Session
from tui.safe_text import SafeText
from tui.store import AccountKey, AccountStore, Digest, MemoryStore
from tui.values import replace

LABELS = (SafeText("late"),)


async def test_a_session_without_title_is_named_by_its_snippet() -> None:
    backend = ScriptedBackend(listed=[session("s", preview="What is\n a monad?")])
    link = connection(backend)
    (listed,) = await link.sessions()
    assert listed.label == "What is a monad?"
    assert link.known_sessions() == (listed,)
    assert link.known_session("s") == listed
    assert link.known_session("t") is None


async def test_the_servers_title_wins_and_the_snippet_stays_the_preview() -> None:
    backend = ScriptedBackend(listed=[session("s", title="Monads", preview="What is a monad?")])
    (listed,) = await connection(backend).sessions()
    assert (listed.title, listed.preview) == ("Monads", "What is a monad?")


async def test_a_title_made_here_lasts_until_the_server_has_one() -> None:
    backend = ScriptedBackend(listed=[session("s")])
    backend.histories["s"] = [user("q", "What is a monad?"), assistant("a", "A monoid.")]
    link = connection(backend)
    assert (await link.sessions())[0].label == "New session"
    assert await link.title_reader.read("s")
    assert link.known_sessions()[0].title == "What is a monad?"
    assert (await link.sessions())[0].title == "What is a monad?"
    assert (await link.sessions())[0].preview == "A monoid."
    backend.listed = [session("s", title="Monads")]
    assert (await link.sessions())[0].title == "Monads"


async def test_long_questions_make_short_titles() -> None:
    backend = ScriptedBackend(listed=[session("s")])
    backend.histories["s"] = [user("q", "word " * 1000), assistant("a", "text " * 1000)]
    link = connection(backend)
    await link.sessions()
    await link.title_reader.read("s")
    listed = link.known_sessions()[0]
    assert len(listed.title) <= 80
    assert len(listed.preview) <= 200
    assert listed.title.endswith("…")


async def test_describing_an_unlisted_session_does_nothing() -> None:
    assert connection(ScriptedBackend()).describe("s") is None


def test_what_is_known_of_a_session_goes_to_the_head_of_the_list() -> None:
    link = connection(ScriptedBackend())
    for each in ("s", "t", "s"):
        link.session_index.put_first(session(each))
    assert [each.id for each in link.known_sessions()] == ["s", "t"]


@unhurried
async def test_the_session_asked_last_stays_first_though_the_server_does_not_move_it() -> None:
    clock = StillClock()
    new = replace(session("new"), updated_at=NOON - timedelta(hours=1))
    old = replace(session("old"), updated_at=NOON - timedelta(days=9))
    untimed = session("untimed")
    backend = ScriptedBackend(
        histories={"old": []}, listed=[new, old, untimed], scripts=[says("Hello")]
    )
    link = connection(backend, clock)
    await link.sessions()
    await send(link.conversation("old"), "Hi")
    assert [each.id for each in link.known_sessions()] == ["old", "new", "untimed"]
    assert [each.id for each in await link.sessions()] == ["old", "new", "untimed"]
    assert link.known_sessions()[0].updated_at == NOON


@unhurried
async def test_an_unsent_question_does_not_move_its_session() -> None:
    backend = ScriptedBackend(
        histories={"old": []},
        listed=[session("new"), session("old")],
        scripts=[[Unreachable("Off.", sent=False)]],
        stores=lambda *_: [],
    )
    link = connection(backend)
    await link.sessions()
    await send(link.conversation("old"), "Hi")
    assert [each.id for each in link.known_sessions()] == ["new", "old"]


@unhurried
async def test_a_session_on_its_way_stays_as_it_is_before_the_server_lists_it() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    link = connection(backend)
    async with aclosing(link.conversation().send("Hi")) as events:
        async for event in events:
            if isinstance(event, SessionCreated):
                backend.listed = [session("s")]
                assert [each.title for each in await link.sessions()] == ["Hi", ""]
    left = {each.id: each.gone_at for each in await link.sessions()}
    assert left == {"s": None, "new-0": NOON}


async def test_sessions_of_a_period_leave_the_kept_list_alone() -> None:
    old = replace(session("old"), created_at=NOON - timedelta(days=30))
    new = replace(session("new"), created_at=NOON)
    link = connection(ScriptedBackend(listed=[new, old]))
    await link.sessions()
    found = await link.sessions(Period(start=NOON - timedelta(days=7)))
    assert [each.id for each in found] == ["new"]
    assert {each.id for each in link.known_sessions()} == {"new", "old"}


async def test_a_title_told_while_a_long_list_is_taken_in_is_kept() -> None:
    link = connection(ScriptedBackend())
    fresh = [Session(f"s{number}", updated_at=NOON) for number in range(5_000)]
    link.session_index.put_first(fresh[0])
    with link.session_index.reading() as reading:
        taking_in = asyncio.create_task(link.session_index.merged(fresh, reading))
        await asyncio.sleep(0)
        assert not taking_in.done()
        link.rename("s0", SafeText("Soup"))
        merged = await taking_in
    assert [each.id for each in merged] == [each.id for each in fresh]
    assert [each.title for each in merged[:2]] == ["Soup", ""]


@pytest.fixture
def store() -> AccountStore:
    return MemoryStore().account(AccountKey("hardwire", "http://127.0.0.1:1"))


async def loaded(store: AccountStore, *sessions: Session) -> SessionIndex:
    store.lists.replace("bot", sessions)
    index = SessionIndex(store, "bot", lambda: NOON)
    await index.load()
    return index


async def stored(store: AccountStore) -> list[Session]:
    return list(await store.lists.of("bot"))


def titled(session_id: str, title: str) -> Session:
    return Session(session_id, SafeText(title))


async def test_the_list_is_the_same_object_until_it_changes(store: AccountStore) -> None:
    index = await loaded(store, Session("a"), Session("b"))
    before = index.sessions()
    await index.load()
    index.put_first(Session("a"))
    index.rename("b", SafeText(""))
    index.describe("b")
    index.remove("c")
    with index.reading() as reading:
        await index.replace([Session("a"), Session("b")], reading, list)
    assert index.sessions() is before
    index.put_first(Session("b"))
    assert index.sessions() == (Session("b"), Session("a"))
    assert before == (Session("a"), Session("b"))


async def test_a_session_is_found_whatever_changed_before_it(store: AccountStore) -> None:
    index = await loaded(store, *(Session(name) for name in "abc"))
    index.put_first(titled("c", "Third"))
    index.put_first(Session("new"))
    index.remove("a")
    index.rename("b", SafeText("Second"))
    index.rename("gone", SafeText("Nobody"))
    expected = [Session("new"), titled("c", "Third"), titled("b", "Second")]
    assert list(index.sessions()) == expected
    assert [index.find(each.id) for each in expected] == expected
    assert index.find("a") is None
    assert await stored(store) == expected


async def test_of_two_sessions_with_one_id_the_first_is_found(store: AccountStore) -> None:
    index = SessionIndex(store, "bot", lambda: NOON)
    with index.reading() as reading:
        await index.replace([titled("a", "First"), Session("a")], reading, list)
    assert index.find("a") == titled("a", "First")


async def test_what_is_known_before_loading_stands_before_what_is_stored(
    store: AccountStore,
) -> None:
    store.lists.replace("bot", [titled("a", "Old"), Session("b")])
    index = SessionIndex(store, "bot", lambda: NOON)
    index.put_first(titled("a", "New"))
    index.put_first(Session("c"))
    await index.load()
    assert list(index.sessions()) == [Session("c"), titled("a", "New"), Session("b")]
    assert await stored(store) == list(index.sessions())


async def test_a_session_is_described_by_what_is_known_of_its_history(store: AccountStore) -> None:
    index = await loaded(store, Session("a"))
    index.digests.note("a", Digest(SafeText("What?"), SafeText("That.")))
    index.digests.note("unlisted", Digest(SafeText("Who?")))
    assert index.describe("a") == Session("a", SafeText("What?"), SafeText("That."))
    assert index.describe("unlisted") is None
    assert await stored(store) == [Session("a", SafeText("What?"), SafeText("That."))]


async def test_an_operator_is_told_what_a_history_has_come_to_and_others_are_not(
    store: AccountStore,
) -> None:
    digest = Digest(
        SafeText("What?"), last_question=SafeText("And?"), message_count=4, labels=LABELS
    )
    lead = ((SafeText("name"), SafeText("Ada")),)
    told = SessionFacts(lead, message_count=4, last_question=SafeText("And?"), labels=LABELS)
    index = await loaded(store, Session("a", facts=SessionFacts(lead)), Session("b"))
    for session_id in "ab":
        index.digests.note(session_id, digest)
        index.describe(session_id)
    operators, persons = index.sessions()
    assert (operators.facts, persons.facts) == (told, None)
    # a later list knows nothing of histories, and may have lost the lead
    with index.reading() as reading:
        merged = await index.merged([Session("a", facts=SessionFacts())], reading)
    assert merged[0].facts == told
    assert merged[0] is operators
