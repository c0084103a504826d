"""Pinned scroll: a container whose reader is never moved by what happens elsewhere in it."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.layout import DockArrangeResult
from textual.widget import Widget

from tui.ui.widgets.followed_end import ContentEnd, followed_row, lowest_row, settled_row
from tui.ui.widgets.tall_column import LaidOutOnce, SameRows, mapped_coarsely
from tui.ui.widgets.view_anchor import ViewAnchor


class PinnedScroll(VerticalScroll, LaidOutOnce, SameRows):
    """Follows its end, or keeps what is at the top of the view where it is.

    When content is added, removed or resized, the scroll position moves in the same layout pass,
    so no frame shows a jump. Textual's own anchor does that for the end only, and scrolls short
    content to negative rows. Rests on `arrange`, which Textual advises to leave alone, and on the
    scroll bar's position; `tests/ui/widgets/test_pinned_scroll.py` guards it.

    Rows at the end of the content may be empty, for what comes next. What goes into them moves
    nothing, and neither does it when they are taken away.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._following = True
        self.came_too_fast = False
        """Nobody can have begun to read what stands in the view; for subclasses to set."""
        self._anchor = ViewAnchor()
        self._arranged: DockArrangeResult | None = None
        self._content: tuple[DockArrangeResult | None, int] = (None, 0)
        """An arrangement and the row at which what is in it ends."""
        self.empty_below = 0
        """Rows of the view below what stood in it when it was last laid out."""
        self._laid_out = (Size(0, 0), 0)
        """The size of the screen and the height of the view at that time."""

    @property
    def following(self) -> bool:
        """The view moves on with the end of the content."""
        return self._following

    def follow(self) -> None:
        """Go to the end, if it is not in sight, and stay with it."""
        if self.rows_below:
            lowest = max(0, self._end_of_content - self._laid_out[1])
            self.scroll_to(y=lowest, animate=False, immediate=True)
        # last, because every scrolling releases
        self._following = True

    def settle(self) -> None:
        """Let no row be empty below what is at the end, as far as that is cut off above."""
        if (begins_at := self._beginning_row()) is None:
            return
        end, top = self._end(self._laid_out[1]), round(self.scroll_y)
        row = settled_row(top, begins_at, end, at_once=False)
        if row != top:
            following = self._following
            self.scroll_to(y=row, animate=False, immediate=True)
            # every scrolling releases
            self._following = following
            self._arranged = None
            self.refresh(layout=True)

    def begin_anew(self, empty_below: int = 0) -> None:
        """Follow from the next layout on, wherever the view was before.

        At most `empty_below` rows are empty below the end then.
        """
        self.follow()
        self.empty_below = empty_below
        self.came_too_fast = False
        # what was arranged before says nothing about it
        self._arranged = None
        self.refresh(layout=True)

    @property
    def beginning(self) -> Widget | None:
        """What the end of the content belongs to, `None` while more of it comes; for subclasses.

        At the end of it rows may be left empty. They are filled at once where all of it fits in
        the view or it `came_too_fast`, else by `settle`.
        """
        return None

    @property
    def ends_here(self) -> bool:
        """The end of what is mounted is the end of all there is."""
        return True

    def release_anchor(self) -> None:
        """Stop following: Textual calls this when a person scrolls."""
        super().release_anchor()
        self._following = False

    def keep(self, widget: Widget, row: int) -> None:
        """Stop following, and have a child at `row` of the view from the next layout on."""
        self.release_anchor()
        self._anchor.pin(widget, row)
        # what was arranged before says nothing about it
        self._arranged = None
        self.refresh(layout=True)

    def shift(self, rows: int) -> None:
        """Have what is read `rows` further down in the view from the next layout on."""
        self._anchor.shift(rows)
        self._arranged = None
        self.refresh(layout=True)

    def look_around(self) -> None:
        """Called after every layout that changed something; for subclasses."""

    def action_scroll_end(self) -> None:
        self.follow()

    # at once and in one step: an animation would cost a screenful of bytes a frame

    def action_page_up(self) -> None:
        self.scroll_relative(y=-self.container_size.height, animate=False, immediate=True)

    def action_page_down(self) -> None:
        if self.rows_below:
            self.scroll_relative(y=self.container_size.height, animate=False, immediate=True)
        else:
            # nothing would move, and so nothing would take back the release
            self.follow()

    @property
    def empty_rows(self) -> int:
        """Rows at the end of the content in which nothing stands yet; for subclasses."""
        return 0

    @property
    def rows_below(self) -> int:
        """Rows of content below the view."""
        return max(0, -self._rows_left)

    @property
    def _rows_left(self) -> int:
        """Rows of the view below what stands in it; less than 0 when there is more below."""
        bottom = round(self.scroll_y) + self._laid_out[1]
        return bottom - (self._end_of_content - self.empty_rows)

    @property
    def _end_of_content(self) -> int:
        return self._content[1]

    def _end(self, view_rows: int) -> ContentEnd:
        return ContentEnd(self._end_of_content, self.empty_rows, view_rows)

    def _beginning_row(self) -> int | None:
        """Return the row at which what is at the end began when it was laid out last."""
        arranged, beginning = self._content[0], self.beginning
        if arranged is None or beginning is None:
            return None
        # not by its place on the screen: a look at that while another layout is due spoils it
        placed = (each for each in reversed(arranged.placements) if each.widget is beginning)
        placement = next(placed, None)
        return placement.region.y if placement is not None else None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value >= self.max_scroll_y and self.ends_here:
            self._following = True
        if self._arranged is not None:
            self._anchor.remember(self._arranged, round(self.scroll_y))

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        arranged = mapped_coarsely(super().arrange(size, optimal))
        if optimal or arranged is self._arranged:
            return arranged
        self._arranged = arranged
        if self._content[0] is not arranged:
            self._content = (arranged, arranged.total_region.bottom)
        self._note_height(size.height)
        if self._following:
            end, begins_at = self._end(size.height), self._beginning_row()
            row = followed_row(round(self.scroll_y), end, self.empty_below)
            if begins_at is not None:
                row = settled_row(row, begins_at, end, at_once=not self.came_too_fast)
            self._put_at(row)
        else:
            kept = self._anchor.scroll_row(arranged)
            row = round(self.scroll_y) if kept is None else kept
            self._put_at(max(0, min(row, lowest_row(self._end(size.height), self.empty_below))))
        bottom = round(self.scroll_y) + size.height
        self._reach_to(bottom, arranged)
        self.empty_below = max(0, bottom - self._end_of_content + self.empty_rows)
        self._anchor.remember(arranged, round(self.scroll_y))
        self.call_after_refresh(self.look_around)
        return arranged

    def _note_height(self, rows: int) -> None:
        """Let a reader whose view has become higher, in the same terminal, go on where it is."""
        terminal, before = self._laid_out
        if terminal == self.app.size and not self._following:
            self.empty_below += max(0, rows - before)
        self._laid_out = (self.app.size, rows)

    def _reach_to(self, bottom: int, arranged: DockArrangeResult) -> None:
        """Have all rows down to `bottom` be part of what can be scrolled to."""
        left, top, width, _ = arranged.spatial_map.total_region
        height = max(bottom, self._end_of_content) - arranged.scroll_spacing.bottom - top
        arranged.spatial_map.total_region = Region(left, top, width, height)

    def _put_at(self, row: int) -> None:
        if row == round(self.scroll_y) == round(self.scroll_target_y):
            return
        # without watchers: this runs inside the layout that reads the position next
        self.set_reactive(Widget.scroll_y, float(row))
        self.set_reactive(Widget.scroll_target_y, float(row))
        bar = self.vertical_scrollbar
        bar.set_reactive(type(bar).position, row)
