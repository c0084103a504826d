"""Search highlights in the transcript: all matches in what is mounted, one brought into sight."""

from __future__ import annotations

from collections.abc import Callable

from tui.conversation import Conversation
from tui.formatting.search_pattern import SearchPattern
from tui.ui.search.matches import Match
from tui.ui.transcript.message_view import MessageView
from tui.ui.transcript.mounted import MountedMessages
from tui.ui.transcript.selection import Selection
from tui.ui.widgets.pinned_scroll import PinnedScroll
from tui.values import replace


class SearchHighlights:
    """Highlights what a pattern matches, in messages that are mounted later too."""

    def __init__(
        self,
        scroll: PinnedScroll,
        mounted: MountedMessages,
        selection: Selection,
        conversation: Callable[[], Conversation | None],
    ) -> None:
        self._scroll = scroll
        self._mounted = mounted
        self._selection = selection
        self._conversation = conversation
        self._pattern: SearchPattern | None = None
        self._awaited: Match | None = None
        """The match to bring into sight once it is laid out."""

    def show(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern` in every text, `None` for none."""
        if pattern != self._pattern:
            self._pattern, self._awaited = pattern, None
            for view in self._mounted.views.values():
                view.highlight(pattern)

    def show_on(self, view: MessageView) -> None:
        """Highlight in a view that is about to be mounted."""
        view.highlight(self._pattern)

    async def reveal(self, match: Match) -> None:
        """Select a message and bring a match in it into sight, moving only when it is not."""
        conversation = self._conversation()
        if conversation is None:
            return
        message_id = conversation.current_id(match.message_id)
        if self._selection.select_in_place(message_id) is None:
            await self._selection.reveal(message_id)
        if (view := self._mounted.views.get(message_id)) is not None:
            view.unfold(match.part)
            self._awaited = replace(match, message_id=message_id)
            self._scroll.call_after_refresh(self._bring_into_sight, self._awaited)

    def _bring_into_sight(self, match: Match) -> None:
        view = self._mounted.views.get(match.message_id)
        if match is not self._awaited or view is None:
            return
        row = view.find_row(match.part, match.passage, match.start) if view.is_drawn else 0
        if not view.is_drawn:
            # more may be shown for the match: before that has rows, the view cannot be put there
            self._scroll.call_after_refresh(self._bring_into_sight, match)
            return
        view_rows = self._scroll.size.height
        in_view = view.virtual_region.y - round(self._scroll.scroll_y) + row
        if not 0 <= in_view < view_rows:
            self._scroll.keep(view, view_rows // 3 - row)
