"""What tool panels and source lists share."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Collapsible
from textual.widgets.collapsible import CollapsibleTitle


class FoldingPanel(Collapsible):
    """A collapsible whose title is `Content`, and which never moves what is being read."""

    DEFAULT_CSS = """
    FoldingPanel {
        border-top: none; padding: 0; margin: 0; background: $surface;
        & > Contents { padding: 0 2 1 3; }
        & .label { color: $foreground-muted; }
        &:ansi { border-top: none; }
    }
    """
    BINDINGS = [
        Binding("space", "toggle('collapsed')", "Fold, unfold", id="panel.toggle"),
    ]

    def __init__(self, title: Content, *, collapsed: bool) -> None:
        super().__init__(title="", collapsed=collapsed)
        self._title.label = title

    def retitle(self, title: Content) -> None:
        # what differs in colours only is equal for Textual
        self._title.set_reactive(CollapsibleTitle.label, title)
        self._title.mutate_reactive(CollapsibleTitle.label)

    def scroll_visible(self, *args: object, **kwargs: object) -> None:
        """Stay: the stock panel scrolls to itself when it folds or unfolds."""
