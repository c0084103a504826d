"""Outbox of a connection: the questions of all sessions that never reached the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.conversation import Conversation
from tui.errors import BadInput
from tui.model import LONG_AGO, Message, MessageStatus
from tui.turn import PendingTurn, QueuedQuestion

WAITS = "waits for your word"


class OutboxItem(Struct, frozen=True):
    """One question, and why it was not sent."""

    session_id: str
    """Of ours, where the server has made none."""
    question: Message
    reason: str

    @property
    def asked_at(self) -> datetime | None:
        origin = self.question.origin
        return (origin and origin.asked_at) or self.question.created_at


async def outbox_items(connection: Connection) -> Sequence[OutboxItem]:
    """Return what was asked and is neither sent nor going to be, without a person's word.

    Oldest first, as far as that is known; of one session in the order in which it is sent.
    """
    unsent = await connection.store.unsent_turns()
    queues = connection.local.queues
    items: list[OutboxItem] = []
    for session_id in dict.fromkeys([*unsent, *queues.session_ids]):
        conversation = connection.opened(session_id)
        if conversation is not None and conversation.progress is not None:
            # what is sent now is told of there
            continue
        turns = unsent.get(session_id, ())
        items += (OutboxItem(session_id, turn.question, _reason(turn)) for turn in turns)
        known = {turn.question.id for turn in turns}
        for question in queues.of(session_id):
            if question.id not in known:
                items.append(OutboxItem(session_id, question.message, WAITS))
    return _ordered(items)


def _ordered(items: Sequence[OutboxItem]) -> Sequence[OutboxItem]:
    times = [each.asked_at for each in items if each.asked_at is not None]
    # what is queued tells no time: it was asked behind what failed
    latest = max(times, default=LONG_AGO)
    of_session: dict[str, datetime] = {}
    dated: list[tuple[datetime, OutboxItem]] = []
    for each in items:
        # what failed again is of now, and goes before what waits behind it since it failed first
        before = of_session.get(each.session_id, LONG_AGO)
        at = of_session[each.session_id] = max(before, each.asked_at or latest)
        dated.append((at, each))
    return [each for _, each in sorted(dated, key=itemgetter(0))]


def _reason(turn: PendingTurn) -> str:
    failure = turn.answer.failure
    return failure.sentence if failure is not None else ""


async def queue_unsent(conversation: Conversation) -> None:
    """Put what was not sent in a conversation at the head of its queue, to be sent in its order.

    Each keeps its id. What there is no room for stays as it is.
    """
    await conversation.load()
    queued = conversation.queue.questions
    first_queued = queued[0].id if queued else ""
    for turn in [turn for turn in conversation.open_turns if turn.is_unsent]:
        question = QueuedQuestion(turn.question.with_status(MessageStatus.STORED))
        if question.id in conversation.queue:
            conversation.unsent.withdraw(question.id)
            continue
        try:
            conversation.unsent.requeue(question, first_queued)
        except BadInput:
            break
    conversation.queue.keep_in_reach()


def was_sent(conversation: Conversation, item: OutboxItem) -> bool:
    """Say whether what was not sent has gone out since, from here."""
    question = _shown(conversation, item)
    return question is not None and question.status is not MessageStatus.UNSENT


def was_taken(conversation: Conversation, item: OutboxItem) -> bool:
    """Say whether another client has taken what was not sent, to send it."""
    is_queued = item.question.id in conversation.queue
    return not is_queued and _shown(conversation, item) is None


def _shown(conversation: Conversation, item: OutboxItem) -> Message | None:
    message_id = conversation.current_id(item.question.id)
    return next((each for each in conversation.messages if each.id == message_id), None)
