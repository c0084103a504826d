"""Counts of the saved queries, brought in line behind what changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from tui.conversation.session_finder import SavedQuery, SessionFinder
from tui.ui.chat.context import ChatContext

_REST = 10
"""So many times as long as counting took, nothing is counted again."""


class QueryCounts:
    """`draw` shows them when they have changed."""

    def __init__(self, context: ChatContext, draw: Callable[[], None]) -> None:
        self._context = context
        self._draw = draw
        self._finder: SessionFinder | None = None
        self._is_counting = False
        self._basis: object = None
        self.saved: Sequence[SavedQuery] = ()
        """As last counted; without counts before."""

    def look(self, finder: SessionFinder) -> None:
        """Count again in the background when something else may be found than before."""
        is_other = finder is not self._finder
        if is_other:
            self._finder, self._basis, self.saved = finder, None, ()
        names = [(each.name, each.text) for each in finder.saved()]
        if names != [(each.name, each.text) for each in self.saved]:
            self.saved, self._basis = finder.saved(), None
        is_due = bool(names) and finder.basis != self._basis
        if is_due and (is_other or not self._is_counting):
            self._context.spawn(partial(self._count, finder), "query-counts")

    async def _count(self, finder: SessionFinder) -> None:
        self._is_counting = True
        clock = asyncio.get_running_loop().time
        try:
            while finder is self._finder and finder.basis != self._basis:
                began = clock()
                self._basis = finder.basis
                counted = await finder.count()
                if finder is self._finder and counted != self.saved:
                    self.saved = counted
                    self._draw()
                await asyncio.sleep(_REST * (clock() - began))
        finally:
            if finder is self._finder:
                self._is_counting = False
