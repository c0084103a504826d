"""Marks that a person leaves on sessions and exchanges: values, how two changes meet, protocol."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from tui.safe_text import SafeText
from tui.values import replace


class ExchangeMarks(Struct, frozen=True):
    """What a person noted about a question and what follows up to the next one."""

    message_id: str
    """Of the first of its messages."""
    is_unread: bool = False
    """By hand."""
    is_flagged: bool = False
    tags: tuple[SafeText, ...] = ()
    note: SafeText = SafeText("")


class SessionMarks(Struct, frozen=True):
    """What a person noted about a session; local, the server is never told."""

    is_pinned: bool = False
    is_archived: bool = False
    is_flagged: bool = False
    is_unread: bool = False
    """By hand: looking at the session leaves it so."""
    tags: tuple[SafeText, ...] = ()
    """None twice."""
    note: SafeText = SafeText("")
    title: SafeText = SafeText("")
    """Stands before the server's; empty for none."""
    seen_until: datetime | None = None
    """The last change that was looked at, by the server's clock; `None` when it never was."""
    place: str = ""
    """Id of the message at the top of the screen when the session was left."""
    exchanges: tuple[ExchangeMarks, ...] = ()
    """Of those that have any."""
    is_ours: bool = False
    """Begun here, or somebody decided here to ask in it, though it is a customer's."""

    @property
    def is_by_hand(self) -> bool:
        """A person set one of them; the others come of looking and asking."""
        return replace(self, seen_until=None, place="", is_ours=False) != NO_MARKS

    def exchange(self, message_id: str) -> ExchangeMarks:
        """Return the marks of an exchange, which may have none."""
        marks = (each for each in self.exchanges if each.message_id == message_id)
        return next(marks, ExchangeMarks(message_id))

    def with_exchange(self, marks: ExchangeMarks) -> SessionMarks:
        """Put the marks of an exchange in the place of those it had."""
        others = [each for each in self.exchanges if each.message_id != marks.message_id]
        is_marked = marks != ExchangeMarks(marks.message_id)
        return replace(self, exchanges=(*others, marks) if is_marked else tuple(others))


NO_MARKS = SessionMarks()
_M = TypeVar("_M", SessionMarks, ExchangeMarks)


class MarkStore(Protocol):
    """The marks of one account."""

    async def all(self) -> Mapping[str, SessionMarks]:
        """Return them by session, of those that have any.

        At "" is what holds of all that have none.
        """
        ...

    def save(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        """Keep the marks of a session; with `before` only what differs from that is changed."""
        ...


def merged_marks(stored: SessionMarks, before: SessionMarks, after: SessionMarks) -> SessionMarks:
    """Return `stored` with what a person changed from `before` to `after`, and nothing else.

    Another client may have changed the rest meanwhile.
    """
    marks = _merged(stored, before, after)
    for message_id in dict.fromkeys(e.message_id for e in (*before.exchanges, *after.exchanges)):
        changed = (each.exchange(message_id) for each in (stored, before, after))
        marks = marks.with_exchange(_merged(*changed))
    return marks


def _merged(stored: _M, before: _M, after: _M) -> _M:
    # any: the fields are those of the struct itself
    changes: dict[str, Any] = {
        name: new
        for name in before.__struct_fields__
        if name not in ("tags", "exchanges")
        and (new := getattr(after, name)) != getattr(before, name)
    }
    dropped = set(before.tags) - set(after.tags)
    tags: list[SafeText] = [each for each in stored.tags if each not in dropped]
    tags += [each for each in after.tags if each not in {*tags, *before.tags}]
    return replace(stored, **{**changes, "tags": tuple(tags)})
