"""Account at one server: backend, local store, clocks, chatbot and session lists."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tui.backends.base import MAX_ROWS, Backend
from tui.conversation.session_index import SessionIndex, newest_first
from tui.model import Bot, Profile, Session
from tui.safe_text import SafeText
from tui.store import Store

TITLE_WAITS = 2
"""How many times the server's own limit a new session's title is waited for."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class Account:
    """A profile at its server, as far as a single conversation needs it."""

    profile: Profile
    backend: Backend
    store: Store
    bot_id: str = ""
    """The chatbot or model that new questions go to; empty until one is settled."""
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    """Returns seconds and only ever grows."""
    now: Callable[[], datetime] = field(default=utc_now, kw_only=True)
    """Returns the aware time."""
    bots: Mapping[str, Bot] = field(default_factory=dict, init=False)
    """By id, as the server offered them last; none until they were read."""
    _preferring: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _indexes: dict[str, SessionIndex] = field(default_factory=dict, init=False)
    _unmade: dict[str, Session] = field(default_factory=dict, init=False)
    _listed: tuple[tuple[Session, ...], tuple[Session, ...]] = field(default=((), ()), init=False)
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

    async def pick_bot(self, bot_id: str) -> None:
        """Ask this bot from now on, here and wherever the server keeps the choice."""
        self.bot_id = bot_id
        # one after the other, so that the server keeps the last; those between need not be told
        async with self._preferring:
            preference = self.backend.bot_preference
            if self.bot_id == bot_id and preference is not None:
                await preference.prefer_bot(bot_id)

    @property
    def session_index(self) -> SessionIndex:
        """The session list that belongs to the bot, or to all where they share one."""
        is_own = self.backend.capabilities.sessions_belong_to_bot
        key = self.bot_id if is_own else ""
        if key not in self._indexes:
            self._indexes[key] = SessionIndex(self.store, key)
        return self._indexes[key]

    def known_sessions(self) -> tuple[Session, ...]:
        """Return the sessions as last read, newest first, without asking the server.

        The same tuple until something in it changes.
        """
        return self.session_index.sessions()

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

    @property
    def list_is_cut(self) -> bool:
        """The server has more sessions than are read."""
        return len(self.known_sessions()) >= MAX_ROWS

    def known_session(self, session_id: str) -> Session | None:
        """Return a session of the list as last read, or one that could not be made."""
        return self._unmade.get(session_id) or self.session_index.find(session_id)

    def keep_unmade(self, session: Session) -> None:
        """List what is known by an id of ours, because the server made no session of it."""
        self._unmade[session.id] = session
        self._listed = ((), ())

    def drop_unmade(self, own_id: str) -> bool:
        """Take a session that was not made off the list; `False` when it is not one of those."""
        self._listed = ((), ())
        return self._unmade.pop(own_id, None) is not None

    def rename(self, session_id: str, title: SafeText) -> None:
        """Give a listed session the title that the server gave it."""
        self.session_index.rename(session_id, title)

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a listed session from its stored messages."""
        return self.session_index.describe(session_id)

    async def follow_title(self, session_id: str) -> bool:
        """Wait until the server names a session, and name it so; `False` when it did not."""
        titles = self.backend.titles
        if titles is None:
            return False
        for _ in range(TITLE_WAITS):
            if title := await titles.new_title(session_id):
                self.rename(session_id, title)
                return True
        return False

    async def aclose(self) -> None:
        await self.backend.aclose()
