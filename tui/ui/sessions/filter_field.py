"""Filter field of a session list: bare words, or a query."""

from __future__ import annotations

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from tui.ui.widgets.query_field import QueryField

_OF_LIST = frozenset({"enter", "delete", "home", "end"})


class FilterField(QueryField, inherit_bindings=False):
    """Leaves to the list the keys that act there."""

    BINDINGS = [
        each
        for each in Input.BINDINGS
        if isinstance(each, Binding) and _OF_LIST.isdisjoint(each.key.split(","))
    ]

    class BlankTyped(Message):
        """A blank that would be all there is, which is no query: the one that was there stays."""

    def replace(self, text: str, start: int, end: int) -> None:
        if text == " " and {start, end} == {0, len(self.value)}:
            self.post_message(self.BlankTyped())
        else:
            super().replace(text, start, end)
