"""Sequence of stored sessions, each made when it is asked for: of a long list little is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import overload

from tui.model import Session

_Row = Session | bytes


class SessionRows(Sequence[Session]):
    """The sessions of a list in its order; `ids` are known without making one.

    `make` makes a session of its id and what is stored of it. It is the same object from then on,
    in what was joined or cut out of these rows too.
    """

    __slots__ = ("_made", "_make", "_rows", "ids")

    def __init__(
        self,
        ids: Sequence[str],
        rows: Sequence[_Row],
        make: Callable[[str, bytes], Session],
        made: dict[bytes, Session] | None = None,
    ) -> None:
        self.ids = ids
        self._rows = rows
        self._make = make
        self._made: dict[bytes, Session] = {} if made is None else made

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Session: ...
    @overload
    def __getitem__(self, index: slice) -> SessionRows: ...
    def __getitem__(self, index: int | slice) -> Session | SessionRows:
        if isinstance(index, slice):
            return self._of(self.ids[index], self._rows[index])
        return self._session(self.ids[index], self._rows[index])

    def __iter__(self) -> Iterator[Session]:
        return map(self._session, self.ids, self._rows)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SessionRows) and other._made is self._made:
            return self._rows == other._rows
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as that of any list

    def __repr__(self) -> str:
        return f"SessionRows({list(self)!r})"

    def _session(self, session_id: str, row: _Row) -> Session:
        if not isinstance(row, bytes):
            return row
        session = self._made.get(row)
        if session is None:
            session = self._made[row] = self._make(session_id, row)
        return session

    def _of(self, ids: Sequence[str], rows: Sequence[_Row]) -> SessionRows:
        return SessionRows(ids, rows, self._make, self._made)

    def with_others(self, before: Sequence[Session], after: Sequence[Session]) -> SessionRows:
        """Return these with others before and behind them."""
        ids = [*ids_of(before), *self.ids, *ids_of(after)]
        rows = [*self._rows_of(before), *self._rows, *self._rows_of(after)]
        return self._of(ids, rows)

    def _rows_of(self, sessions: Sequence[Session]) -> Iterable[_Row]:
        if isinstance(sessions, SessionRows) and sessions._made is self._made:
            return sessions._rows
        return sessions

    def chosen(self, is_chosen: Callable[[str], bool]) -> SessionRows:
        """Return those whose ids are chosen."""
        places = [place for place, each in enumerate(self.ids) if is_chosen(each)]
        return self._of([self.ids[at] for at in places], [self._rows[at] for at in places])

    def changed(self, sessions: Mapping[str, Session]) -> SessionRows:
        """Return these with others in the place of those of the same ids."""
        rows = [sessions.get(each, row) for each, row in zip(self.ids, self._rows, strict=True)]
        return self._of(self.ids, rows)


def ids_of(sessions: Sequence[Session]) -> Iterable[str]:
    """Return the ids of sessions in their order, without making one that was not made yet."""
    return sessions.ids if isinstance(sessions, SessionRows) else (each.id for each in sessions)


def joined_rows(*parts: Sequence[Session]) -> Sequence[Session]:
    """Return sessions one behind the other, without making one that was not made yet."""
    for place, part in enumerate(parts):
        if isinstance(part, SessionRows):
            before, after = parts[:place], parts[place + 1 :]
            return part.with_others(joined_rows(*before), joined_rows(*after))
    return tuple(chain.from_iterable(parts))


def chosen(sessions: Sequence[Session], is_chosen: Callable[[str], bool]) -> Sequence[Session]:
    """Return the sessions whose ids are chosen, without making one."""
    if isinstance(sessions, SessionRows):
        return sessions.chosen(is_chosen)
    return tuple(each for each in sessions if is_chosen(each.id))


def changed(sessions: Sequence[Session], by_id: Mapping[str, Session]) -> Sequence[Session]:
    """Return sessions with others in the place of those of the same ids, without making one."""
    if isinstance(sessions, SessionRows):
        return sessions.changed(by_id)
    return tuple(by_id.get(each.id, each) for each in sessions)


def without(sessions: Sequence[Session], ids: Collection[str]) -> Sequence[Session]:
    """Return all sessions but those of these ids, without making one."""
    return chosen(sessions, lambda each: each not in ids)
