from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from tests.fakes import NOON, ScriptedBackend, StillClock, connection
from tui.conversation import Connection, Conversation
from tui.conversation.session_finder import SavedQuery, SessionFinder
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.sessions.list_reading import ListReading
from tui.ui.sessions.listing import SessionListing
from tui.ui.sessions.rows import ListedSessions, RowState


def quiet(conversation: Conversation) -> RowState:
    return RowState.QUIET


def unread(conversation: Conversation) -> RowState:
    return RowState.FINISHED


class NoQueries:
    """Has no saved queries to count."""

    saved: Sequence[SavedQuery] = ()

    def look(self, finder: SessionFinder) -> None: ...


def listing_of(state_of: Callable[[Conversation], RowState], clock: StillClock) -> SessionListing:
    return SessionListing(
        state_of, clock.now, lambda: ListReading.DONE, str, lambda: True, NoQueries()
    )


async def library(clock: StillClock) -> Connection:
    ages = {"today": 0, "spring": 40, "long-ago": 700}
    listed = [
        Session(name, SafeText(name), updated_at=NOON - timedelta(days=days))
        for name, days in ages.items()
    ]
    server = connection(ScriptedBackend(listed=listed), clock)
    await server.load()
    await server.sessions()
    return server


def ids(listed: ListedSessions) -> list[str]:
    return [each.id for each in listed.sessions]


async def test_all_sessions_are_listed_until_another_time_is_asked_for() -> None:
    clock = StillClock()
    server, listing = await library(clock), listing_of(quiet, clock)
    assert ids(listing.listed(server)) == ["today", "spring", "long-ago"]
    assert listing.listed(server).head == ()
    listing.next_span()
    assert ids(listing.listed(server)) == ["today"]
    assert listing.listed(server).head == ("today · 1 of 3",)


async def test_the_sessions_of_a_time_are_the_same_object_until_they_change() -> None:
    clock = StillClock()
    server, listing = await library(clock), listing_of(quiet, clock)
    listing.next_span()
    before = listing.listed(server).sessions
    clock.seconds = 1
    assert listing.listed(server).sessions is before
    clock.seconds = 24 * 3600
    assert ids(listing.listed(server)) == []


async def test_how_it_goes_is_asked_of_a_conversation_that_was_opened() -> None:
    clock = StillClock()
    server, listing = await library(clock), listing_of(unread, clock)
    server.conversation("today")
    listed = listing.listed(server)
    states = {each.id: listed.row_of(each).state for each in listed.sessions}
    assert states == {
        "today": RowState.FINISHED,
        "spring": RowState.QUIET,
        "long-ago": RowState.QUIET,
    }
