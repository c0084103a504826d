"""Paged scroll: a view of which only what is around the reader is mounted, and more on the way."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from tui.conversation.timeline import Timeline
from tui.ui.transcript.paging import MountedExtents, Paging, Viewport
from tui.ui.transcript.window import ViewportSize, Window
from tui.ui.widgets.pinned_scroll import PinnedScroll
from tui.ui.widgets.view_anchor import PinnedWidget


class PagedScroll(PinnedScroll):
    """Goes on by pages also to where nothing is mounted yet."""

    def __init__(self, mounted: MountedExtents, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.paging = Paging(mounted, self._viewport)
        self._is_paging = False

    @property
    @abstractmethod
    def _shown_timeline(self) -> Timeline | None:
        """All messages there are; `None` while nothing is shown, and when the app ends."""

    @abstractmethod
    async def _put(
        self, choose: Callable[[Timeline], Window], then: Callable[[], None] | None = None
    ) -> None:
        """Mount the window that `choose` picks and call `then`, all in one frame."""

    def _viewport(self) -> Viewport:
        # before the first layout there is no size yet
        width, height = self.size
        size = ViewportSize(width or self.app.size.width, height or 40)
        top, is_laid_out = round(self.scroll_y), height > 0
        return Viewport(size, top, self.rows_below, is_laid_out, self.following)

    @property
    def at_top(self) -> PinnedWidget | None:
        """What is at the top of the view, as far as it was laid out."""
        return self._anchor.top

    @property
    def ends_here(self) -> bool:
        return self.paging.reaches_end

    def look_around(self) -> None:
        """Mount more where the reader comes near an edge, and unmount what is far."""
        timeline = self._shown_timeline
        if timeline is not None and not self._is_paging and self.paging.is_due(timeline):
            self._is_paging = True
            self.run_worker(self._page_on(), group="window")

    async def _page_on(self) -> None:
        try:
            await self._put(self.paging.moved_along)
        finally:
            self._is_paging = False
        if self.paging.owes_rows:
            self.look_around()

    def _page(self, rows: int) -> None:
        """Go on by so many rows, also to where nothing is mounted yet; up is positive."""
        self.release_anchor()
        self.paging.owe(rows)
        self.look_around()

    def action_page_up(self) -> None:
        rows = self.container_size.height
        if self.scroll_y >= rows or not self.paging.window.first:
            super().action_page_up()
        else:
            self._page(rows)

    def action_page_down(self) -> None:
        rows = self.container_size.height
        if self.rows_below >= rows or self.ends_here:
            super().action_page_down()
        else:
            self._page(-rows)
