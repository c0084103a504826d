"""Query that was written in a shell, which takes the quotes away that are around its words."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.query import Query

_SHOWN_CHARS = 60


def parse_in_shell(text: str) -> Query:
    """Return what a query asks for that was written in a shell.

    Raises:
        QueryError: it cannot be read; the advice to quote a word says how a shell wants that. A
            quote that is still open is an error here: nobody is about to type its end. So is a term
            in which nothing is left to look for: it would find everything.
    """
    from tui.query import QueryError, parse
    from tui.query.parsing import AS_WORDS, CLOSING, tokens_of

    try:
        query = parse(text)
    except QueryError as error:
        if error.hint == AS_WORDS:
            written = shlex.quote(f'"{text[error.start : error.end]}"')
            error.hint = f"To look for it as words, write {written} in the shell."
        raise
    for each in tokens_of(text):
        written = text[each.start : each.end].rstrip()
        if each.is_void:
            # of a variable without a value, mostly: it is not meant as any, or all there is
            raise QueryError(
                f"Nothing is asked for in {clean_line(written, _SHOWN_CHARS)}",
                each.start,
                each.end,
                hint="Write what to look for, or leave it out.",
            )
        if each.is_open:
            whole = shlex.quote(written + CLOSING[text[each.value_start]][0])
            raise QueryError(
                f"A quote is not closed: {clean_line(written, _SHOWN_CHARS)}",
                each.start,
                each.end,
                hint=f"Write {clean_line(whole, _SHOWN_CHARS * 2)} in the shell, or leave it out.",
            )
    return query
