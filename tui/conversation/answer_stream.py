"""Answer stream: a question asked of a backend in one of its ways."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial

from tui.backends.base import Backend, offered
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import Message
from tui.turn import QueuedQuestion


def answer_stream(
    backend: Backend, question: QueuedQuestion, session_id: str, bot_id: str
) -> AsyncGenerator[StreamEvent, None]:
    """Return the events of the answer; the question goes out with the first of them.

    Raises:
        NotOffered: this host cannot be asked in that way.
    """
    text = question.written
    if question.workflow_id:
        workflows = offered(backend.workflows, "run workflows")
        return workflows.run(session_id, bot_id, question.workflow_id, text)
    if not question.streaming:
        whole = offered(backend.whole_answers, "answer without streaming")
        return _in_one_piece(partial(whole.answer, session_id, bot_id, text))
    return backend.stream(session_id, bot_id, text)


async def _in_one_piece(
    answer: Callable[[], Awaitable[Message]],
) -> AsyncGenerator[StreamEvent, None]:
    message = await answer()
    yield Started()
    if message.text:
        yield TextDelta(message.text)
    yield Completed(message.id, message)
