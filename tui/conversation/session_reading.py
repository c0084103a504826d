"""Reading of whole sessions one after the other, for an export: none is held longer than needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from tui.conversation.connection import Connection
from tui.conversation.history import History
from tui.conversation.local_copy import LocalCopy
from tui.errors import NotFound, NotOffered, RateLimited, RunnelError, ServerFailed
from tui.model import OWN_ID_START, Message, Session


@dataclass(frozen=True, slots=True)
class Unread:
    """A session that could not be read, and why; those behind it can be."""

    session: Session
    error: RunnelError


@dataclass(frozen=True, slots=True)
class Whole:
    """A session with all of its messages, oldest first, those that the server lacks too."""

    session: Session
    messages: tuple[Message, ...]


async def read_sessions(
    connection: Connection, sessions: Iterable[Session], *, offline: bool = False
) -> AsyncIterator[Whole | Unread]:
    """Read sessions in their order; `offline` takes what is kept here and asks no server.

    Raises:
        RunnelError: the server cannot be reached, or does not let this account in.
    """
    for session in sessions:
        try:
            messages = await _messages(connection, session.id, offline=offline)
        except (RateLimited, NotOffered):
            raise
        except (NotFound, ServerFailed) as error:
            yield Unread(session, error)
        else:
            yield Whole(connection.known_session(session.id) or session, messages)


async def _messages(
    connection: Connection, session_id: str, *, offline: bool
) -> tuple[Message, ...]:
    opened = connection.opened(session_id)
    if opened is not None and opened.stored.history.is_verified:
        return tuple(opened.messages)
    copy = LocalCopy(connection.store, session_id)
    messages, turns = await copy.load()
    history = History(_keeper(copy, session_id) if opened is None else _keep_nothing)
    history.load(messages, turns)
    if not offline and not session_id.startswith(OWN_ID_START):
        await history.read(lambda: connection.backend.messages(session_id))
        if opened is None:
            connection.store.let_go(session_id)
    return history.messages


def _keeper(copy: LocalCopy, session_id: str) -> Callable[..., None]:
    return lambda messages, turns: copy.save(session_id, messages, turns)


def _keep_nothing(messages: object, turns: object) -> None:
    """Leave the copy to the conversation that is open."""
