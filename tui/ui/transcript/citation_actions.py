"""Citation actions of reading: from a citation to its source below the answer, and back."""

from __future__ import annotations

from msgspec import Struct
from textual import on
from textual.widget import Widget

from tui.ui.markdown.view import MarkdownView
from tui.ui.transcript.message_view import MessageView
from tui.ui.transcript.reading_actions import ReadingActions
from tui.ui.transcript.sources import SourceList, Sources


class _Left(Struct, frozen=True):
    """Where a reader was."""

    view: MessageView
    row: int
    """Of the view of the transcript, at which the message began."""
    was_following: bool
    empty_below: int
    """Rows of the view below the end."""
    was_folded: bool
    focused: Widget | None


class CitationActions(ReadingActions):
    """Shows the source that a citation names; the reader comes back to the same rows."""

    _left: _Left | None = None

    @on(MarkdownView.CitationClicked)
    def show_clicked_source(self, event: MarkdownView.CitationClicked) -> None:
        event.stop()
        self.show_source(event.view, event.marker)

    def show_source(self, text: MarkdownView, marker: str) -> None:
        """Choose the source of a marker in the list below the answer that `text` is of."""
        view = next(each for each in text.ancestors if isinstance(each, MessageView))
        for panel in view.query(Sources):
            transcript = self.transcript
            self._left = _Left(
                view,
                row=view.region.y - transcript.content_region.y,
                was_following=transcript.following,
                empty_below=transcript.empty_below,
                was_folded=panel.collapsed,
                focused=self.screen.focused,
            )
            transcript.release_anchor()
            self._bring_into_sight(panel, panel.choose(marker), view)

    def _bring_into_sight(self, panel: Sources, entry: Widget, view: MessageView) -> None:
        """Have an entry in the view once it is laid out, moving only when it is not."""
        if not panel.is_attached:
            return
        if not panel.is_drawn:
            self.call_after_refresh(self._bring_into_sight, panel, entry, view)
            return
        seen = self.transcript.content_region
        if not seen.contains_region(entry.region):
            self.transcript.keep(view, seen.height // 3 - (entry.region.y - view.region.y))

    def on_source_list_back_requested(self, event: SourceList.BackRequested) -> None:
        event.stop()
        left, self._left = self._left, None
        if left is None or left.view not in event.sources.ancestors:
            self.transcript.focus()
            return
        self.screen.set_focus(left.focused or self.transcript, scroll_visible=False)
        for panel in left.view.query(Sources):
            panel.collapsed = left.was_folded
        if left.was_following:
            # while it was away the view may have become higher, with empty rows below
            self.transcript.begin_anew(left.empty_below)
        else:
            self.transcript.keep(left.view, left.row)
