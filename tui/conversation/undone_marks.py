"""Undone marks: which sessions an undo changed, and what of them, in words."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tui.store import ExchangeMarks, SessionMarks

_NAMES = {
    "is_pinned": "pin",
    "is_archived": "archive",
    "is_flagged": "flag",
    "is_unread": "unread mark",
    "seen_until": "unread mark",
    "tags": "tags",
    "note": "note",
    "title": "name",
}
"""What a person calls each part of the marks."""


class UndoneMarks(Struct, frozen=True):
    """What one act had changed, and is as before."""

    session_ids: Sequence[str] = ()
    """None when there was nothing to undo."""
    parts: Sequence[str] = ()
    """Such as `flag`, none twice."""
    is_of_exchanges: bool = False
    """Nothing of the sessions themselves had changed."""

    @property
    def what(self) -> str:
        return " and ".join(self.parts) or "mark"


def changed_parts(before: SessionMarks, after: SessionMarks) -> tuple[Sequence[str], bool]:
    """Return the parts that differ, and whether all of them are those of exchanges."""
    of_session = _differing(before, after)
    of_exchanges: list[str] = []
    for message_id in dict.fromkeys(
        each.message_id for each in (*before.exchanges, *after.exchanges)
    ):
        of_exchanges += _differing(before.exchange(message_id), after.exchange(message_id))
    return [*of_session, *of_exchanges], bool(of_exchanges) and not of_session


def _differing(
    before: SessionMarks | ExchangeMarks, after: SessionMarks | ExchangeMarks
) -> Sequence[str]:
    return [
        _NAMES[name]
        for name in before.__struct_fields__
        if name in _NAMES and getattr(before, name) != getattr(after, name)
    ]
