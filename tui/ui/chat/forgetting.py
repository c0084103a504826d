"""Forgetting of sessions on this machine: those picked in the list, else the open one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tui.conversation import Connection
from tui.formatting.counts import counted
from tui.model import Session
from tui.safe_text import clean_line
from tui.store.forgetting import Kept
from tui.ui.chat.context import ChatContext
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.sessions.panel import SessionPanel

_NAME_CHARS = 80


class SessionForgetting:
    """Says what goes, and asks."""

    def __init__(
        self,
        context: ChatContext,
        sidebar: SessionPanel,
        navigation: Navigation,
        tell: Callable[[str], None],
    ) -> None:
        self._context = context
        self._sidebar = sidebar
        self._navigation = navigation
        self._tell = tell

    @property
    def can_begin(self) -> bool:
        """There is something to forget."""
        return bool(self._sessions())

    def begin(self) -> None:
        """Forget them, once that is agreed to."""
        self._context.begin(partial(self._forget, sessions=self._sessions()), "forget")

    def _sessions(self) -> Sequence[Session]:
        connection = self._context.connection
        if connection is None:
            return ()
        wanted = self._sidebar.rows.picked or [self._context.conversation_id]
        known = map(connection.known_session, wanted)
        return [each for each in known if each is not None]

    async def _forget(self, connection: Connection, sessions: Sequence[Session]) -> None:
        if self._is_busy(connection, sessions):
            return
        kept = await connection.store.forgetting.kept([each.id for each in sessions])
        name = connection.local.marks.title_of(sessions[0])
        question = _question(name, sessions, [kept.get(each.id, Kept()) for each in sessions])
        if not await self._context.ask(question) or self._is_busy(connection, sessions):
            # what was queued may have gone out while the question stood there
            return
        opened = self._context.conversation
        for each in sessions:
            if (conversation := connection.opened(each.id)) is not None:
                conversation.queue.hold()
            # what was typed is not lost without a word
            connection.local.forget(each.id)
        await connection.forget_here(sessions)
        if opened is not None and opened.id in {each.id for each in sessions}:
            await self._navigation.leave_deleted(opened)
        self._sidebar.rows.pick_none()
        self._context.draw()
        self._tell(f"Forgotten here: {counted(len(sessions), 'session')}.")

    def _is_busy(self, connection: Connection, sessions: Sequence[Session]) -> bool:
        """Tell whoever wants to forget a session in which an answer is coming, and say so."""
        if not {each.id for each in connection.busy} & {each.id for each in sessions}:
            return False
        self._context.notice.show(
            Topic.ACTION,
            "An answer is coming: this cannot be forgotten yet.",
            f"Wait for it, or stop it with {self._context.key_of('chat.stop')}.",
        )
        return True


def _question(name: str, sessions: Sequence[Session], kept: Sequence[Kept]) -> ConfirmScreen:
    count, gone = len(sessions), sum(each.gone_at is not None for each in sessions)
    asked = "Forget this session here?" if count == 1 else f"Forget these {count} sessions here?"
    goes = counted(sum(each.messages for each in kept), "message")
    if any(each.is_marked for each in kept):
        goes += " and your marks and notes"
    lines: list[str] = [clean_line(name, _NAME_CHARS)] if count == 1 else []
    lines.append(f"{goes} go from this machine.")
    if gone < count:
        lines.append("What the server has stays there, and is listed.")
        them, one = ("it", "it") if count == 1 else ("them", "one")
        lines.append(f"No sync copies {them} before something new is said; opening {one} does.")
    if gone:
        lines.append(
            "The server has deleted it: this is the only copy."
            if count == 1
            else f"The server has deleted {gone:,} of them: these are the only copies."
        )
    if any(each.unsent for each in kept):
        lines.append("What was not sent stays among the earlier questions.")
    return ConfirmScreen(asked, "\n".join(lines))
