"""List of entries that change while they are looked at: the cursor stays with its entry."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from textual import events
from textual.content import Content
from textual.widgets.option_list import Option

from tui.ui.dialogs.choice_list import ChoiceList

Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")

_DETAIL_INDENT = "  "


class EntryList(ChoiceList, Generic[Key, Entry]):
    """Shows entries by their keys, each with words that are told of it and others behind them."""

    DEFAULT_CSS = """
    EntryList {
        background: $surface; border: none; border-left: blank; padding: 0;
        scrollbar-size-vertical: 1;
        &:focus { border: none; border-left: outer $border; }
        &.-empty:focus { border-left: blank; }
    }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__()
        self.set_classes(classes or "")
        self.add_class("-empty")
        self.first: Key | None = None
        """Where the cursor begins, if that is there."""
        self._entries: Mapping[Key, Entry] = {}
        self._words: list[tuple[str, str]] = []

    def put(
        self, entries: Mapping[Key, Entry], words_of: Callable[[Entry], tuple[str, str]]
    ) -> None:
        """Show these in their order, and touch only what differs."""
        words = [words_of(each) for each in entries.values()]
        keys, before, at = [*entries], [*self._entries], self.highlighted
        current = before[at] if at is not None and at < len(before) else self.first
        shown, self._words = self._words, words
        self._entries = entries
        if keys == before:
            for place, (old, new) in enumerate(zip(shown, words, strict=True)):
                if old != new:
                    self.replace_option_prompt_at_index(place, Content.assemble(*_marked(*new)))
            return
        self.set_class(not entries, "-empty")
        self.clear_options()
        self.add_options([Option(Content.assemble(*_marked(*each))) for each in words])
        if keys:
            self.highlighted = self._place_of(current, keys, at or 0)

    def _place_of(self, current: Key | None, keys: list[Key], at: int) -> int:
        if current in keys:
            return keys.index(current)
        return min(at, len(keys) - 1)

    def on_click(self, event: events.Click) -> None:
        """Go to what is clicked; a second click opens it, for there is something to see of it."""
        place = event.style.meta.get("option")
        if place is not None and place != self.highlighted:
            event.prevent_default()
            self.highlighted = place

    @property
    def current(self) -> Entry | None:
        """The entry under the cursor; `None` where there is none."""
        at = self.highlighted
        entries = [*self._entries.values()]
        return entries[at] if at is not None and at < len(entries) else None


def _marked(title: str, detail: str) -> tuple[tuple[str, str], ...]:
    return (title, "bold"), (f"{_DETAIL_INDENT}{detail}", "$foreground-muted")
