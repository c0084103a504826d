"""Events of a send, as small values read by one `match`.

A backend yields `StreamEvent`s and raises a `RunnelError` when the answer fails. The conversation
yields those on, puts its own around them, and always ends with `Settled`.
"""

from __future__ import annotations

from msgspec import Struct

from tui.model import Message, Session
from tui.safe_text import JsonValue, SafeText


class Started(Struct, frozen=True):
    """The server took the question; `message_id` is its name for the question or the answer."""

    message_id: str = ""


class TextDelta(Struct, frozen=True):
    text: SafeText


class ToolCalled(Struct, frozen=True):
    call: int
    """Position among the tool calls of this answer, from 0."""
    name: SafeText
    arguments: JsonValue


class ToolProgressed(Struct, frozen=True):
    call: int
    note: SafeText
    """What the running call says of itself, in the place of what it said before."""


class ToolReturned(Struct, frozen=True):
    call: int
    """The call it answers."""
    result: JsonValue
    failed: bool = False


class TitleChanged(Struct, frozen=True):
    title: SafeText


class Completed(Struct, frozen=True):
    """The server says the answer is whole; `message` is its own copy where the API sends one."""

    message_id: str = ""
    message: Message | None = None


StreamEvent = (
    Started | TextDelta | ToolCalled | ToolProgressed | ToolReturned | TitleChanged | Completed
)


class SessionCreated(Struct, frozen=True):
    """The first send of a new session made it on the server."""

    session: Session


class QuestionNoted(Struct, frozen=True):
    """The question is in the journal and about to be sent."""

    question: Message


class Rereading(Struct, frozen=True):
    """The stream is over, and what came of it stands as it came.

    The history is read again next, as soon as another event is asked for.
    """


class Settled(Struct, frozen=True):
    """The send is over: `question` and `answer` as they stand now, `history` all that is known.

    `answer.failure` tells why when it did not end well. Both stand in `history`, unless the
    server does not hold them; then they come last.
    """

    question: Message
    answer: Message
    history: tuple[Message, ...]


TurnEvent = SessionCreated | QuestionNoted | StreamEvent | Rereading | Settled
