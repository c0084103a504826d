"""Writing of questions: what becomes of the text in the composer."""

from __future__ import annotations

from collections.abc import Callable

from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.chat.queue import QueueEditor
from tui.ui.chat.sending import QuestionSender
from tui.ui.chat.session_commands import SessionCommands


class QuestionWriting:
    """Sends what is written or played, and keeps what is not.

    `write_on` gives the keys to the composer; with `is_typed_ahead` a key was pressed before there
    was anything to see.
    """

    def __init__(
        self,
        context: ChatContext,
        sender: QuestionSender,
        queue: QueueEditor,
        sessions: SessionCommands,
        write_on: Callable[[], None],
        is_typed_ahead: Callable[[], bool],
    ) -> None:
        self._context = context
        self._composer = context.composer
        self._sender = sender
        self._queue = queue
        self._sessions = sessions
        self._write_on = write_on
        self._is_typed_ahead = is_typed_ahead

    def submit(self, text: str) -> None:
        """Send what stands in the composer, unless nobody can know what stands there, or where."""
        if text and self._is_typed_ahead() and (unseen := self._unseen):
            key = self._context.key_of("composer.send")
            self._context.notice.show(*unseen, f"{key} sends what stands there now.")
        elif text:
            self._context.notice.end(Topic.UNSEEN)
            self._sender.submit(text)
        elif not self._is_typed_ahead():
            # who pressed it saw what it plays, or that the queue waits
            self._context.first_screen.play_selected()
            self._sender.send_on()

    @property
    def _unseen(self) -> tuple[Topic, str] | None:
        """Why what was typed ahead is not what would be sent, or not where; `None` if it is."""
        if self._context.open_chat.draft_is_unseen:
            reason = "Not sent yet: a draft stood in this session, before what you typed."
            return Topic.UNSEEN, reason
        if self._sessions.is_stepping:
            reason = "Not sent yet: the session that you go to is still looked for."
            return Topic.STEPPING, reason
        return None

    def play(self, starter: str) -> None:
        self._sender.ask(starter)
        self._write_on()

    def note_edited(self) -> None:
        """Hear that something else stands in the composer."""
        self._context.transcript.settle()
        self._context.first_screen.is_armed = not self._composer.whole_text
        self._queue.note_writing()
        # what stands there now: the text of the message may have been sent since
        if self._context.open_chat.note_draft(self._composer.whole_text):
            self._sessions.draw()

    def clear(self) -> bool:
        """Put what is being written among the earlier questions; `False` when nothing is."""
        if not self._composer.whole_text or self._context.connection is None:
            return False
        self._composer.set_aside()
        self._composer.put("")
        return True
