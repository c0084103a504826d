"""The session list of one bot, or of the whole account where sessions belong to no bot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tui.model import Message, Role, Session
from tui.safe_text import SafeText, clean_line
from tui.store import Store

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TITLE_CHARS = 80
_PREVIEW_CHARS = 200


class Listing:
    """Sessions as last read, newest first, kept in `store` under `key`.

    What a person did here counts as activity where the server does not say so, and what was read
    of a history names a session until the server does.
    """

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key

    def sessions(self) -> list[Session]:
        return self._store.sessions(self._key)

    def find(self, session_id: str) -> Session | None:
        return next((each for each in self.sessions() if each.id == session_id), None)

    def merged(self, fresh: Iterable[Session]) -> list[Session]:
        """Return sessions as just read, with what was known of them."""
        before = {session.id: session for session in self.sessions()}
        return _newest_first(self._described(each, before.get(each.id)) for each in fresh)

    def replace(self, fresh: Sequence[Session], unlisted_ids: Iterable[str]) -> list[Session]:
        """Take in the whole list as just read, and return it.

        Sessions of `unlisted_ids` stay though they are not in it: some servers make a session
        with its first question.
        """
        listed = {session.id for session in fresh}
        kept = [found for each in unlisted_ids if each not in listed and (found := self.find(each))]
        sessions = _newest_first([*kept, *self.merged(fresh)])
        self._store.save_sessions(self._key, sessions)
        return sessions

    def put_first(self, session: Session) -> None:
        """Put what is now known of a session at the head."""
        others = [each for each in self.sessions() if each.id != session.id]
        self._store.save_sessions(self._key, [session, *others])

    def rename(self, session_id: str, title: SafeText) -> None:
        """Give a session the title that the server gave it."""
        self._change(session_id, lambda session: replace(session, title=title))

    def describe(self, session_id: str) -> Session | None:
        """Fill in title and preview of a session from its stored messages."""
        self._change(session_id, lambda session: self._described(session, None))
        return self.find(session_id)

    def remove(self, session_id: str) -> None:
        kept = [each for each in self.sessions() if each.id != session_id]
        self._store.save_sessions(self._key, kept)

    def _change(self, session_id: str, change: Callable[[Session], Session]) -> None:
        sessions = self.sessions()
        for index, session in enumerate(sessions):
            if session.id == session_id:
                sessions[index] = change(session)
                self._store.save_sessions(self._key, sessions)
                return

    def _described(self, session: Session, before: Session | None) -> Session:
        messages = self._store.messages(session.id)
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


def _newest_first(sessions: Iterable[Session]) -> list[Session]:
    return sorted(sessions, key=lambda each: each.updated_at or _LONG_AGO, reverse=True)


def _first_line(messages: list[Message], role: Role, limit_chars: int) -> SafeText:
    for message in messages:
        if message.role is role and message.text.strip():
            return clean_line(message.text, limit_chars)
    return SafeText("")
