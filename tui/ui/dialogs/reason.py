"""Reason line of a dialog: why what was entered was not taken, or that it is being looked at."""

from __future__ import annotations

from tui.errors import RunnelError
from tui.ui.widgets.plain_text import Plain


class ReasonLine(Plain):
    """Takes no room as long as there is nothing to say."""

    DEFAULT_CSS = """
    ReasonLine {
        display: none; color: $text-error; margin: 1 0 0 0;
        &.-shown { display: block; }
        &.-passing { color: $foreground-muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__("", classes="reason")

    def refuse(self, error: RunnelError) -> None:
        """Say why what was entered last was not taken."""
        self._say(f"✗ {error.sentence} {error.hint}".rstrip())

    def end_refusal(self) -> None:
        """Say it no longer: something else is being entered."""
        if not self.has_class("-passing"):
            self._say("")

    def tell(self, words: str) -> None:
        """Say what goes on; nothing, with no words."""
        self._say(words)
        self.add_class("-passing")

    def _say(self, words: str) -> None:
        self.update(words)
        self.set_class(bool(words), "-shown")
        self.remove_class("-passing")
