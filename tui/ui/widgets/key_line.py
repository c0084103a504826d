"""Line of keys and what they do; a click on one of them presses it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from textual import events
from textual.binding import ActiveBinding
from textual.content import Content

from tui.ui.cells import cell_len
from tui.ui.widgets.plain_text import Plain

_BEFORE_LETTER = re.compile(r"(?:^| · |/|\bthen )\s*$")
"""What stands before a key of one letter; elsewhere that is a letter."""
_END = re.compile(r" · |[.;] |$")


def key_at(row: str, at: int, keys: Mapping[str, str]) -> str | None:
    """Return the key that the words at a character of a row are about, `None` for none.

    `keys` are by the names that a person reads; the words of one go on to the next, or to the
    end of a sentence.
    """
    named = "|".join(re.escape(name) for name in sorted(keys, key=len, reverse=True))
    if not named:
        return None
    starts = [
        each
        for each in re.finditer(rf"(?<![\w+])(?:{named})(?![\w+])", row)
        if len(each[0]) > 1 or _BEFORE_LETTER.search(row[: each.start()])
    ]
    before = [each for each in starts if each.start() <= at]
    if not before:
        return None
    end = _END.search(row, before[-1].end())
    return keys[before[-1][0]] if end is not None and at < end.start() else None


class KeyLine(Plain):
    """Text that tells keys which act on its screen; they act on a click as well."""

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or self.screen.selections or not isinstance(self.content, Content):
            return
        rows = self.content.wrap(self.content_size.width)
        if place.y >= len(rows):
            return
        row = rows[place.y].plain
        at = next((i for i in range(len(row)) if cell_len(row[: i + 1]) > place.x), len(row))
        names = {
            self.app.get_key_display(active.binding): key
            for key, active in self.active_keys().items()
        }
        # a field takes it as a message, without a binding
        key = key_at(row, at, {"Enter": "enter", **names})
        if key is not None:
            event.stop()
            self.press(key)

    def active_keys(self) -> Mapping[str, ActiveBinding]:
        """Return what the keys do that a click presses."""
        return self.screen.active_bindings

    def press(self, key: str) -> None:
        """Act as the key does."""
        self.app.simulate_key(key)
