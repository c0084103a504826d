"""Query field: a line in the grammar of queries, whose broken part is underlined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rich.style import Style
from rich.text import Text

from tui.query import QueryError
from tui.query.completion import Completions, completions
from tui.ui.widgets.field import Field

_LEAST_CHARS = 3
"""Of a key, so that it is completed: until then it is a word, most often."""


class QueryField(Field):
    """Offers what may be meant at the cursor."""

    wrong: QueryError | None = None
    """What of the query cannot be read."""
    known: Callable[[], Mapping[str, Iterable[str]]] = dict
    """Returns the values that a query may name, by its key."""

    def drawn_value(self) -> Text:
        shown = super().drawn_value()
        # characters that are drawn as others have other places
        if self.wrong is not None and len(shown) == len(self.value):
            shown.stylize(Style(underline=True, bold=True), self.wrong.start, self.wrong.end)
        return shown

    @property
    def completions(self) -> Completions:
        """Return what may be meant where the cursor is, nothing while it is a word most likely."""
        at = self.cursor_position
        told = completions(self.value, at, self.known())
        typed = self.value[told.start : at]
        is_value = self.value[: told.start].endswith(":")
        if not is_value and len(typed.lstrip("-")) < _LEAST_CHARS:
            return Completions(at, at)
        others = tuple(each for each in told.candidates if each != typed)
        return Completions(told.start, told.end, others)

    def complete(self) -> None:
        """Put in what may be meant where the cursor is, as far as something is."""
        told = self.completions
        if told.candidates:
            self.replace(told.candidates[0], told.start, told.end)
