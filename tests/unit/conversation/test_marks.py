from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tui.conversation.marks import LocalMarks
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import AccountKey, AccountStore, ExchangeMarks, MemoryStore, SessionMarks
from tui.values import replace

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store() -> AccountStore:
    return MemoryStore().account(AccountKey("hardwire", "http://127.0.0.1:1"))


def changed(hours: int, session_id: str = "s") -> Session:
    return Session(session_id, updated_at=NOON + hours * HOUR)


async def loaded(store: AccountStore) -> LocalMarks:
    marks = LocalMarks(store)
    await marks.load()
    return marks


async def test_what_arrived_since_it_was_looked_at_is_unread(store: AccountStore) -> None:
    marks = await loaded(store)
    assert not marks.is_unread(changed(1))
    marks.begin_at(NOON)
    marks.begin_at(NOON + 9 * HOUR)
    assert [marks.is_unread(each) for each in (changed(0), changed(1), Session("s"))] == [
        False,
        True,
        False,
    ]
    assert marks.see(changed(1), NOON + 2 * HOUR)
    assert not marks.see(changed(1))
    for each in (marks, await loaded(store)):
        assert not each.is_unread(changed(2))
        assert each.is_unread(changed(3))
        assert each.is_unread(changed(1, "other"))
        assert not each.has_any


async def test_a_session_that_begins_here_makes_no_other_read(store: AccountStore) -> None:
    marks = await loaded(store)
    marks.begin_at(NOON)
    # the new session has no id until a question goes out, and the server's own after that
    marks.move("", "local-1")
    marks.move("local-1", "new")
    for each in (marks, await loaded(store)):
        each.begin_at(NOON + 9 * HOUR)
        assert each.is_unread(changed(1))
        assert set(each.by_session) == {""}


async def test_what_is_unread_by_hand_stays_so_until_it_is_marked_read(
    store: AccountStore,
) -> None:
    marks = await loaded(store)
    marks.change(["s"], lambda each: replace(each, is_unread=True))
    marks.change(["t"], lambda each: each.with_exchange(ExchangeMarks("m", is_unread=True)))
    marks.see(changed(1))
    marks.see(changed(1, "t"))
    assert [marks.is_unread(changed(1, each)) for each in "st"] == [True, True]
    assert marks.mark_read([changed(2), changed(2, "t")])
    assert [marks.is_unread(changed(2, each)) for each in "st"] == [False, False]
    assert not marks.mark_read([changed(2)])


async def test_acts_are_undone_one_after_the_other_and_leave_what_came_since(
    store: AccountStore,
) -> None:
    marks = await loaded(store)
    todo, later = SafeText("todo"), SafeText("later")
    marks.change(["s", "t"], lambda each: replace(each, tags=(*each.tags, todo)))
    marks.change(["s"], lambda each: replace(each, is_flagged=True))
    assert not marks.change(["s"], lambda each: replace(each, is_flagged=True))
    other = await loaded(store)
    other.change(["s"], lambda each: replace(each, tags=(*each.tags, later), is_pinned=True))
    await marks.take_in()
    assert list(marks.undo().session_ids) == ["s"]
    assert marks.of("s") == SessionMarks(tags=(todo, later), is_pinned=True)
    assert sorted(marks.undo().session_ids) == ["s", "t"]
    for each in (marks, await loaded(store)):
        assert each.of("s") == SessionMarks(tags=(later,), is_pinned=True)
        assert each.of("t") == SessionMarks()
        assert each.tags == [later]
    assert list(marks.undo().session_ids) == []


async def test_a_forgotten_session_is_not_brought_back_by_undo(store: AccountStore) -> None:
    marks = await loaded(store)
    marks.change(["s", "t"], lambda each: replace(each, is_archived=True))
    store.forget_session("s")
    marks.forget(["s"])
    assert list(marks.undo().session_ids) == ["t"]
    assert (marks.archived, dict(await store.marks.all())) == (frozenset(), {})


async def test_a_name_of_a_person_stands_before_that_of_the_server(store: AccountStore) -> None:
    marks = await loaded(store)
    session = Session("s", SafeText("Theirs"))
    assert marks.title_of(session) == "Theirs"
    marks.change(["s"], lambda each: replace(each, title=SafeText("Mine")))
    assert marks.title_of(session) == "Mine"
