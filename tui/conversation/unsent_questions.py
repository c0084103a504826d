"""Unsent questions of one conversation: taken back, queued once more, or forgotten."""

from __future__ import annotations

from tui.conversation.history import History
from tui.conversation.send_queue import SendQueue
from tui.model import Message
from tui.turn import QueuedQuestion


class UnsentQuestions:
    """What a person does with the open turns that never reached the server."""

    def __init__(self, history: History, queue: SendQueue) -> None:
        self._history = history
        self._queue = queue

    def take_back(self, question: Message) -> str:
        """Return the text of a question that a person stopped before it was sent, and forget it.

        Empty for any other.
        """
        if not self._history.open_turns.was_stopped_unsent(question.id):
            return ""
        self.take_out(question)
        return question.written

    def take_out(self, question: Message) -> None:
        """Leave a question that never reached the server to whoever changes it."""
        self._queue.take_out(question.id)
        self._history.withdraw(question.id)
        self._queue.keep_in_reach()

    def requeue(self, question: QueuedQuestion, before: str = "") -> None:
        """Queue what never reached the server before the question of that id, else last.

        Raises:
            BadInput: the queue is full.
        """
        self._queue.requeue(question, before)
        self._history.withdraw(question.id)

    def withdraw(self, question_id: str) -> None:
        """Forget a turn that never reached the server."""
        self._history.withdraw(question_id)
