"""Sends of the store that are not over, and the questions that wait: protocols of one account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from tui.model import Message, Part, TextPart, ToolPart
from tui.safe_text import SafeText
from tui.turn import PendingTurn, QueuedQuestion


class Send(Struct, frozen=True):
    """A question on its way, as far as it is needed to show it again after a crash."""

    id: str
    """Our id of its answer, and so of the turn that becomes of it."""
    session_id: str
    """Of ours, starting with `local-`, until the server has made the session."""
    bot_id: str
    question: Message
    began_at: datetime
    workflow_id: str = ""
    is_out: bool = False
    """The server may have the question."""
    known_ids: frozenset[str] = frozenset()
    """Ids of the messages that stood in the history before."""
    named_ids: frozenset[str] = frozenset()
    """Ids by which the stream named the question or the answer."""
    arrived: tuple[Part, ...] = ()
    """What came of the answer."""
    is_of_checks: bool = False
    """A suite or a comparison asks it, and no person."""


class AtRest(Struct, frozen=True):
    """It lies in the session of the send, queued or never sent, and is taken from there."""


class Again(Struct, frozen=True):
    """It was asked before and is asked once more by who saw the whole of the session."""

    last_id: str
    """Of the last message there."""


class New(Struct, frozen=True):
    """It was just written, in a session that other clients know but no server."""


Claim = AtRest | Again | New
"""What must be so for a question to be sent that another client may send too."""


class Decided(Awaitable[bool]):
    """What is known without waiting, for whoever would wait for it."""

    def __init__(self, is_so: bool) -> None:
        self._is_so = is_so

    def __await__(self) -> Generator[None, None, bool]:
        yield from ()
        return self._is_so


class QueueStore(Protocol):
    """The questions of one account that wait to be sent."""

    async def by_session(self) -> Mapping[str, Sequence[QueuedQuestion]]:
        """Return them by session, in their order."""
        ...

    def put(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question before the one of that id, else behind all others of the session.

        One that is queued already, in whatever session, is moved.
        """
        ...

    def requeue(self, session_id: str, question: QueuedQuestion, before: str = "") -> None:
        """Queue a question that was never sent, in the place of the open turn that it was made.

        Nothing where there is none of it in the session: another client has taken it.
        """
        ...

    def move(self, session_id: str, new_id: str) -> None:
        """Let what is queued in a session stand behind all others of another one."""
        ...

    def drop(self, question_id: str) -> None:
        """Take a question out of its queue."""
        ...

    def take(self, session_id: str, question_id: str) -> Awaitable[bool]:
        """Take a question that is queued or was never sent out of its session, at once.

        What is returned gives `False` when it was not there: another client has taken it.
        """
        ...


class SendStore(Protocol):
    """The sends of one account that are not over, to be shown again after a crash."""

    async def unfinished(self) -> Sequence[Send]:
        """Return the sends that a start which is over left unfinished, oldest first.

        Those begun through this store are on their way.
        """
        ...

    async def elsewhere(self) -> Sequence[Send]:
        """Return the sends that other clients have on their way, oldest first, without answers."""
        ...

    async def recover(
        self, send_id: str, session_id: str, recovered: Callable[[Send], PendingTurn]
    ) -> bool:
        """Make an open turn of an unfinished send, shown last in its session, and end it.

        `False`, and nothing changes, when another client has done so.
        """
        ...

    async def claim(self, send: Send, claim: Claim) -> bool:
        """Write down a send as `save` does, of a question that is nowhere else from then on.

        `False`, and nothing changes, when that is not so any more which `claim` says, or when
        another send is on its way in the session.
        """
        ...

    def save(self, send: Send) -> None:
        """Write down a send, or what is known now of it but for what arrived.

        From the first time on its question is queued no more, in the same change.
        """
        ...

    def add_arrived(
        self, send_id: str, parts: Sequence[Part], named_ids: frozenset[str] = frozenset()
    ) -> None:
        """Add what came of an answer since the last time, as `joined` does.

        Nothing when the send has ended.
        """
        ...

    def end(self, send_id: str) -> None: ...


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts as they arrived as parts of a message.

    Texts that follow one another become one; what is known of a tool call takes the place of what
    was known of it before.
    """
    message_parts: list[Part] = []
    texts: list[str] = []
    call_places: dict[int, int] = {}
    for part in parts:
        if isinstance(part, TextPart):
            texts.append(part.text)
            continue
        if isinstance(part, ToolPart) and part.call in call_places:
            message_parts[call_places[part.call]] = part
            continue
        if texts:
            message_parts.append(TextPart(SafeText("".join(texts))))
            texts.clear()
        if isinstance(part, ToolPart):
            call_places[part.call] = len(message_parts)
        message_parts.append(part)
    if texts:
        message_parts.append(TextPart(SafeText("".join(texts))))
    return tuple(message_parts)
