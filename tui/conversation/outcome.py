"""Outcome of one send: which one an error means, and the failure that a person is told."""

from __future__ import annotations

from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NoBotChosen,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.model import Failure, Remedy
from tui.turn import Cut, EndedWell, Failed, Outcome, StoppedByPerson, Unsent
from tui.values import replace

STOPPED = Failure(
    "You stopped here.",
    "The server may finish it anyway.",
    exit_code=130,
    remedy=Remedy.SHOW_WHOLE,
)
STOPPED_BEFORE_END = replace(STOPPED, hint="The server has all of it.")
STOPPED_UNSENT = Failure("You stopped this question before it was sent.", exit_code=130)
NOT_SHOWN = Failure(
    "The server's history does not show this answer.",
    "Some servers store an answer late.",
    remedy=Remedy.READ_AGAIN,
)
GONE = Failure(
    "The server no longer has this session: it was deleted elsewhere.",
    "What is shown here is all there is; your next question begins a new session.",
    status=404,
    exit_code=NotFound.exit_code,
)
_REFUSED = (BadInput, AccessRefused, NotFound, NotOffered, RateLimited)
_TURNED_AWAY = {*range(300, 400), 400, 409, 422}
"""With these a server sends on, or turns away what makes no sense to it or not now: it keeps
nothing."""


def unconfirmed(error: RunnelError) -> Failure:
    """Return why an answer is not confirmed when reading the history met `error`."""
    if isinstance(error, NotFound):
        return GONE
    reason = error.sentence.rstrip(".")
    return Failure(
        f"The history could not be read: {reason}.",
        error.hint,
        error.status,
        remedy=Remedy.READ_AGAIN,
    )


def failure_of(outcome: Outcome) -> Failure | None:
    """Return what a person is told before the history is read; `None` when all went well."""
    match outcome:
        case EndedWell():
            return None
        case StoppedByPerson():
            return STOPPED
        case Cut(failure):
            return replace(failure, remedy=Remedy.READ_AGAIN)
        case Failed(failure) | Unsent(failure):
            return failure


def unsent(error: RunnelError) -> Failure:
    """Return why a question did not go out when its sending met `error`."""
    failure = Failure.of(error)
    is_open = isinstance(error, NoBotChosen)
    return replace(failure, remedy=Remedy.CHOOSE_BOT) if is_open else failure


def outcome_of(error: RunnelError, *, is_at_server: bool) -> Cut | Failed | Unsent:
    """Return the outcome of a question that was sent and met `error`.

    `is_at_server` says that the server holds the question for sure, whatever the error.
    """
    failure = Failure.of(error)
    if not is_at_server and _never_arrived(error):
        return Unsent(failure)
    if isinstance(error, AnswerFailed) and not isinstance(error, StreamBroken):
        return Failed(failure)
    return Cut(failure)


def _never_arrived(error: RunnelError) -> bool:
    match error:
        case Unreachable():
            return not error.sent
        case ServerFailed(status=status) if status in _TURNED_AWAY:
            return True
        case _:
            return isinstance(error, _REFUSED)
