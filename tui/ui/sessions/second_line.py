"""Second line of a session in a list: what it has come to, and for an operator who it is with."""

from __future__ import annotations

from collections.abc import Iterator

from tui.facts import SessionFacts
from tui.formatting.copy_age import GONE_WORDS
from tui.formatting.counts import counted
from tui.formatting.person import lead_items
from tui.model import Session
from tui.safe_text import clean_line
from tui.ui.cells import cell_len, cut, whole_items
from tui.ui.sessions.rows import SessionRow

_NOTE_CHARS = 200
"""So much of a note is looked at for its part of one line."""
_LEAST_SAID_CELLS = 12
"""Of a question that is cut, so that more can be told behind it."""


def second_line(row: SessionRow, width_cells: int) -> str:
    """Return the line without what stands before it, as far as it fits."""
    session, note = row.session, clean_line(row.marks.note, _NOTE_CHARS)
    own = [*_own_items(row)]
    if session.facts is None or session.gone_at is not None:
        said = f"“{note}”" if note and session.gone_at is None else _preview_of(session)
        return cut(" · ".join(filter(None, (*own, said))), width_cells)
    items = [*own, *_operator_items(session.facts)]
    said = f"“{note}”" if note else session.facts.last_question
    if not said or _is_title(said, session):
        said = _preview_of(session)
    # what is short is told as far as there is room for a little of what was said before it
    room = width_cells - (min(cell_len(said), _LEAST_SAID_CELLS) + 3 if said else 0)
    rest = whole_items(items, room)
    if said and rest:
        said = cut(said, width_cells - cell_len(rest) - 3)
    return cut(" · ".join(filter(None, (said, rest))), width_cells)


def _own_items(row: SessionRow) -> Iterator[str]:
    """Yield what is of the person: what waits to be sent, the archive, tags."""
    if row.queued:
        yield f"{row.queued} queued"
    if row.is_forgotten:
        yield "forgotten here"
    marks = row.marks
    if marks.is_archived:
        yield "archived"
    tags = dict.fromkeys([*marks.tags, *(tag for each in marks.exchanges for tag in each.tags)])
    if tags:
        yield " ".join(f"#{tag}" for tag in tags)
    if any(each.is_flagged for each in marks.exchanges):
        yield "⚑ inside"


def _operator_items(facts: SessionFacts) -> Iterator[str]:
    if facts.message_count:
        yield counted(facts.message_count, "message")
    yield from (f"[{label}]" for label in facts.labels)
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
