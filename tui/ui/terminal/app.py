"""App and screen bases: a faulty part does not end them, and all they show is drawn safely."""

from __future__ import annotations

from typing import Any, Generic

from rich.console import RenderableType
from textual.screen import Screen

from tui.ui.terminal.compositor import DirtyRowsCompositor, safe_update
from tui.ui.terminal.safety_net import EnduringApp, Result


class TerminalApp(EnduringApp[Result], Generic[Result]):
    """Writes what changed on any screen, Textual's own among them, through `AnsiWriter`."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, safe_update(renderable))


class DirtyRowsScreen(Screen[Result], Generic[Result]):
    """A screen of which a few rows change many times a second."""

    def __init__(
        self,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name, id, classes)
        self._compositor = DirtyRowsCompositor()
