"""Window title: what the terminal's tab tells of the chat while it is behind another one."""

from __future__ import annotations

from tui.conversation import Connection, Conversation

BUSY = "●"
NAME = "Runnel"


def window_title(
    connection: Connection, conversation: Conversation, *, is_busy: bool, unread: int
) -> str:
    """Return state, session and profile, most important first: tabs are narrow."""
    session = connection.known_session(conversation.id) if conversation.id else None
    marks = [BUSY] * is_busy + [f"({unread})"] * bool(unread)
    names = [connection.local.marks.title_of(session)] if session is not None else []
    return " ".join([*marks, " · ".join([*names, connection.profile.name, NAME])])
