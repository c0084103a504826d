"""Unsent texts: what was asked or written and did not go out, kept for the next start or not."""

from __future__ import annotations

from collections.abc import Sequence

from tui.conversation import Connection
from tui.formatting.plain_text import on_own_lines
from tui.model import Message
from tui.turn import QueuedQuestion
from tui.ui.chat.context import ChatContext
from tui.ui.chat.send_workers import SendWorkers


class UnsentTexts:
    """Counts them, for who is about to leave."""

    def __init__(self, context: ChatContext, send_workers: SendWorkers) -> None:
        self._context = context
        self._send_workers = send_workers

    @property
    def text(self) -> str:
        """What is asked, in any conversation, or written, and is not there at the next start."""
        queued = (each.written for each in self.queued)
        failed = (each.written for each in self.failed)
        return on_own_lines(*self._waiting, *failed, *queued, self._unkept_text)

    @property
    def waiting_count(self) -> int:
        """How many questions are asked, not queued, did not go out yet and are not kept."""
        return len(self._waiting)

    @property
    def kept_waiting_count(self) -> int:
        """How many questions are asked, did not go out yet and are there at the next start."""
        kept = set(self._send_workers.busy) - set(self._send_workers.busy_unkept)
        return sum(bool(each.waiting_question) for each in kept)

    @property
    def failed(self) -> Sequence[Message]:
        """What could not be sent in any profile, and is not there at the next start."""
        passing = (each for each in self._connections if not each.store.is_lasting)
        return [question for each in passing for question in each.failed_questions]

    @property
    def kept_failed_count(self) -> int:
        """How many questions could not be sent where it was seen in this start, and are kept."""
        kept = (each for each in self._connections if each.store.is_lasting)
        return sum(len(each.failed_questions) for each in kept)

    @property
    def queued(self) -> Sequence[QueuedQuestion]:
        """What is queued in any conversation of any profile, and not there at the next start."""
        passing = [each for each in self._connections if not each.store.is_lasting]
        return [question for each in passing for question in each.local.queues.all()]

    @property
    def kept_queued_count(self) -> int:
        """How many questions are queued where it was seen in this start, and there at the next."""
        return sum(each.queued_count for each in self._connections if each.store.is_lasting)

    @property
    def draft_count(self) -> int:
        """How many drafts of the open profile are not there at the next start."""
        connection = self._context.connection
        if connection is None:
            return int(bool(self._context.composer.whole_text.strip()))
        return 0 if connection.store.is_lasting else connection.local.unsent_count

    @property
    def kept_draft_count(self) -> int:
        """How many drafts, written or shown in this start, are there at the next one."""
        kept = (each for each in self._connections if each.store.is_lasting)
        return sum(each.local.own_draft_count for each in kept)

    @property
    def _connections(self) -> Sequence[Connection]:
        return self._context.open_chat.connections

    @property
    def _unkept_text(self) -> str:
        """What stands in the box, unless it is kept as a draft."""
        context, written = self._context, self._context.composer.whole_text
        connection, conversation = context.connection, context.conversation
        if connection is None or conversation is None or not connection.store.is_lasting:
            return written
        return "" if conversation.draft == written else written

    @property
    def _waiting(self) -> Sequence[str]:
        waiting = (each.waiting_question for each in self._send_workers.busy_unkept)
        open_chat = self._context.open_chat
        early = open_chat.early_send.unkept_text if open_chat.early_send is not None else ""
        return [*filter(None, [*waiting, early]), *open_chat.early_questions]
