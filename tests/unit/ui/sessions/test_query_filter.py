from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tui.model import Session
from tui.query import Query
from tui.ui.sessions.query_filter import QueryFilter

SESSIONS = tuple(map(Session, "abcd"))


class Finding:
    """Finds these, when it may."""

    def __init__(self, found: str) -> None:
        self.found = found
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, query: Query) -> Sequence[str]:
        found = self.found
        await self.may_end.wait()
        return list(found)


def ids(shown: QueryFilter) -> str:
    return "".join(each.id for each in shown.matching(SESSIONS))


async def test_what_was_found_stays_until_something_else_is_asked_for() -> None:
    shown, find = QueryFilter(), Finding("ab")
    assert shown.use("unread:")
    assert not shown.has_found
    await shown.look(find)
    assert ids(shown) == "ab"
    before = shown.matching(SESSIONS)
    assert shown.matching(SESSIONS) is before
    find.found = "bd"
    await shown.look(find)
    assert ids(shown) == "abd"
    assert not shown.use(" unread: ")
    assert shown.use("flag:")
    await shown.look(find)
    assert ids(shown) == "bd"
    assert not shown.use("bare words")
    assert not shown.has_found


async def test_a_line_that_cannot_be_read_leaves_what_there_was() -> None:
    shown, find = QueryFilter(), Finding("a")
    shown.use("unread:")
    await shown.look(find)
    assert not shown.use("unread: lable:x")
    assert shown.error is not None
    assert (shown.error.start, shown.error.end) == (8, 15)
    assert ids(shown) == "a"
    assert not shown.use("unread:")
    assert shown.error is None


async def test_what_is_found_late_for_another_query_does_not_count() -> None:
    shown, slow = QueryFilter(), Finding("a")
    slow.may_end.clear()
    shown.use("unread:")
    looking = asyncio.ensure_future(shown.look(slow))
    await asyncio.sleep(0)
    shown.use("flag:")
    slow.may_end.set()
    await looking
    assert not shown.has_found
    assert shown.is_looking
    await shown.look(Finding(""))
    assert (shown.has_found, shown.is_looking) == (True, False)
    shown.use("")
    assert not shown.is_looking


@pytest.mark.parametrize("again", ["flag:", "unread:"])
async def test_a_look_that_another_one_outran_leaves_nothing_of_the_query_before(
    again: str,
) -> None:
    shown, slow, find = QueryFilter(), Finding("b"), Finding("c")
    slow.may_end.clear()
    shown.use("unread:")
    await shown.look(Finding("a"))
    shown.use("flag:")
    outran = asyncio.ensure_future(shown.look(slow))
    await asyncio.sleep(0)
    outran.cancel()
    shown.use(again)
    assert ids(shown) == "a"
    await shown.look(find)
    assert ids(shown) == "c"
