"""Queue of the open conversation: what a person does with questions that wait to be sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.errors import BadInput
from tui.model import Message, MessageStatus
from tui.turn import QueuedQuestion
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.composer.queue_panel import QueuedRow, QueuePanel, ShownQueue


class QueueEditor:
    """Puts questions into the queue and takes them out; nothing that was typed is lost by it."""

    def __init__(self, context: ChatContext, panel: QueuePanel) -> None:
        self._context = context
        self._panel = panel

    def draw(self) -> None:
        """Show what waits in the open conversation."""
        conversation = self._context.conversation
        if conversation is None:
            self._panel.show(ShownQueue())
            return
        queue = conversation.queue
        self._panel.show(
            ShownQueue(
                tuple(QueuedRow(each.id, each.message.text) for each in queue.questions),
                is_held=queue.is_held,
                is_box_empty=not self._context.composer.whole_text,
            )
        )

    def note_writing(self) -> None:
        """Hear that something else stands in the composer."""
        conversation = self._context.conversation
        if conversation is not None and not self._context.composer.whole_text:
            conversation.queue.close_place()
        self.draw()

    def add(self, question: QueuedQuestion) -> bool:
        """Queue a question; `False`, with a note that says why, when there is no room for it."""
        assert self._context.conversation is not None
        return self._queued(partial(self._context.conversation.queue.add, question))

    def add_again(self, question: Message, *, streaming: bool) -> bool:
        """Queue a question once more, as `add` does; one that was never sent stays what it is."""
        conversation = self._context.conversation
        assert conversation is not None
        if question.status is not MessageStatus.UNSENT:
            return self.add(QueuedQuestion.of(question.written, streaming=streaming))
        again = QueuedQuestion.of(question.written, streaming=streaming, own_id=question.id)
        return self._queued(partial(conversation.unsent.requeue, again))

    def _queued(self, queue: Callable[[], None]) -> bool:
        context = self._context
        try:
            queue()
        except BadInput as error:
            context.notice.show_error(Topic.SENDING, error)
            return False
        context.notice.end(Topic.SENDING)
        context.draw()
        return True

    def step(self, step: int) -> bool:
        """Take back the last question where nothing is written and somebody goes up (-1)."""
        return step < 0 and not self._context.composer.whole_text and self.take_back()

    def take_back(self, question_id: str = "") -> bool:
        """Write on at a queued question, the last one without an id; `False` without any."""
        context, conversation = self._context, self._context.conversation
        if conversation is None:
            return False
        questions = conversation.queue.questions
        wanted = [each for each in questions if question_id in ("", each.id)]
        if not wanted:
            return False
        question = wanted[-1]
        context.composer.set_aside()
        context.composer.put(question.written)
        # kept there before it is out of the queue
        conversation.draft = context.composer.whole_text
        conversation.queue.take_back(question.id)
        if question.workflow_id:
            context.notice.show(
                Topic.SENDING,
                "Its workflow is not queued any more.",
                f"{context.key_of('chat.workflow')} starts one with the text in the box.",
            )
        context.composer.focus()
        context.draw()
        return True

    def drop(self, question_id: str) -> None:
        """Take a question out for good; it is kept among the earlier ones."""
        context, conversation = self._context, self._context.conversation
        if conversation is None or question_id not in conversation.queue:
            return
        conversation.queue.drop(question_id)
        context.composer.app.notify(
            f"Dropped. {context.key_of('chat.recall')} finds it again.", markup=False
        )
        context.draw()
