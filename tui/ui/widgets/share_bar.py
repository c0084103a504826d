"""Bar that shows a share of a whole, in one row."""

from __future__ import annotations

from textual.renderables.bar import Bar
from textual.widget import Widget


class ShareBar(Widget):
    """`share` is from 0 to 1."""

    COMPONENT_CLASSES = {"share-bar--rest"}
    DEFAULT_CSS = """
    ShareBar {
        height: 1; color: $primary;
        & > .share-bar--rest { color: $panel; }
    }
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def render(self) -> Bar:
        return Bar(
            highlight_range=(0, self.size.width * self._share),
            highlight_style=self.rich_style,
            background_style=self.get_component_rich_style("share-bar--rest"),
            width=self.size.width,
        )
