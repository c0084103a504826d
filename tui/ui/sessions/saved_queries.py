"""Saved queries above the session list, each with how many sessions it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct
from textual import events
from textual.content import Content
from textual.message import Message

from tui.conversation.session_finder import FoundIds, SavedQuery
from tui.safe_text import clean_line
from tui.ui.cells import cell_len
from tui.ui.widgets.plain_text import Plain

_NAME_CHARS = 30
_GAP = "  "
_CHOSEN, _NOT_CHOSEN = "▸", " "
_UNKNOWN = "?"


class _Item(Struct, frozen=True):
    text: str
    line: int
    start: int
    """In cells."""
    is_chosen: bool
    is_empty: bool
    query: SavedQuery


class SavedQueries(Plain):
    """As many in a row as fit whole; a click on one picks it, on the one that is picked none."""

    DEFAULT_CSS = """
    SavedQueries {
        height: auto; color: $foreground-muted; display: none;
        &.-any { display: block; }
    }
    """

    @dataclass(eq=False, repr=False)
    class Picked(Message):
        text: str
        """The query; empty to show all sessions again."""

    def __init__(self) -> None:
        super().__init__()
        self._queries: Sequence[SavedQuery] = ()
        self._chosen = ""
        self._items: Sequence[_Item] = ()

    def show(self, queries: Sequence[SavedQuery], chosen: str) -> None:
        """Show these; `chosen` is the text of the one that the list shows, if it shows any."""
        self._queries, self._chosen = queries, chosen.strip()
        self.set_class(bool(queries), "-any")
        self._draw()

    def following(self, step: int) -> str:
        """Return the text of the next query that finds something, empty behind the last."""
        texts = ["", *(each.text for each in self._queries if each.found.ids)]
        at = texts.index(self._chosen) if self._chosen in texts else 0
        return texts[(at + step) % len(texts)]

    def on_resize(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        for each in self._items:
            if each.line == event.y and 0 <= event.x - each.start < cell_len(each.text):
                self.post_message(self.Picked("" if each.is_chosen else each.query.text))

    def _draw(self) -> None:
        lines_before = len({each.line for each in self._items})
        self._items = _laid_out(self._queries, self._chosen, self.size.width)
        lines: list[Content] = []
        for item in self._items:
            style = "$text-primary bold" if item.is_chosen else "$foreground"
            shown = Content.styled(item.text, "" if item.is_empty else style)
            if item.line == len(lines):
                lines.append(shown)
            else:
                lines[-1] = Content(_GAP).join([lines[-1], shown])
        # to lay the screen out for a count that is another would be dear
        self.update(Content("\n").join(lines), layout=len(lines) != lines_before)


def _laid_out(queries: Sequence[SavedQuery], chosen: str, width_cells: int) -> list[_Item]:
    items: list[_Item] = []
    line = start = 0
    for query in queries:
        is_chosen = query.text == chosen
        mark = _CHOSEN if is_chosen else _NOT_CHOSEN
        text = f"{mark}{clean_line(query.name, _NAME_CHARS)} {_count(query.found)}"
        if start and start + cell_len(text) > width_cells:
            line, start = line + 1, 0
        items.append(_Item(text, line, start, is_chosen, not query.found.ids, query))
        start += cell_len(text) + len(_GAP)
    return items


def _count(found: FoundIds) -> str:
    """Return how many were found, as far as that is known: before a sync none is not zero."""
    if not found.is_known and not found.ids:
        return _UNKNOWN
    return f"{len(found.ids):,}" + ("" if found.is_all and found.is_known else "+")
