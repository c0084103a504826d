"""Finding words in the conversation that is open."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tui.model import Message as ChatMessage
from tui.ui.widgets.plain import Plain


class FindBar(Horizontal):
    """A line to type in; `enter` and `down` go to the next message that has the words."""

    DEFAULT_CSS = """
    FindBar {
        height: 1; width: 1fr; display: none; background: $panel; padding: 0 1;
        & > Plain { width: auto; }
        & > .count { padding: 0 1; color: $foreground-muted; }
        & > Input { width: 1fr; border: none; height: 1; background: $panel; padding: 0; }
        &.-open { display: block; }
    }
    """
    BINDINGS = [
        Binding("down", "step(1)", "Next", id="find.next"),
        Binding("up", "step(-1)", "Previous", id="find.previous"),
        Binding("escape", "close", "Close", id="find.close"),
    ]

    @dataclass
    class Found(Message):
        """Go to this message."""

        message_id: str

    class Closed(Message):
        """The person is done finding."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: tuple[ChatMessage, ...] = ()
        self._hits: list[str] = []
        self._at = -1

    def compose(self) -> ComposeResult:
        yield Plain("find:")
        field = Input(placeholder=" words in this conversation", compact=True)
        field.cursor_blink = False
        yield field
        yield Plain("", classes="count")

    def open(self, messages: tuple[ChatMessage, ...]) -> None:
        """Start finding in `messages`, all of them, mounted or not."""
        self._messages = messages
        self.add_class("-open")
        self.query_one(Input).focus()
        self._find()

    def step(self, step: int) -> None:
        """Go to the next (1) or previous (-1) hit, around the ends."""
        if self._hits:
            self._at = (self._at + step) % len(self._hits)
            self._tell()
            self.post_message(self.Found(self._hits[self._at]))

    def action_step(self, step: int) -> None:
        self.step(step)

    def action_close(self) -> None:
        self.remove_class("-open")
        self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.step(1)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._find()

    def _find(self) -> None:
        words = self.query_one(Input).value.casefold()
        self._hits = [m.id for m in self._messages if words and words in m.text.casefold()]
        # from the end: the newest hit is the likeliest
        self._at = len(self._hits)
        self._tell()

    def _tell(self) -> None:
        words = self.query_one(Input).value
        count = self.query_one(".count", Plain)
        if not words:
            count.update("")
        elif not self._hits:
            count.update("no hits here · F3 searches everything")
        elif self._at >= len(self._hits):
            count.update(f"{len(self._hits)} messages · ↑ newest first")
        else:
            count.update(f"{self._at + 1} of {len(self._hits)}")
