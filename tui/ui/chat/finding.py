"""Search of everything: asks for words, and goes through what was found from session to session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tui.conversation import Connection
from tui.conversation.documents import may_be_kept
from tui.conversation.message_finder import MessageFinder
from tui.conversation.neighbours import neighbours_of
from tui.model import Session
from tui.query.found import Order
from tui.ui.chat.context import ChatContext
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.pick import PickScreen
from tui.ui.search.near import NearScreen
from tui.ui.search.screen import SearchScreen
from tui.ui.search.trail import HitTrail
from tui.ui.sessions.listing import SessionListing
from tui.ui.transcript.reading_pane import ReadingPane

Picked = TypeVar("Picked")


class EverythingSearch:
    """Opens what was picked, with the find bar on the words; that leads on to other sessions."""

    def __init__(
        self,
        context: ChatContext,
        navigation: Navigation,
        listing: SessionListing,
        reading: ReadingPane,
    ) -> None:
        self._context = context
        self._navigation = navigation
        self._listing = listing
        self._reading = reading
        self._order = Order.RECENT
        self._take_in: Callable[[], object] | None = None
        """Of the picker that stands there just now."""

    def search(self) -> None:
        """Let a person type what is to be found, and go to what is picked."""
        self._context.begin(self._search, "search")

    def show_neighbours(self) -> None:
        """Let a person choose among the sessions that are near the open one."""
        near = partial(self._show_near, session_id=self._context.conversation_id)
        self._context.begin(near, "search")

    def go_on(self, direction: int) -> None:
        """Show the session where the trail has gone, at its first hit (1) or at its last (-1)."""
        trail = self._reading.find_bar.trail
        # whoever has left it meanwhile stays where they are
        if trail is not None and trail.stop.hit_ids and self._is_kept(trail.stop.session_id):
            hit_id = trail.stop.hit_ids[0 if direction > 0 else -1]
            self._context.spawn(partial(self._go, trail, hit_id, step=direction), "search")

    def take_in(self) -> None:
        """Find no more what another window has forgotten."""
        if self._take_in is not None:
            self._take_in()

    def _is_kept(self, session_id: str) -> bool:
        """Say whether the session of a hit was not forgotten since, and tell if it was."""
        connection = self._context.connection
        if connection is None:
            return False
        session = connection.known_session(session_id) or Session(session_id)
        if may_be_kept(connection, session):
            return True
        self._reading.find_bar.leave_trail()
        self._context.notice.show(
            Topic.ACTION,
            "The session of the next hit was forgotten here.",
            f"{self._context.key_of('chat.search')} finds what is left.",
        )
        return False

    async def _search(self, connection: Connection) -> None:
        known = self._listing.finder(connection).known
        screen = SearchScreen(connection, self._finder(connection), known, self._order)
        result = await self._ask(screen, screen.take_in)
        self._order = screen.order
        # another profile may have been opened behind the search
        if result is None or connection is not self._context.connection:
            return
        if screen.wants_near:
            await self._show_near(connection, result.session_id, result.message_id)
        elif (trail := screen.trail) is not None and result.message_id:
            begun = trail.begun_at(result.session_id)
            # before the session is open, which is to be searched for the same
            self._reading.find_bar.go_along(begun)
            await self._go(begun, result.message_id)
        else:
            await self._navigation.open_session(result.session_id)

    async def _show_near(
        self, connection: Connection, session_id: str, message_id: str = ""
    ) -> None:
        find = partial(neighbours_of, connection, self._finder(connection), session_id, message_id)
        screen = NearScreen(connection, find)
        picked = await self._ask(screen, screen.take_in)
        if picked is not None and connection is self._context.connection:
            await self._navigation.open_session(picked)

    async def _ask(
        self, screen: PickScreen[Picked], take_in: Callable[[], object]
    ) -> Picked | None:
        """Return what is picked; what another window forgets meanwhile cannot be."""
        # in its own turn: what tells of other windows knows of no app
        self._take_in = partial(screen.call_later, take_in)
        try:
            return await self._context.ask(screen)
        finally:
            self._take_in = None

    def _finder(self, connection: Connection) -> MessageFinder:
        return MessageFinder(connection, self._listing.finder(connection).catalogue)

    async def _go(self, trail: HitTrail, hit_id: str, *, step: int = 0) -> None:
        """Show a hit: the one that was picked, or the one that a step leads to."""
        try:
            await self._navigation.open_session(trail.stop.session_id, hit_id)
        except asyncio.CancelledError:
            # another search was begun: this session is shown, but nobody looks for its hits
            if trail is self._reading.find_bar.trail:
                self._reading.find_bar.leave_trail()
            raise
        self._reading.look_for_hits(trail, step or 1, from_selected=not step)
