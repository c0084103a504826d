"""Line below the transcript: how much stands further down, and the key that goes there."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from tui.ui.transcript.arrivals import ContentBelow
from tui.ui.widgets.plain_text import Plain


class BelowLine(Plain):
    """Takes no room while there is nothing below; a click goes there.

    `key_of` tells the key of an action id.
    """

    DEFAULT_CSS = """
    BelowLine {
        height: 1; width: 1fr; display: none; padding: 0 2; color: $text-accent; text-style: bold;
        &.-open { display: block; }
    }
    """

    class Pressed(Message):
        """A person wants to be at the end."""

    def __init__(self, key_of: Callable[[str], str]) -> None:
        super().__init__("")
        self._key_of = key_of
        self._sentence = self._end_key = ""

    def on_click(self) -> None:
        self.post_message(self.Pressed())

    def show(self, below: ContentBelow) -> None:
        """Say what is below, when it has changed."""
        # asked once: a look through all the keys would be dear with every row scrolled
        self._end_key = self._end_key or self._key_of("chat.last")
        sentence = below.sentence(self._end_key)
        if sentence != self._sentence:
            self._sentence = sentence
            self.set_class(bool(sentence), "-open")
            self.update(sentence, layout=False)
