"""Reading of whole sessions one after the other, for an export: none is held longer than needed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.conversation.history_cache import ReadAhead
from tui.conversation.kept_readings import KeptReadings
from tui.conversation.session_binding import SessionBinding
from tui.conversation.staleness import staleness
from tui.conversation.stored_history import StoredHistory
from tui.errors import NotFound, NotOffered, RateLimited, RunnelError, ServerFailed
from tui.model import Message, Session
from tui.query import Matcher


class Whole(Struct, frozen=True):
    """A session with all of its messages, oldest first, those that the server lacks too."""

    session: Session
    messages: tuple[Message, ...]


class Unread(Struct, frozen=True):
    """A session that could not be read, and why; those behind it can be."""

    session: Session
    error: RunnelError


class NotKept(Struct, frozen=True):
    """A session of which nothing is kept here, where no server is asked."""

    session: Session


class Unwanted(Struct, frozen=True):
    """A session that is not among those that were asked for."""

    session: Session


class SessionReader:
    """Reads sessions of a connection: from the server what its copy here may lack, else the copy.

    Of what was read a copy is kept, but of sessions that were forgotten here or are beyond what the
    account keeps. When `offline`, all is taken from here, and no server is asked. With `holds` what
    was read is there for queries where nothing is kept in a file too, as long as there is room.
    """

    def __init__(
        self, connection: Connection, *, offline: bool = False, holds: bool = False
    ) -> None:
        self._connection = connection
        self._offline = offline
        self._holds = holds

    async def read(
        self, sessions: Iterable[Session], matcher: Matcher | None = None
    ) -> AsyncGenerator[Whole | Unread | NotKept | Unwanted, None]:
        """Yield sessions in their order; with a matcher those that it finds something in.

        Raises:
            RunnelError: the server cannot be reached, or does not let this account in.
        """
        store = self._connection.store
        copies = await store.copies.all()
        is_stale = staleness(self._connection, copies)
        kept = KeptReadings(self._connection, copies.keys())
        await kept.begin()
        documents = Documents(self._connection)
        for session in sessions:
            if matcher is not None and not matcher.is_of_time(session):
                yield Unwanted(session)
                continue
            try:
                messages = await self._messages(session, is_stale, kept)
            except (RateLimited, NotOffered):
                raise
            except (NotFound, ServerFailed) as error:
                yield Unread(session, error)
                continue
            if self._offline and not messages and session.id not in copies:
                yield NotKept(session)
                continue
            known = self._connection.known_session(session.id) or session
            if matcher is None or matcher.hit(documents.document(known, messages)) is not None:
                yield Whole(known, messages)
            else:
                yield Unwanted(known)

    async def _messages(
        self, session: Session, is_stale: Callable[[Session], bool], kept: KeptReadings
    ) -> tuple[Message, ...]:
        connection, session_id = self._connection, session.id
        opened = connection.opened(session_id)
        if opened is not None and opened.stored.is_in_memory:
            # what is being said in it is known to nobody else
            if not self._offline and opened.session_id is not None and is_stale(session):
                await opened.reread()
            return tuple(opened.messages)
        binding = SessionBinding(connection, session_id, lambda: None)
        is_kept = kept.keeps(session)
        stored = StoredHistory(
            connection,
            binding,
            is_current=lambda: is_kept and connection.opened(session_id) is None,
            is_busy=lambda: False,
        )
        await stored.load()
        is_here = self._offline or session_id in connection.unmade or session.gone_at is not None
        if not is_here and is_stale(session):
            await stored.read()
            await kept.note_read(session)
        messages = stored.history.messages
        if self._holds and is_kept:
            connection.histories.add(ReadAhead(connection.store, session_id, stored.size_bytes))
        else:
            stored.let_go()
        return messages
