"""Watch over the sessions of a bot: exchanges that were asked since it began."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.conversation.session_reading import SessionReader, Whole
from tui.model import Message, Role, Session
from tui.query import Document, Exchange, Matcher

FOLLOWED = timedelta(days=7)
"""So long what is asked in a session is told of, from when that was made."""
UNANSWERED_S = 120.0
"""After that a question without an answer is told of all the same."""


class NewExchange(Struct, frozen=True):
    """A question that was asked since the watch began, with its answers."""

    document: Document
    """Its session, as it is now."""
    exchange: Exchange

    @property
    def session(self) -> Session:
        return self.document.session

    @property
    def is_answered(self) -> bool:
        """`False` for one that nobody answered in `UNANSWERED_S`."""
        return any(_has_come(each) for each in self.exchange.messages[1:])

    def is_found_by(self, matcher: Matcher) -> bool:
        return matcher.holds_of_session(self.document) and (
            not matcher.asks_of_exchanges or matcher.holds_of_exchange(self.exchange)
        )


class _Waiting(Struct):
    """A session with a question that has no answer yet."""

    session: Session
    since: float


class ExchangeWatch:
    """Tells each exchange once that is new at the server, when it is answered.

    Those that a matcher does not find are not told.
    """

    def __init__(self, connection: Connection, matcher: Matcher | None) -> None:
        self._connection = connection
        self._matcher = matcher
        self._began_at: datetime | None = None
        self._told: dict[tuple[str, str], datetime] = {}
        """When each was asked, of those that were asked lately."""
        self._waiting: dict[str, _Waiting] = {}
        self._unread: dict[str, Session] = {}
        """Sessions that have changed, of which the messages were not read yet, the oldest first."""

    @property
    def has_to_read(self) -> bool:
        """There are sessions for the next `read`."""
        return bool(self._unread or self._waiting)

    async def begin(self) -> None:
        """Take what there is for known.

        Raises:
            RunnelError: the list cannot be read.
        """
        self.begin_after(await self._connection.sessions())

    def begin_after(self, sessions: Iterable[Session]) -> None:
        """Take what happened in these sessions, all that there are, for known."""
        # by the clock of the server, where it tells a time
        times = filter(None, (each.changed_at for each in sessions))
        self._began_at = max(times, default=self._connection.now())

    async def look(self) -> AsyncIterator[NewExchange]:
        """Look once, and yield what is new, the oldest first.

        Raises:
            RunnelError: the list, or a history, cannot be read.
        """
        assert self._began_at is not None
        await self.take_in(self._began_at)
        async for each in self.read():
            yield each

    async def take_in(self, since: datetime) -> Sequence[Session]:
        """Return the sessions that changed since then, for the next `read`.

        Raises:
            RunnelError: the list cannot be read.
        """
        arrived = await self._connection.arrivals(since)
        self._forget_old([*filter(None, (each.changed_at for each in arrived))])
        # an error may cut a look off, and the list does not tell of them again
        self._unread |= {each.id: each for each in reversed(arrived)}
        return arrived

    async def read(self, most: int | None = None) -> AsyncIterator[NewExchange]:
        """Read the sessions in which something may be new, `most` of them, and yield that.

        The others are left to the next call.

        Raises:
            RunnelError: a history cannot be read.
        """
        clock = self._connection.clock
        waiting = (each.session for each in self._waiting.values())
        news = [each for each in waiting if each.id not in self._unread]
        news += islice(self._unread.values(), most)
        if not news:
            # what the reader looks up first grows with the number of sessions
            return
        reader = SessionReader(self._connection, holds=True)
        documents = Documents(self._connection)
        async for read in reader.read(news):
            self._unread.pop(read.session.id, None)
            if not isinstance(read, Whole):
                # deleted, or not to be read
                self._waiting.pop(read.session.id, None)
                continue
            # by now its first question names it
            session = self._connection.describe(read.session.id) or read.session
            document = documents.document(session, read.messages)
            held_up = False
            for exchange in document.exchanges:
                if not self._is_new(document, exchange):
                    continue
                new = NewExchange(document, exchange)
                if new.is_answered or self._has_waited(session, clock()):
                    asked_at = exchange.messages[0].created_at
                    assert asked_at is not None
                    self._told[_key_of(document, exchange)] = asked_at
                    if self._matcher is None or new.is_found_by(self._matcher):
                        yield new
                else:
                    held_up = True
            if held_up:
                self._waiting.setdefault(session.id, _Waiting(session, clock()))
            else:
                self._waiting.pop(session.id, None)

    def _forget_old(self, times: Sequence[datetime]) -> None:
        """Look back no further than sessions are followed: a watch may last for months."""
        assert self._began_at is not None
        began_at = max(self._began_at, max(times, default=self._began_at) - FOLLOWED)
        if began_at > self._began_at:
            self._began_at = began_at
            self._told = {each: asked for each, asked in self._told.items() if asked > began_at}

    def _has_waited(self, session: Session, now: float) -> bool:
        waiting = self._waiting.get(session.id)
        return waiting is not None and now - waiting.since >= UNANSWERED_S

    def _is_new(self, document: Document, exchange: Exchange) -> bool:
        assert self._began_at is not None
        asked = exchange.messages[0]
        if asked.role is not Role.USER or _key_of(document, exchange) in self._told:
            return False
        return asked.created_at is not None and asked.created_at > self._began_at


def _key_of(document: Document, exchange: Exchange) -> tuple[str, str]:
    return document.session.id, exchange.messages[0].id


def _has_come(answer: Message) -> bool:
    has_failed = answer.facts is not None and bool(answer.facts.error)
    return answer.role is Role.ASSISTANT and (bool(answer.text) or has_failed)
