"""One profile at work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from tui.backends.base import MAX_ROWS, Backend
from tui.conversation.conversation import Conversation
from tui.conversation.session_index import Listing, newest_first
from tui.errors import NotFound
from tui.model import ALWAYS, Bot, Period, Profile, Session
from tui.safe_text import SafeText
from tui.store import Store

TITLE_WAITS = 2
"""How many times the server's own limit a new session's title is waited for."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Connection:
    """A profile's server, local copy and conversations.

    `bot_id` is the chatbot or model that new questions go to, empty until one is settled.
    `clock` returns seconds and only ever grows, `now` the aware time.
    """

    def __init__(
        self,
        profile: Profile,
        backend: Backend,
        store: Store,
        bot_id: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.profile = profile
        self.backend = backend
        self.store = store
        self.bot_id = bot_id
        self.clock = clock
        self.now = now
        self.bots: Mapping[str, Bot] = {}
        """By id, as the server offered them last; none until they were read."""
        self._conversations: dict[str, Conversation] = {}
        self._listings: dict[str, Listing] = {}
        self._preferring = asyncio.Lock()
        self._unmade: dict[str, Session] = {}
        self._listed: tuple[tuple[Session, ...], tuple[Session, ...]] = ((), ())
        """The known sessions, and they with those not made."""

    async def read_bots(self) -> None:
        """Ask the server what can answer."""
        self.bots = {bot.id: bot for bot in await self.backend.bots()}

    async def settle_bot(self) -> str:
        """Return the bot to use: the configured one, else the server's choice, else the only one.

        Empty means that a person must pick.
        """
        # a person may pick one while the server is asked
        if not self.bot_id:
            preferred = await self.backend.preferred_bot()
            self.bot_id = self.bot_id or preferred
        if not self.bot_id:
            bots = await self.backend.bots()
            if len(bots) == 1:
                self.bot_id = self.bot_id or bots[0].id
        return self.bot_id

    @property
    def listing(self) -> Listing:
        """The session list that belongs to the bot, or to all where they share one."""
        is_own = self.backend.capabilities.sessions_belong_to_bot
        key = self.bot_id if is_own else ""
        if key not in self._listings:
            self._listings[key] = Listing(self.store, key)
        return self._listings[key]

    def known_sessions(self) -> tuple[Session, ...]:
        """Return the sessions as last read, newest first, without asking the server.

        The same tuple until something in it changes.
        """
        return self.listing.sessions()

    def listed_sessions(self) -> tuple[Session, ...]:
        """Return the known sessions and those that could not be made, newest first.

        The same tuple until something in it changes.
        """
        known = self.known_sessions()
        if not self._unmade:
            return known
        if self._listed[0] is not known or not self._listed[1]:
            self._listed = (known, tuple(newest_first([*self._unmade.values(), *known])))
        return self._listed[1]

    def keep_unmade(self, session: Session) -> None:
        """List what is known by an id of ours, because the server made no session of it."""
        self._unmade[session.id] = session
        self._listed = ((), ())

    def drop_unmade(self, own_id: str) -> None:
        self._conversations.pop(own_id, None)
        self._unmade.pop(own_id, None)
        self._listed = ((), ())

    async def sessions(self, period: Period = ALWAYS) -> Sequence[Session]:
        """Read the session list again, newest first, and keep it if it is that of all times."""
        # another bot may be picked while the list is on its way
        listing = self.listing
        with listing.reading() as reading:
            fresh = await self.backend.sessions(self.bot_id, period)
            if period != ALWAYS:
                return await listing.merged(fresh, reading)
            # which are busy is for when the list is whole: a question may be asked until then
            return await listing.replace(fresh, reading, self._ids_unlisted)

    def known_session(self, session_id: str) -> Session | None:
        """Return a session of the list as last read, or one that could not be made."""
        return self._unmade.get(session_id) or self.listing.find(session_id)

    async def read_title(self, session_id: str) -> bool:
        """Name a listed session that has no title by its history; `False` when it needs none."""
        session = self.known_session(session_id)
        if session is None or session.title:
            return False
        conversation = self.conversation(session_id)
        if conversation.verified:
            return False
        with self.backend.traffic.unhurried():
            await conversation.reread()
        self.describe(session_id)
        return True

    @property
    def list_is_cut(self) -> bool:
        """The server has more sessions than are read."""
        return len(self.known_sessions()) >= MAX_ROWS

    async def follow_title(self, session_id: str) -> bool:
        """Wait until the server names a session, and name it so; `False` when it did not."""
        for _ in range(TITLE_WAITS):
            if title := await self.backend.new_title(session_id):
                self.rename(session_id, title)
                return True
        return False

    def rename(self, session_id: str, title: SafeText) -> None:
        """Give a listed session the title that the server gave it."""
        self.listing.rename(session_id, title)

    async def pick_bot(self, bot_id: str) -> None:
        """Ask this bot from now on, here and wherever the server keeps the choice."""
        self.bot_id = bot_id
        # one after the other, so that the server keeps the last; those between need not be told
        async with self._preferring:
            if self.bot_id == bot_id:
                await self.backend.prefer_bot(bot_id)

    async def delete_session(self, session_id: str) -> None:
        """Delete a session at the server, then here; gone already is as good.

        What was written in it and not sent stays among the earlier questions.
        """
        # another bot may be picked while the server deletes
        listing = self.listing
        if session_id in self._unmade:
            self.drop_unmade(session_id)
        else:
            with suppress(NotFound):
                await self.backend.delete_session(session_id)
        if (draft := self.store.draft(session_id)).strip():
            self.store.remember_question(draft)
        self._conversations.pop(session_id, None)
        self.store.forget_session(session_id)
        listing.remove(session_id)

    def conversation(self, session_id: str | None = None) -> Conversation:
        """Return the one conversation of a session; without an id a new one.

        A new one becomes a session at the server with its first send.
        """
        if session_id is None:
            return Conversation(self, None)
        if session_id not in self._conversations:
            self._conversations[session_id] = Conversation(self, session_id)
        return self._conversations[session_id]

    def opened(self, session_id: str) -> Conversation | None:
        """Return the conversation of a session if there is one already."""
        return self._conversations.get(session_id)

    @property
    def busy(self) -> list[Conversation]:
        """The conversations in which an answer is coming."""
        return [each for each in self._conversations.values() if each.progress is not None]

    def _ids_unlisted(self) -> list[str]:
        """Return the ids of sessions that the server may not list yet, and which stay all the same.

        Some servers make a session with the first question that reaches them.
        """
        return [
            session_id
            for session_id, each in self._conversations.items()
            if each.progress is not None or each.is_unsent
        ]

    def adopt(self, conversation: Conversation, session_id: str) -> None:
        """Take in a conversation under the id it is known by from now on."""
        self._conversations[session_id] = conversation

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a listed session from its stored messages."""
        return self.listing.describe(session_id)

    async def aclose(self) -> None:
        await self.backend.aclose()
