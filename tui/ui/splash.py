"""Splash screen, while the rest of the program is being imported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui.safe_text import clean
from tui.store.choices import ListLook
from tui.ui.terminal.app import DirtyRowsScreen

LIST_FROM_COLUMNS = 100
"""From this width on the session list stands beside the transcript; below it is a picker."""
PLACEHOLDER = "Ask something"
SHOWN_CHARS = 500
"""Of a line."""


class SplashScreen(DirtyRowsScreen[None]):
    """The chat with nothing in it: shows what is typed, which waits for the chat."""

    DEFAULT_CSS = """
    SplashScreen {
        & #list {
            width: 26%; min-width: 28; max-width: 44; height: 1fr; border-right: vkey $panel;
            &.-sized { min-width: 0; max-width: 50%; }
        }
        & #asked { height: auto; padding: 0 2; color: $foreground-muted; }
        & #question { height: 3; border: heavy $border; padding: 0 1; }
        & #ground { height: 2; background: $panel; }
        & .blank { height: 1fr; }
    }
    """

    def __init__(self, session_list: ListLook) -> None:
        super().__init__()
        self._session_list = session_list
        self._typed = ""
        self._asked: list[str] = []
        self._drawn = asyncio.Event()
        self.unsent: Callable[[Sequence[str]], Sequence[str]] = lambda asked: asked
        """Returns of what was asked here what nobody else knows of."""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="blank"):
            beside = Static(id="list")
            if self._session_list.width_cells:
                beside.styles.width = self._session_list.width_cells
                beside.add_class("-sized")
            yield beside
            with Vertical():
                yield Static(classes="blank")
                yield Static(id="asked", markup=False)
                yield Static(Content(PLACEHOLDER), id="question", markup=False)
        yield Static(id="ground")

    def on_mount(self) -> None:
        self.call_after_refresh(self._drawn.set)

    def on_resize(self, event: events.Resize) -> None:
        has_room = event.size.width >= LIST_FROM_COLUMNS
        beside, is_shown = self.query_one("#list"), has_room and not self._session_list.is_folded
        # the first frame would be laid out a second time for what is there already
        if beside.display != is_shown:
            beside.display = is_shown

    async def wait_drawn(self) -> None:
        """Return when there is something to look at."""
        await self._drawn.wait()

    @property
    def written(self) -> str:
        """What was typed, as far as it is shown and nobody else knows of it."""
        return "\n".join([*self.unsent(self._asked), self._typed]).rstrip()

    def show(self, event: events.Key | events.Paste) -> None:
        """Show what was pressed, as far as it is text, and what was sent with Enter."""
        if isinstance(event, events.Paste):
            self._typed += event.text
        elif event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.key == "ctrl+j":
            self._typed += "\n"
        elif event.key == "enter" and self._typed.strip():
            self._asked.append(self._typed)
            self._typed = ""
        elif event.is_printable and event.character:
            self._typed += event.character
        if self.is_mounted:
            asked = "\n".join(clean(each) for each in self._asked)
            self.query_one("#asked", Static).update(Content(asked))
            # in a box of one line that which is being written
            line = self._typed.rpartition("\n")[2][:SHOWN_CHARS]
            shown = clean(line) if self._typed else PLACEHOLDER
            self.query_one("#question", Static).update(Content(shown))
