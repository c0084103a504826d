"""Second line of a session in a list: what it has come to, and for an operator who it is with."""

from __future__ import annotations

from collections.abc import Iterator

from tui.facts import SessionFacts
from tui.formatting.copy_age import GONE_WORDS
from tui.formatting.counts import counted
from tui.formatting.person import lead_items
from tui.model import Session
from tui.safe_text import clean_line
from tui.ui.cells import cell_len, cut_words, whole_items
from tui.ui.sessions.rows import SessionRow

_NOTE_CHARS = 200
"""So much of a note is looked at for its part of one line."""
_LEAST_SAID_CELLS = 20
"""Of a question that is cut, so that more can be told behind it."""
_TELLING_CELLS = 8
"""Less of a question says nothing."""


def second_line(row: SessionRow, width_cells: int) -> str:
    """Return the line without what stands before it, as far as it fits.

    What is of the person comes first, then what was said, then what an operator is told. Items are
    whole or left out, and of what was said whole words are told.
    """
    session, note = row.session, clean_line(row.marks.note, _NOTE_CHARS)
    own = whole_items(_own_items(row, width_cells), width_cells)
    facts = session.facts if session.gone_at is None else None
    said = f"“{note}”" if note and session.gone_at is None else ""
    if not said and facts is not None and not _is_title(facts.last_question, session):
        said = facts.last_question
    said = said or _preview_of(session)
    room = width_cells - (cell_len(own) + 3 if own else 0)
    # what is short is told as far as there is room for enough of what was said before it
    least = min(cell_len(said), _LEAST_SAID_CELLS) + 3 if said else 0
    rest = whole_items(_operator_items(facts), room - least) if facts is not None else ""
    said_room = room - (cell_len(rest) + 3 if rest else 0)
    if own and said_room < _TELLING_CELLS < cell_len(said):
        said = ""
    return " · ".join(filter(None, (own, cut_words(said, said_room), rest)))


def _own_items(row: SessionRow, width_cells: int) -> Iterator[str]:
    """Yield what is of the person: what waits to be sent, the archive, tags as far as they fit."""
    if row.queued:
        yield f"{row.queued} queued"
    if row.unsent:
        yield f"{row.unsent} not sent"
    if row.is_forgotten:
        yield "forgotten here"
    marks = row.marks
    if marks.is_archived:
        yield "archived"
    tags = dict.fromkeys([*marks.tags, *(tag for each in marks.exchanges for tag in each.tags)])
    if tags:
        # nothing else tells that there is a note
        kept = _TELLING_CELLS + 3 if marks.note else 0
        room = min(width_cells, max(_TELLING_CELLS, width_cells - kept))
        yield cut_words(" ".join(f"#{tag}" for tag in tags), room)
    if any(each.is_flagged for each in marks.exchanges):
        yield "⚑ inside"


def _operator_items(facts: SessionFacts) -> Iterator[str]:
    yield from (f"[{label}]" for label in facts.labels)
    if facts.message_count:
        yield counted(facts.message_count, "message")
    yield from lead_items(facts, shown=False)


def _preview_of(session: Session) -> str:
    """Return the preview; nothing where that is the first question and the title as well.

    Of one that the server does not have, that.
    """
    if session.gone_at is not None:
        return GONE_WORDS
    return "" if _is_title(session.preview, session) else session.preview


def _is_title(text: str, session: Session) -> bool:
    return text.startswith(session.label.removesuffix("…"))
