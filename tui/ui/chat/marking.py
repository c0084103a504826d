"""Marking: what keys in list and transcript do with the marks of sessions and exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from tui.conversation import Connection
from tui.conversation.marks import LocalMarks
from tui.formatting.counts import counted
from tui.safe_text import SafeText, clean, clean_line
from tui.store import ExchangeMarks, SessionMarks
from tui.ui.cells import cut
from tui.ui.chat.context import ChatContext
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen
from tui.ui.sessions.mark_actions import MarkAct
from tui.values import replace

MAX_TAG_CHARS, MAX_NOTE_CHARS, MAX_TITLE_CHARS = 40, 10_000, 200
_TITLE_CELLS = 30
"""So much of a title is told."""
_LOCAL = "Marks stay on this machine: the server is not told."


class Marking:
    """Acts on sessions, or with a message on its exchange; all that was done can be undone."""

    def __init__(self, context: ChatContext, tell: Callable[[str], None]) -> None:
        self._context = context
        self._tell = tell

    def mark(self, act: MarkAct, session_ids: Sequence[str], message_id: str = "") -> None:
        """Do something with these sessions, or with an exchange of the only one."""
        connection = self._context.connection
        if connection is None or (not session_ids and act is not MarkAct.UNDO):
            return
        marks = connection.local.marks
        is_first = not marks.has_any and act is not MarkAct.UNDO
        match act:
            case MarkAct.UNDO:
                self._undo(connection)
            case MarkAct.FLAG:
                is_flagged = not all(
                    _part(marks.of(each), message_id).is_flagged for each in session_ids
                )
                marks.change(
                    session_ids, lambda each: _edited(each, message_id, is_flagged=is_flagged)
                )
            case MarkAct.UNREAD:
                _turn_unread(connection, session_ids, message_id)
            case MarkAct.ARCHIVE:
                self._archive(marks, session_ids)
            case MarkAct.TAG | MarkAct.NOTE | MarkAct.RENAME:
                asking = partial(self._ask, connection, act, session_ids, message_id)
                self._context.spawn(asking, "marking")
                return
        self._done(connection, is_first=is_first)

    def mark_open(self, act: MarkAct) -> None:
        """Do something with the open session, and say what it is now: its row may not be there."""
        session_id, connection = self._context.conversation_id, self._context.connection
        self.mark(act, [session_id])
        if connection is None:
            return
        marks = connection.local.marks.of(session_id)
        if act is MarkAct.FLAG:
            self._tell("Flagged." if marks.is_flagged else "Not flagged any more.")
        elif act is MarkAct.UNREAD:
            self._tell("Unread." if marks.is_unread else "Read.")

    def _done(self, connection: Connection, *, is_first: bool) -> None:
        if is_first and connection.local.marks.has_any:
            self._tell(_LOCAL)
        self._context.draw()

    def _undo(self, connection: Connection) -> None:
        undone = connection.local.marks.undo()
        if not undone.session_ids:
            self._tell("No mark to undo.")
            return
        sessions = _named(connection, undone.session_ids, is_of_exchange=undone.is_of_exchanges)
        self._tell(f"Undone: {undone.what} of {sessions}.")

    def _archive(self, marks: LocalMarks, session_ids: Sequence[str]) -> None:
        is_archived = not all(marks.of(each).is_archived for each in session_ids)
        marks.change(session_ids, lambda each: replace(each, is_archived=is_archived))
        did = "Archived" if is_archived else "Taken out of the archive"
        key = self._context.key_of("sessions.undo")
        self._tell(f"{did}: {counted(len(session_ids), 'session')}. {key} in the list undoes it.")

    async def _ask(
        self, connection: Connection, act: MarkAct, session_ids: Sequence[str], message_id: str
    ) -> None:
        marks = connection.local.marks
        parts = [_part(marks.of(each), message_id) for each in session_ids]
        sessions = _named(connection, session_ids, is_of_exchange=bool(message_id))
        is_first = not marks.has_any
        match act:
            case MarkAct.TAG:
                common = _common_tags(parts)
                suggest = partial(suggested_tags, marks.tags)
                line = "".join(f"{each}, " for each in common)
                title = f"Tags of {sessions}, with commas between them"
                told = await self._context.ask(EditLineScreen(title, line, suggest=suggest))
                if told is not None:
                    wanted = tags_in(told)
                    marks.change(
                        session_ids,
                        lambda each: _edited(
                            each, message_id, tags=_retagged(each, message_id, common, wanted)
                        ),
                    )
            case MarkAct.NOTE:
                notes = {each.note for each in parts}
                text = notes.pop() if len(notes) == 1 else ""
                title = f"Note on {sessions}, for your eyes only"
                if any(notes):
                    title += ", in place of those they have"
                told = await self._context.ask(EditTextScreen(title, text))
                if told is not None:
                    note = clean(told, MAX_NOTE_CHARS)
                    marks.change(session_ids, lambda each: _edited(each, message_id, note=note))
            case _:
                await self._rename(connection, session_ids)
        self._done(connection, is_first=is_first)

    async def _rename(self, connection: Connection, session_ids: Sequence[str]) -> None:
        session_id = session_ids[0]
        session = connection.known_session(session_id)
        if session is None:
            return
        marks = connection.local.marks
        it = "it" if len(session_ids) == 1 else f"only the first of these {len(session_ids):,}"
        title = f"Name {it} here; nothing for the server's own"
        told = await self._context.ask(EditLineScreen(title, marks.title_of(session)))
        if told is not None:
            named = clean_line(told, MAX_TITLE_CHARS) if told != session.label else SafeText("")
            marks.change([session_id], lambda each: replace(each, title=named))


def _named(connection: Connection, session_ids: Sequence[str], *, is_of_exchange: bool) -> str:
    """Return sessions as a sentence names them: the only one by its title, several by their count.

    An undone mark may be of a session that is known no more; it is counted too.
    """
    sessions = counted(len(session_ids), "session")
    session = connection.known_session(session_ids[0])
    if session is not None and len(session_ids) == 1:
        sessions = f"“{cut(connection.local.marks.title_of(session), _TITLE_CELLS)}”"
    return f"an exchange of {sessions}" if is_of_exchange else sessions


def _turn_unread(connection: Connection, session_ids: Sequence[str], message_id: str) -> None:
    """Mark as read what is unread; else all of it as unread."""
    marks = connection.local.marks
    known = [connection.known_session(each) for each in session_ids]
    sessions = [each for each in known if each is not None]
    if message_id:
        is_unread = not _part(marks.of(session_ids[0]), message_id).is_unread
        marks.change(session_ids, lambda each: _edited(each, message_id, is_unread=is_unread))
    elif any(map(marks.is_unread, sessions)):
        marks.mark_read(sessions)
    else:
        marks.change(session_ids, lambda each: replace(each, is_unread=True))


def _part(marks: SessionMarks, message_id: str) -> SessionMarks | ExchangeMarks:
    return marks.exchange(message_id) if message_id else marks


def _edited(
    marks: SessionMarks,
    message_id: str,
    *,
    is_flagged: bool | None = None,
    is_unread: bool | None = None,
    tags: tuple[SafeText, ...] | None = None,
    note: SafeText | None = None,
) -> SessionMarks:
    """Return marks with what is given of them changed, those of the exchange if one is named."""
    part = _part(marks, message_id)
    part = replace(
        part,
        is_flagged=part.is_flagged if is_flagged is None else is_flagged,
        is_unread=part.is_unread if is_unread is None else is_unread,
        tags=part.tags if tags is None else tags,
        note=part.note if note is None else note,
    )
    return marks.with_exchange(part) if isinstance(part, ExchangeMarks) else part


def tags_in(line: str) -> tuple[SafeText, ...]:
    """Return the tags of a line, none twice, whatever its case."""
    tags = (clean_line(each.strip(), MAX_TAG_CHARS) for each in line.replace("#", " ").split(","))
    return tuple({each.casefold(): each for each in tags if each}.values())


def suggested_tags(known: Iterable[str], line: str) -> Sequence[str]:
    """Return lines with each of the known tags that the last of a line may be meant to be."""
    before, comma, typed = line.rpartition(",")
    used = {each.casefold() for each in tags_in(before)}
    begun = typed.strip().casefold()
    fitting = [each for each in known if each.casefold() not in used]
    fitting = [each for each in fitting if begun in each.casefold() and begun != each.casefold()]
    fitting.sort(key=lambda each: not each.casefold().startswith(begun))
    return [f"{before}{comma and ', '}{each}, " for each in fitting]


def _common_tags(parts: Sequence[SessionMarks | ExchangeMarks]) -> tuple[SafeText, ...]:
    return tuple(tag for tag in parts[0].tags if all(tag in each.tags for each in parts))


def _retagged(
    marks: SessionMarks,
    message_id: str,
    common: Sequence[SafeText],
    wanted: Sequence[SafeText],
) -> tuple[SafeText, ...]:
    """Return the tags with those that were taken out of the common ones dropped, others added."""
    kept = (each for each in _part(marks, message_id).tags if each in wanted or each not in common)
    return tuple(dict.fromkeys((*kept, *wanted)))
