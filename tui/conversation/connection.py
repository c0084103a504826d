"""One profile at work."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from tui.backends.base import MAX_ROWS, Backend
from tui.conversation.conversation import Conversation
from tui.errors import NotFound
from tui.model import ALWAYS, Message, Period, Profile, Role, Session
from tui.safe_text import SafeText, clean_line
from tui.store import Store

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
TITLE_WAITS = 2
"""How many times the server's own limit a new session's title is waited for."""
_TITLE_CHARS = 80
_PREVIEW_CHARS = 200


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
        self._conversations: dict[str, Conversation] = {}

    async def settle_bot(self) -> str:
        """Return the bot to use: the configured one, else the server's choice, else the only one.

        Empty means that a person must pick.
        """
        if not self.bot_id:
            self.bot_id = await self.backend.preferred_bot()
        if not self.bot_id:
            bots = await self.backend.bots()
            if len(bots) == 1:
                self.bot_id = bots[0].id
        return self.bot_id

    def known_sessions(self) -> list[Session]:
        """Return the sessions as last read, newest first, without asking the server."""
        return self.store.sessions(self.bot_id)

    async def sessions(self, period: Period = ALWAYS) -> list[Session]:
        """Read the session list again, newest first, and keep it if it is that of all times.

        What a person did here counts as activity where the server does not say so.
        """
        # another bot may be picked while the list is on its way
        bot_id = self.bot_id
        fresh = await self.backend.sessions(bot_id, period)
        before = {session.id: session for session in self.store.sessions(bot_id)}
        sessions = [self._described(session, before.get(session.id)) for session in fresh]
        if period != ALWAYS:
            return sessions
        listed = {session.id for session in fresh}
        # some servers make a session with its first question: it is not listed at once
        sessions[:0] = [
            before[each.session_id]
            for each in self.busy
            if each.session_id in before and each.session_id not in listed
        ]
        sessions.sort(key=lambda each: each.updated_at or _LONG_AGO, reverse=True)
        self.store.save_sessions(bot_id, sessions)
        return sessions

    def known_session(self, session_id: str) -> Session | None:
        """Return a session of the list as last read."""
        return next((each for each in self.known_sessions() if each.id == session_id), None)

    async def read_title(self, session_id: str) -> bool:
        """Name a listed session that has no title by its history; `False` when it needs none."""
        session = self.known_session(session_id)
        conversation = self.conversation(session_id)
        if session is None or session.title or conversation.verified:
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
        sessions = [
            replace(each, title=title) if each.id == session_id else each
            for each in self.known_sessions()
        ]
        self.store.save_sessions(self.bot_id, sessions)

    async def pick_bot(self, bot_id: str) -> None:
        """Ask this bot from now on, here and wherever the server keeps the choice."""
        self.bot_id = bot_id
        await self.backend.prefer_bot(bot_id)

    async def delete_session(self, session_id: str) -> None:
        """Delete a session at the server, then here; gone already is as good."""
        with suppress(NotFound):
            await self.backend.delete_session(session_id)
        self._conversations.pop(session_id, None)
        self.store.forget_session(session_id)
        kept = [session for session in self.known_sessions() if session.id != session_id]
        self.store.save_sessions(self.bot_id, kept)

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

    def adopt(self, conversation: Conversation, session: Session) -> None:
        """Take in a conversation whose session has just been made."""
        self._conversations[session.id] = conversation
        self.note_session(session)

    def note_session(self, session: Session) -> None:
        """Put what is now known of a session at the head of the list."""
        others = [each for each in self.known_sessions() if each.id != session.id]
        self.store.save_sessions(self.bot_id, [session, *others])

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a listed session from its stored messages."""
        sessions = self.known_sessions()
        for index, session in enumerate(sessions):
            if session.id == session_id:
                sessions[index] = self._described(session, None)
                self.store.save_sessions(self.bot_id, sessions)
                return sessions[index]
        return None

    async def aclose(self) -> None:
        await self.backend.aclose()

    def _described(self, session: Session, before: Session | None) -> Session:
        messages = self.store.messages(session.id)
        first = _first_line(messages, Role.USER, _TITLE_CHARS)
        last = _first_line(list(reversed(messages)), Role.ASSISTANT, _PREVIEW_CHARS)
        title, preview, updated_at = session.title, session.preview, session.updated_at
        if before is not None:
            title, preview = title or before.title, preview or before.preview
            updated_at = max(filter(None, (updated_at, before.updated_at)), default=None)
        if not title:
            # a snippet is the first question: it names the session until the server does
            title, preview = clean_line(preview, _TITLE_CHARS) or first, SafeText("")
        return replace(
            session, title=title, preview=last or preview or first, updated_at=updated_at
        )


def _first_line(messages: list[Message], role: Role, limit_chars: int) -> SafeText:
    for message in messages:
        if message.role is role and message.text.strip():
            return clean_line(message.text, limit_chars)
    return SafeText("")
