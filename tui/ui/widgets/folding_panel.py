"""Folding panel: a titled part of a message that opens and closes where it stands."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Collapsible
from textual.widgets.collapsible import CollapsibleTitle


class PanelTitle(CollapsibleTitle):
    """The head of a panel; a bar stands before it under the cursor."""

    FOCUS_ON_CLICK = False

    DEFAULT_CSS = """
    PanelTitle { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    PanelTitle:focus { border-left: outer $border; padding: 0 1 0 0; }
    """

    @property
    def label_cells(self) -> int:
        """How many cells there are for the label behind the symbol; 0 before the first layout."""
        return max(0, self.content_size.width - len("▶ "))


class FoldingPanel(Collapsible):
    """A collapsible whose title is `Content`, and which never moves what is being read."""

    DEFAULT_CSS = """
    FoldingPanel {
        border-top: none; border-left: blank; padding: 0; margin: 0; background: $surface;
        & > Contents { padding: 0 2 1 3; }
        &:focus-within { background-tint: transparent; }
        & .label { color: $foreground-muted; }
        &:ansi { border-top: none; }
    }
    """
    BINDINGS = [
        Binding("space", "toggle('collapsed')", "Fold, unfold", id="panel.toggle"),
    ]

    def __init__(self, title: Content, *, collapsed: bool) -> None:
        # first, for the stock panel tells itself that it is folded while it is made
        self.panel_title = PanelTitle(
            label=title, collapsed_symbol="▶", expanded_symbol="▼", collapsed=collapsed
        )
        super().__init__(title="", collapsed=collapsed)

    def compose_contents(self) -> ComposeResult:
        """Compose what is folded away."""
        yield from ()

    def compose(self) -> ComposeResult:
        # in place of the stock title, which takes no colours
        yield self.panel_title
        with self.Contents():
            yield from self.compose_contents()

    @property
    def is_laid_out(self) -> bool:
        """It is folded, or the last layout has given what is in it its rows."""
        return self.collapsed or self.region.height > self.panel_title.region.height

    def watch_collapsed(self, collapsed: bool) -> None:
        self.panel_title.collapsed = collapsed

    def retitle(self, title: Content) -> None:
        shown = self.panel_title.label
        if isinstance(shown, Content) and title.is_same(shown):
            return
        # what differs in colours only is equal for Textual
        self.panel_title.set_reactive(CollapsibleTitle.label, title)
        self.panel_title.mutate_reactive(CollapsibleTitle.label)

    def scroll_visible(self, *args: object, **kwargs: object) -> None:
        """Stay: the stock panel scrolls to itself when it folds or unfolds."""
