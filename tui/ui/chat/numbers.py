"""Numbers in the chat: of all that is kept here, or what the filter of the list finds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from tui.conversation import Connection
from tui.query import Matcher, QueryError, parse
from tui.ui.chat.context import ChatContext
from tui.ui.sessions.panel import SessionPanel


class NumbersView:
    def __init__(self, context: ChatContext, sidebar: SessionPanel) -> None:
        self._context = context
        self._sidebar = sidebar

    def show(self) -> None:
        """Open the numbers."""
        self._context.begin(self._show, "numbers")

    async def _show(self, connection: Connection) -> None:
        # with the first look, not with the chat
        from tui.conversation.counting import kept_documents
        from tui.ui.dialogs.numbers import NumbersScreen

        words = self._sidebar.words.strip()
        try:
            matcher = Matcher(parse(words), datetime.now(UTC)) if words else None
        except QueryError:
            # the list tells what is wrong with it, and shows what it did before
            words, matcher = "", None
        await self._context.ask(NumbersScreen(partial(kept_documents, connection), matcher, words))
