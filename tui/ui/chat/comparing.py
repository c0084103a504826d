"""Comparing in the chat: one question, to several bots or asked anew, answered side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from tui.conversation import Connection
from tui.conversation.unfinished import stop_and_wait
from tui.errors import RunnelError
from tui.model import Bot, Message
from tui.ui.chat.case_making import CaseMaking
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.edit_text import EditTextScreen
from tui.ui.dialogs.pick import Choice
from tui.ui.dialogs.pick_several import PickSeveralScreen

if TYPE_CHECKING:
    from tui.checks.side_by_side import SideBySide

_LEAST_BOTS = 2


class AnswerComparing:
    """Asks, and shows what comes; `copy` takes a text and a noun for it to the clipboard."""

    def __init__(
        self,
        context: ChatContext,
        now: Callable[[], datetime],
        copy: Callable[[str, str], None],
        cases: CaseMaking,
    ) -> None:
        self._context = context
        self._now = now
        self._copy = copy
        self._cases = cases
        self._shown: SideBySide | None = None

    @property
    def is_asking(self) -> bool:
        """Answers are coming that end with the app."""
        return self._shown is not None and not self._shown.is_over

    def begin(self) -> None:
        """Ask for bots and a question, and ask them that."""
        self._context.begin(self._begin, "comparing")

    async def _begin(self, connection: Connection) -> None:
        # with the first comparison, not with the chat
        from tui.checks.comparison import MAX_BOTS

        noun = connection.backend.capabilities.bot_noun
        try:
            await connection.read_bots()
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            return
        bots: Sequence[Bot] = [*connection.bots.values()]
        if len(bots) < _LEAST_BOTS:
            self._context.notice.show(Topic.ACTION, f"There is no second {noun} to compare with.")
            return
        if len(bots) > _LEAST_BOTS:
            choices = [Choice(each, each.name, each.detail) for each in bots]
            title = f"Compare which {noun}s?"
            picking = PickSeveralScreen(title, choices, least=_LEAST_BOTS, most=MAX_BOTS)
            if (picked := await self._context.ask(picking)) is None:
                return
            bots = picked
        names = ", ".join(each.name for each in bots)
        written = self._context.composer.whole_text
        question = await self._context.ask(
            EditTextScreen(f"Question to {names}", written, done="ask")
        )
        if question:
            await self.show(connection, question, bots)

    def ask_again(
        self, connection: Connection, question: str, bot: Bot, earlier: Sequence[Message]
    ) -> None:
        """Ask a question in a new session, and show its answer beside the earlier one."""
        self._context.spawn(partial(self.show, connection, question, [bot], earlier), "comparing")

    async def show(
        self,
        connection: Connection,
        question: str,
        bots: Sequence[Bot],
        earlier: Sequence[Message] = (),
    ) -> None:
        """Ask, and show what comes until a person closes that; what is coming then is stopped."""
        from tui.checks.side_by_side import SideBySide
        from tui.ui.desk.comparison import ComparisonScreen

        self._shown = shown = SideBySide(connection, question, bots, earlier)
        asking = connection.unfinished.begin(shown.ask())
        try:
            exchange = await self._context.ask(ComparisonScreen(shown, self._now, self._copy))
        finally:
            # its sessions are deleted yet
            await stop_and_wait(asking)
            self._shown = None
        if exchange:
            self._cases.make_of(exchange)
