"""Dialog base: a box over the chat that is closed with or without a result."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen

from tui.ui.dialogs.dimmed_screen import DimmedScreen
from tui.ui.key_bindings import name_keys
from tui.ui.terminal.app import DirtyRowsScreen
from tui.ui.terminal.screen_below import ScreenBelow
from tui.ui.widgets.key_line import KeyLine
from tui.ui.widgets.size_classes import size_classes

TINY_BELOW_ROWS = 12
SLIM_BELOW_COLUMNS = 30
"""Below these all there is room for is what a person types, and little beside it."""

WIDE_COLUMNS = 100
"""From these on a dialog lies over the chat; below it may take the whole screen."""

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None], DirtyRowsScreen[Result | None]):
    """A box over the chat; `escape` and `ctrl+c` close it without a result."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle; background: $background 60%;
        & > .box {
            width: 90%; max-width: 92; height: auto; max-height: 90%; padding: 1 2;
            background: $surface; border: round $primary;
        }
        & .title { text-style: bold; margin: 0 0 1 0; }
        & .hint { color: $foreground-muted; margin: 1 0 0 0; }
        & OptionList {
            height: auto; max-height: 50vh; border: none; background: $surface; padding: 0;
        }
        &.-low > .box { padding: 0 1; max-height: 100%; }
        &.-low .title { margin: 0; }
        &.-low .hint { margin: 0; }
        &.-tiny > .box, &.-slim > .box {
            padding: 0; border: none; width: 100%; height: 100%; max-height: 100%;
        }
        &.-tiny .title, &.-slim .title { margin: 0; max-height: 1; }
        &.-tiny .hint, &.-slim .hint { margin: 0; }
        & Input { border: round $border-blurred; background: $surface; }
        & Input:focus { border: heavy $border; }
        &.-tiny Input, &.-slim Input { border: none; dock: top; height: 1; padding: 0 1; }
    }
    """
    # so that the last line, which tells the keys, is never cut
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (TINY_BELOW_ROWS, "-low"), (30, "-high")]
    BINDINGS = [
        Binding("escape", "close", "Close", id="dialog.close"),
    ]

    def render(self) -> Any:
        below = super().render()
        if not isinstance(below, BackgroundScreen):
            return below
        if self.app.current_theme.ansi:
            below = DimmedScreen(below.screen, below.color)
        return ScreenBelow(below)

    def on_compose(self) -> None:
        # before there is anything in it, all of which would get its styles once more
        columns = self.HORIZONTAL_BREAKPOINTS or self.app.HORIZONTAL_BREAKPOINTS or []
        self.add_class(*size_classes(columns, self.VERTICAL_BREAKPOINTS, self.app.size))

    def hint(self, words: str) -> KeyLine:
        """Return the line of the dialog that tells its keys; `{dialog.close}` becomes `Esc`."""
        return KeyLine(name_keys(words, self), classes="hint")

    def action_close(self) -> None:
        self.dismiss(None)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with this result; nothing for one that is closed, which has no place any more."""
        # Textual takes away whatever is in front
        return super().dismiss(result) if self.is_current else AwaitComplete()


class WholeScreenDialog(Dialog[Result]):
    """A dialog with a list, which takes all of a screen that is not wide."""

    DEFAULT_CSS = """
    WholeScreenDialog.-narrow > .box {
        width: 100%; max-width: 100%; height: 100%; max-height: 100%; border: none; padding: 0 1;
    }
    """
    HORIZONTAL_BREAKPOINTS = [
        (0, "-slim"),
        (SLIM_BELOW_COLUMNS, "-narrow"),
        (WIDE_COLUMNS, "-wide"),
    ]
