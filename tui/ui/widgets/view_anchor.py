"""Anchor of a scrolled view: what stands at its top, found again when all is laid out anew."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from msgspec import Struct
from textual.layout import DockArrangeResult, WidgetPlacement
from textual.widget import Widget

from tui.values import replace


@runtime_checkable
class Anchored(Protocol):
    """A widget whose rows can be found again when it is laid out anew, at another width too."""

    def anchor_at(self, row: int) -> object:
        """Return what stands at a row of the content, `None` where there is nothing."""
        ...

    def row_of(self, anchor: Any) -> int:
        """Return the row at which an anchor is now."""
        ...


class PinnedWidget(Struct, frozen=True):
    """A widget at the top of the view."""

    widget: Widget
    row: int
    """Where it begins, in rows from the top of the view."""
    anchor: object = None
    """What of it is at the top of the view, where it begins above and knows its rows."""
    anchor_row: int = 0
    """Where that is to be, in rows from the top of the view."""


class ViewAnchor:
    """Remembers the widgets at the top of a view, each inside of the one before."""

    def __init__(self) -> None:
        self._pinned: list[PinnedWidget] = []

    @property
    def top(self) -> PinnedWidget | None:
        """What of the content's own widgets is at the top of the view, or next below."""
        return self._pinned[0] if self._pinned else None

    def pin(self, widget: Widget, row: int) -> None:
        """Have a widget at `row` of the view."""
        self._pinned = [PinnedWidget(widget, row)]

    def shift(self, rows: int) -> None:
        """Have what is remembered `rows` further down in the view."""
        self._pinned = [
            replace(pinned, row=pinned.row + rows, anchor_row=pinned.anchor_row + rows)
            for pinned in self._pinned
        ]

    def scroll_row(self, arranged: DockArrangeResult) -> int | None:
        """Return the scroll position at which the innermost widget that is left stays in place.

        `None` when none of them is left.
        """
        row: int | None = None
        inside: DockArrangeResult | None = arranged
        top = 0
        for pinned in self._pinned:
            placements = inside.placements if inside is not None else []
            placement = next((each for each in placements if each.widget is pinned.widget), None)
            if placement is None:
                return row
            row = top + placement.region.y - pinned.row
            top += placement.region.y + pinned.widget.styles.gutter.top
            if pinned.anchor is not None and isinstance(pinned.widget, Anchored):
                row = top + pinned.widget.row_of(pinned.anchor) - pinned.anchor_row
            inside = _arranged_inside(placement)
        return row

    def remember(self, arranged: DockArrangeResult, scroll_row: int) -> None:
        """Take what stands at the top of the view when it is scrolled to a row."""
        anchors = {pinned.widget: pinned.anchor for pinned in self._pinned}
        self._pinned = []
        inside: DockArrangeResult | None = arranged
        # rows are counted from the top of the view
        top = -scroll_row
        while inside is not None:
            placement = _first_below(inside, -top)
            if placement is None:
                return
            row = top + placement.region.y
            widget = placement.widget
            content = row + widget.styles.gutter.top
            anchor = None
            if content < 0 and isinstance(widget, Anchored):
                anchor = anchors.get(widget)
                # kept, because the row that holds a word may begin with another at each width
                if anchor is None or widget.row_of(anchor) != -content:
                    anchor = widget.anchor_at(-content)
            self._pinned.append(PinnedWidget(widget, row, anchor))
            if row >= 0:
                return
            top = content
            inside = _arranged_inside(placement)


def _first_below(arranged: DockArrangeResult, row: int) -> WidgetPlacement | None:
    """Return the first placement that reaches below `row` of its container."""
    for placement in arranged.placements:
        if not placement.fixed and placement.region.height and placement.region.bottom > row:
            return placement
    return None


def _arranged_inside(placement: WidgetPlacement) -> DockArrangeResult | None:
    """Return how the children of a placed widget are arranged, `None` for one that scrolls."""
    widget = placement.widget
    if not widget.children or any(widget.scrollbars_enabled):
        return None
    return widget.arrange(placement.region.shrink(widget.styles.gutter).size)
