"""How the sending of a question ended, and the turn that makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tui.conversation.answer_builder import ArrivingAnswer
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.events import Completed, Started, StreamEvent
from tui.model import Failure, Message, Standing, Turn

STOPPED = Failure(
    "You stopped here.",
    "The server may finish it anyway. F5 shows the whole answer.",
    exit_code=130,
)
STOPPED_BEFORE_END = replace(STOPPED, hint="The server has the whole answer: F5 shows it.")
STOPPED_UNSENT = Failure("You stopped this question before it was sent.", exit_code=130)
NOT_SHOWN = Failure(
    "The server's history does not show this answer.",
    "Read the session again: some servers store an answer late.",
)
GONE = Failure(
    "The server no longer has this session: it was deleted elsewhere.",
    "What stands here is all there is; start a new session to go on.",
    status=404,
    exit_code=NotFound.exit_code,
)
_REFUSED = (BadInput, AccessRefused, NotFound, NotOffered, RateLimited)
_TURNED_AWAY = {*range(300, 400), 400, 409, 422}
"""With these a server sends on, or turns away what makes no sense to it or not now: it keeps
nothing."""


def not_found(trouble: RunnelError | None) -> Failure:
    """Return why an answer is not confirmed; `trouble` is what the last reading met, if any."""
    match trouble:
        case None:
            return NOT_SHOWN
        case NotFound():
            return GONE
        case _:
            told = trouble.sentence.rstrip(".")
            return Failure(f"The history could not be read: {told}.", trouble.hint, trouble.status)


@dataclass(slots=True)
class Ending:
    """What is known of a send, gathered until it is over."""

    known_ids: frozenset[str]
    """Ids of the messages that stood in the history before the send."""
    opened: bool = False
    """The question may be at the server."""
    is_stored: bool = False
    """The question is at the server, whatever happens now."""
    named_ids: set[str] = field(default_factory=set)
    """Ids by which the server names the question or the answer."""
    failure: Failure | None = None
    _stopped: bool = False
    _completed: bool = False
    _heard: bool = False
    _reported: bool = False
    _copy: Message | None = None

    def hear(self, event: StreamEvent) -> None:
        """Note that the server answers, so that it holds the question."""
        self._heard = True
        if isinstance(event, Started | Completed) and event.message_id:
            self.named_ids.add(event.message_id)
        if isinstance(event, Completed):
            self._completed, self._copy = True, event.message

    def stop(self) -> None:
        """Note that a person ended it; of an answer that was whole already there is no end."""
        if not self._completed:
            self.cancel()
            self._stopped = self.opened

    def cancel(self) -> None:
        """Note that it ends because Runnel does."""
        self.failure = STOPPED if self.opened else STOPPED_UNSENT

    def fail(self, error: RunnelError) -> None:
        self.failure = Failure.of(error)
        self._reported = isinstance(error, AnswerFailed) and not isinstance(error, StreamBroken)
        if _never_arrived(error) and not self._heard and not self.is_stored:
            self.opened = False

    def turn(self, question: Message, answer: ArrivingAnswer) -> Turn:
        """Return the turn as it is before the history is read again."""
        if not self.opened:
            question = question.with_standing(Standing.UNSENT)
        standing = Standing.UNCONFIRMED if self.failure is None else Standing.PARTIAL
        return Turn(
            question,
            answer.message(standing, self.failure),
            self.known_ids,
            frozenset(self.named_ids),
            self._reported,
            self._copy,
            id=answer.id,
            is_cut=self.failure is not None and not self._reported,
            is_stopped=self._stopped,
        )


def _never_arrived(error: RunnelError) -> bool:
    match error:
        case Unreachable():
            return not error.sent
        case ServerFailed(status=status) if status in _TURNED_AWAY:
            return True
        case _:
            return isinstance(error, _REFUSED)
