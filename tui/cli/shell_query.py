"""Query that was written in a shell, which takes the quotes away that are around its words."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.query import Query


def parse_in_shell(text: str) -> Query:
    """Return what a query asks for that was written in a shell.

    Raises:
        QueryError: it cannot be read; the advice to quote a word says how a shell wants that.
    """
    from tui.query import QueryError, parse
    from tui.query.parsing import AS_WORDS

    try:
        return parse(text)
    except QueryError as error:
        if error.hint == AS_WORDS:
            written = shlex.quote(f'"{text[error.start : error.end]}"')
            error.hint = f"To look for it as words, write {written} in the shell."
        raise
