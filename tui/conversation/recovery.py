"""Recovery of sends that a crash cut off: each becomes a pending turn, shown and never repeated."""

from __future__ import annotations

from tui.conversation.answer_builder import without_running
from tui.errors import MAYBE_FINISHED_HINT
from tui.model import Failure, Message, MessageStatus, Remedy, Role
from tui.store import Send
from tui.turn import Cut, PendingTurn, Unsent

INTERRUPTED = Failure(
    "Runnel ended before this answer did.",
    MAYBE_FINISHED_HINT,
    remedy=Remedy.READ_AGAIN,
)
INTERRUPTED_UNSENT = Failure("Runnel ended before this question was sent.")


def recovered_turn(send: Send) -> PendingTurn:
    """Return what becomes of a send that nobody has on its way any more."""
    parts = tuple(without_running(part) for part in send.arrived)
    answer = Message(send.id, Role.ASSISTANT, parts)
    if not send.is_out:
        return PendingTurn(
            send.id,
            send.question.with_status(MessageStatus.UNSENT),
            answer.with_status(MessageStatus.PARTIAL, INTERRUPTED_UNSENT),
            Unsent(INTERRUPTED_UNSENT),
        )
    return PendingTurn(
        send.id,
        send.question,
        answer.with_status(MessageStatus.UNCONFIRMED, INTERRUPTED),
        Cut(INTERRUPTED),
        known_ids=send.known_ids,
        named_ids=send.named_ids,
    )
