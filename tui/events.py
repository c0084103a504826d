"""Events of a send, as small values read by one `match`.

A backend yields `StreamEvent`s and raises a `RunnelError` when the answer fails. The conversation
yields those on, puts its own around them, and always ends with `Settled`.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.model import Message, Session
from tui.safe_text import JsonValue, SafeText


@dataclass(frozen=True, slots=True)
class Started:
    """The server took the question; `message_id` is its name for the question or the answer."""

    message_id: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: SafeText


@dataclass(frozen=True, slots=True)
class ToolCalled:
    call: int
    """Position among the tool calls of this answer, from 0."""
    name: SafeText
    arguments: JsonValue


@dataclass(frozen=True, slots=True)
class ToolProgressed:
    call: int
    note: SafeText
    """What the running call says of itself, in the place of what it said before."""


@dataclass(frozen=True, slots=True)
class ToolReturned:
    call: int
    """The call it answers."""
    result: JsonValue
    failed: bool = False


@dataclass(frozen=True, slots=True)
class TitleChanged:
    title: SafeText


@dataclass(frozen=True, slots=True)
class Completed:
    """The server says the answer is whole; `message` is its own copy where the API sends one."""

    message_id: str = ""
    message: Message | None = None


StreamEvent = (
    Started | TextDelta | ToolCalled | ToolProgressed | ToolReturned | TitleChanged | Completed
)


@dataclass(frozen=True, slots=True)
class SessionCreated:
    """The first send of a new session made it on the server."""

    session: Session


@dataclass(frozen=True, slots=True)
class Asked:
    """The question is in the journal and about to be sent."""

    question: Message


@dataclass(frozen=True, slots=True)
class Rereading:
    """The stream is over and the history is being read again."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The send is over: `question` and `answer` as they stand now, `history` all that is known.

    `answer.failure` tells why when it did not end well. Both stand in `history`, unless the
    server does not hold them; then they come last.
    """

    question: Message
    answer: Message
    history: tuple[Message, ...]


TurnEvent = SessionCreated | Asked | StreamEvent | Rereading | Settled
