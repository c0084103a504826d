"""Hint labels over the transcript: typing one acts on what it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Offset
from textual.message import Message

from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bindings import name_keys
from tui.ui.key_routing import Letters
from tui.ui.widgets.key_line import KeyLine
from tui.ui.widgets.plain_text import Plain


class HintLabel(Plain):
    """A label, to be typed or clicked."""

    ALLOW_SELECT = False

    @dataclass(eq=False, repr=False)
    class Clicked(Message):
        label: HintLabel

    def on_click(self) -> None:
        self.post_message(self.Clicked(self))


class HintsScreen(Dialog[int]):
    """Returns which of `places` was meant, `None` for none; `labels` are as many.

    A place is the cell of the screen before which a label stands.
    """

    DEFAULT_CSS = """
    HintsScreen {
        background: transparent; align: left top;
        & > .label {
            position: absolute; width: auto; height: 1;
            background: $text-accent; color: $background; text-style: bold;
        }
        & > .told { dock: bottom; width: 1fr; height: 1; background: $panel; padding: 0 1; }
        &:ansi > .label { text-style: bold reverse; }
    }
    """
    letters = Letters.LABELS
    BINDINGS = [Binding("backspace", "start_over", "Start over", id="hints.start-over")]

    def __init__(self, places: Sequence[Offset], labels: Sequence[str]) -> None:
        super().__init__()
        self._labels = labels
        self._places = places
        self._typed = ""
        self._is_laid_out = False

    def compose(self) -> ComposeResult:
        for label, place in zip(self._labels, self._places, strict=True):
            shown = HintLabel(label, classes="label")
            # on the space before what it is for, so that this can be read
            shown.styles.offset = (max(0, place.x - len(label)), place.y)
            yield shown
        yield KeyLine(
            name_keys(
                "Type a label to open, copy or fold · {dialog.close} cancel",
                self,
            ),
            classes="told",
        )

    def on_key(self, event: events.Key) -> None:
        if not event.is_printable or event.character is None:
            return
        event.stop()
        typed = self._typed + event.character.lower()
        if typed in self._labels:
            self.dismiss(self._labels.index(typed))
        elif any(label.startswith(typed) for label in self._labels):
            self._narrow(typed)

    def on_hint_label_clicked(self, event: HintLabel.Clicked) -> None:
        self.dismiss(list(self.query(HintLabel)).index(event.label))

    def on_resize(self, event: events.Resize) -> None:
        # what the labels stand on has moved
        if self._is_laid_out:
            self.dismiss(None)
        self._is_laid_out = True

    def action_start_over(self) -> None:
        self._narrow("")

    def _narrow(self, typed: str) -> None:
        """Leave only the labels that begin with what was typed."""
        self._typed = typed
        for shown, label in zip(self.query(".label"), self._labels, strict=True):
            shown.display = label.startswith(typed)
