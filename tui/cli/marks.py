"""Marks of a person on a session, as JSON tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.query import Marks
    from tui.safe_text import JsonValue


def marks_record(marks: Marks) -> dict[str, JsonValue]:
    """Return the marks of a session, and of its exchanges with them."""
    return {
        "title": marks.title or None,
        "unread": marks.is_unread,
        "flagged": marks.is_flagged,
        "archived": marks.is_archived,
        "tags": list(marks.tags),
        "note": marks.note or None,
    }
