"""Staleness of stored histories: which of them the server may have more of.

A session has changed when the server's list tells another time of its last change, or another
number of messages. Some hosts tell no such time, or one that new messages leave as it is. A host is
believed when it tells of any session that it changed after it was made, and no history has messages
that are newer than what was told; else a copy of a young session is always stale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from tui.conversation.connection import Connection
from tui.model import Session
from tui.store import CopyState, SessionVersion
from tui.store.copies import CLOCK_SKEW

YOUNG = timedelta(days=7)
"""So long after it was made messages are expected in a session without being told of."""
_UNTOLD = SessionVersion()


def staleness(connection: Connection, states: Mapping[str, CopyState]) -> Callable[[Session], bool]:
    """Return what says whether the server may have more of a listed session than its copy shows.

    `states` are those of the copies of the account.
    """
    index = connection.session_index
    tells_changes = any(map(_is_told_to_have_changed, connection.known_sessions())) and all(
        state.version != _UNTOLD for state in states.values()
    )

    def is_stale(session: Session) -> bool:
        state, told = states.get(session.id), index.version(session.id)
        if state is None or told is None or state.may_be_behind:
            return True
        if state.version not in (_UNTOLD, told.version):
            return True
        made_at = session.created_at or told.version.changed_at
        is_young = made_at is None or state.read_at < made_at + YOUNG
        return is_young and not tells_changes and told.version.message_count is None

    return is_stale


def _is_told_to_have_changed(session: Session) -> bool:
    made_at, changed_at = session.created_at, session.updated_at
    return made_at is not None and changed_at is not None and made_at + CLOCK_SKEW < changed_at
