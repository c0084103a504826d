from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.stores import SqliteFile
from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.unit.conversation.test_session_reading import questions, read
from tests.unit.conversation.test_sync import events_of
from tests.unit.conversation.watch import send
from tui.conversation import Connection
from tui.conversation.documents import find
from tui.conversation.forgetting import forgettable
from tui.conversation.message_finder import MessageFinder
from tui.conversation.session_catalogue import SessionCatalogue
from tui.conversation.session_reading import SessionReader
from tui.conversation.sync import HistorySync, SyncScope
from tui.conversation.watching import ExchangeWatch
from tui.facts import SessionFacts
from tui.model import Session
from tui.query import Matcher, parse
from tui.query.found import Page
from tui.safe_text import SafeText
from tui.store.forgetting import bare
from tui.store.retention import Retention
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.values import replace

HOUR = timedelta(hours=1)
Way = Callable[[Connection], Awaitable[object]]


def serving() -> ScriptedBackend:
    backend = ScriptedBackend()
    for days, name in enumerate(("new", "old")):
        then = NOON - timedelta(days=1 + 100 * days)
        backend.listed.append(Session(name, created_at=then - HOUR, updated_at=then))
        backend.histories[name] = [
            replace(user(f"{name}-q", f"Ask {name}"), created_at=then),
            replace(assistant(f"{name}-a", "Well."), created_at=then),
        ]
    return backend


async def forget_all(link: Connection) -> None:
    sessions = await link.sessions()
    for each in sessions:
        await link.conversation(each.id).reread()
    await link.forget_here(sessions)
    assert dict(await link.store.forgetting.kept()) == {}


async def read_list(link: Connection) -> None:
    await link.sessions()


async def sync(link: Connection) -> None:
    await events_of(HistorySync(link))


async def sync_all(link: Connection) -> None:
    await events_of(HistorySync(link), SyncScope(rereads=True))


async def name_sessions(link: Connection) -> None:
    await link.sessions()
    for session_id in link.title_reader.look_at(["new", "old"]):
        await link.title_reader.read(session_id)


async def export(link: Connection) -> None:
    await link.sessions()
    assert questions(await read(link)) == {"new": "Ask new", "old": "Ask old"}


async def export_by_query(link: Connection) -> None:
    await link.sessions()
    assert questions(await read(link, "ask")) == {"new": "Ask new", "old": "Ask old"}


async def print_one(link: Connection) -> None:
    """As who knows its id alone."""
    await link.load()
    async for _ in SessionReader(link).read([Session("new")]):
        pass


async def watch(link: Connection) -> None:
    watching = ExchangeWatch(link, None)
    watching.begin_after([Session("", updated_at=NOON - timedelta(days=365))])
    async for _ in watching.look():
        pass


async def open_it(link: Connection) -> None:
    await link.conversation("new").reread()


async def ask(link: Connection) -> None:
    await send(link.conversation("new"), "Once more?")


WAYS: dict[str, tuple[Way, set[str]]] = {
    "the list is read": (read_list, set()),
    "a sync": (sync, set()),
    "names are read": (name_sessions, set()),
    "an export": (export, set()),
    "an export of what a query finds": (export_by_query, set()),
    "one is printed": (print_one, set()),
    "a watch": (watch, set()),
    "a person opens one": (open_it, {"new"}),
    "a person asks in one": (ask, {"new"}),
    "a sync of all": (sync_all, {"new", "old"}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_later", [False, True], ids=["at once", "at the next start"])
async def test_what_was_forgotten_is_kept_again_by_who_asks_for_that_and_by_nobody_else(
    way: str, is_later: bool, tmp_path: Path
) -> None:
    kept = SqliteFile(tmp_path)
    backend = serving()
    backend.scripts = [says("Yes.")]
    link = connection(backend, store=kept.start())
    await forget_all(link)
    if is_later:
        await link.store.flush()
        link = connection(backend, store=kept.start())
    go, again = WAYS[way]
    await go(link)
    await link.store.flush()
    assert (await link.store.forgetting.kept()).keys() == again
    assert (await link.store.forgetting.forgotten()).keys() == {"new", "old"} - again
    assert {each.id for each in link.known_sessions() if link.local.is_forgotten(each)} <= {
        "new",
        "old",
    } - again
    kept.close()


@pytest.mark.parametrize(
    ("operators", "said_at"),
    # what a customer said while the list was not read is not what was forgotten
    [(True, NOON - HOUR), (False, NOON + HOUR)],
)
async def test_a_sync_keeps_again_what_something_new_is_said_in(
    operators: bool, said_at: datetime, tmp_path: Path
) -> None:
    kept, backend = SqliteFile(tmp_path), serving()
    backend.can = replace(backend.can, operators=operators)
    link = connection(backend, store=kept.start())
    await forget_all(link)
    backend.listed[1] = replace(backend.listed[1], updated_at=said_at)
    await sync(link)
    assert (await link.store.forgetting.kept()).keys() == {"old"}
    kept.close()


@pytest.mark.parametrize("told_later_s", [-30, 20, 90])
async def test_what_was_asked_from_here_is_not_kept_again_for_the_time_that_the_server_tells(
    told_later_s: int, tmp_path: Path
) -> None:
    # of the answer, which came later than the question, by a clock that is another
    kept, backend, clock = SqliteFile(tmp_path), serving(), StillClock()
    backend.scripts = [says("Yes.")]
    link = connection(backend, clock, store=kept.start())
    await link.sessions()
    conversation = link.conversation("new")
    await conversation.reread()
    await send(conversation, "Once more?")
    clock.seconds += 60
    await link.forget_here([each for each in link.known_sessions() if each.id == "new"])
    told = NOON + timedelta(seconds=told_later_s)
    backend.listed[0] = replace(backend.listed[0], updated_at=told)
    await sync(link)
    assert (await link.store.forgetting.kept()).keys() == {"old"}
    kept.close()


@pytest.mark.parametrize(
    "retention", [Retention(age=timedelta(days=30)), Retention(size_bytes=2_000)], ids=str
)
async def test_an_export_reads_what_is_beyond_the_limits_and_keeps_none_of_it(
    retention: Retention, tmp_path: Path
) -> None:
    backend = serving()
    backend.histories["new"][1] = replace(assistant("new-a", "x" * 1_900), created_at=NOON)
    store = SqliteStore(tmp_path / STORE_FILE, pytest.fail)
    link = connection(backend, store=store.keeping(retention))
    await link.sessions()
    await link.conversation("new").reread()
    await link.store.flush()
    await export(link)
    assert (await link.store.forgetting.kept()).keys() == {"new"}
    await store.aclose()


async def test_what_was_forgotten_stays_in_its_list_tells_nothing_and_is_not_unread(
    tmp_path: Path,
) -> None:
    kept, backend = SqliteFile(tmp_path), serving()
    backend.can = replace(backend.can, operators=True)
    told = SessionFacts(message_count=2)
    backend.listed = [replace(each, title=SafeText("Said"), facts=told) for each in backend.listed]
    link = connection(backend, store=kept.start())
    await link.load()
    link.local.marks.begin_at(NOON - timedelta(days=2))
    await forget_all(link)
    await link.store.flush()
    later = connection(backend, store=kept.start())
    await later.load()
    for each in (link, later):
        sessions = each.known_sessions()
        assert [session.id for session in sessions] == ["new", "old"]
        assert all(session == bare(session) for session in sessions)
        assert not each.local.marks.unread(sessions)
        # the other one is older than what is news here
        assert each.local.marks.by_session.keys() == {"", "new"}
        assert not await forgettable(each, Matcher(parse("before:1d"), NOON))
    kept.close()


async def found(link: Connection) -> list[Session]:
    """What the command line and what the app finds, who are to find the same."""
    query = parse("before:1h")
    page = await find(link, Matcher(query, NOON), Page(9))
    finder = MessageFinder(link, SessionCatalogue(link))
    assert page == await finder.find(query, Page(9)) == await finder.find(query, Page(9))
    return [each.document.session for each in page.sessions]


async def test_a_list_that_is_read_again_leaves_no_word_of_what_was_forgotten_in_the_store(
    tmp_path: Path,
) -> None:
    kept, backend = SqliteFile(tmp_path), serving()
    told = SessionFacts(message_count=2)
    backend.listed = [replace(each, title=SafeText("Said"), facts=told) for each in backend.listed]
    link = connection(backend, store=kept.start())
    await forget_all(link)
    await sync(link)
    assert await found(link) == []
    await link.store.flush()
    later = connection(backend, store=kept.start())
    await later.load()
    sessions = later.known_sessions()
    assert [each.id for each in sessions] == ["new", "old"]
    assert all(each == bare(each) for each in sessions)
    assert not await forgettable(later, Matcher(parse("before:1h"), NOON))
    later.local.save_draft("old", "half a")
    assert [each.id for each in await found(later)] == ["old"]
    # who opens one keeps it again, with what the list tells of it
    await later.sessions()
    await later.store.flush()
    await later.conversation("new").reread()
    await later.store.flush()
    last = connection(backend, store=kept.start())
    await last.load()
    assert [each.title for each in last.known_sessions()] == ["Said", ""]
    assert last.known_sessions()[0].facts == told
    assert [each.id for each in await found(last)] == ["new", "old"]
    kept.close()


async def test_no_list_that_was_open_before_tells_again_of_what_another_client_has_forgotten(
    tmp_path: Path,
) -> None:
    backend, stores = serving(), [SqliteStore(tmp_path / STORE_FILE, pytest.fail) for _ in "ab"]
    backend.can = replace(backend.can, sessions_belong_to_bot=True)
    mine, theirs = (connection(backend, store=each) for each in stores)
    await mine.sessions()
    for each in backend.listed:
        await mine.conversation(each.id).reread()
        mine.describe(each.id)
    assert [each.title for each in mine.known_sessions()] == ["Ask new", "Ask old"]
    taken_in = asyncio.Event()
    mine.follow_others(str, taken_in.set)
    # this list is open no more
    mine.bot_id = "other"
    await mine.store.flush()
    await theirs.load()
    await theirs.forget_here(theirs.known_sessions())
    await theirs.store.flush()
    await taken_in.wait()
    mine.bot_id = "bot"
    assert not any(each.title for each in await mine.sessions())
    for store in stores:
        await store.aclose()
