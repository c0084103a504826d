"""Turns that the history does not show yet: questions queued, and sent with what came back."""

from __future__ import annotations

from msgspec import Struct

from tui.model import Failure, Message, Role, TextPart, new_own_id
from tui.safe_text import clean


class EndedWell(Struct, frozen=True):
    """The stream ended well."""


class StoppedByPerson(Struct, frozen=True):
    """A person ended the answer: what came stays until the whole one is asked for."""


class Cut(Struct, frozen=True):
    """The stream ended early: the stored answer begins with what came of it."""

    failure: Failure


class Failed(Struct, frozen=True):
    """The server itself said that the answer failed, so a stored text is not the whole one."""

    failure: Failure


class Unsent(Struct, frozen=True):
    """The question certainly did not reach the server."""

    failure: Failure


Outcome = EndedWell | StoppedByPerson | Cut | Failed | Unsent
"""How a send ended, before the history is read again."""


class QueuedQuestion(Struct, frozen=True):
    """A question to be sent, and how."""

    message: Message
    """It keeps its id when it is sent."""
    streaming: bool = True
    workflow_id: str = ""
    """The workflow that it starts; empty for none."""

    @classmethod
    def of(
        cls, text: str, *, streaming: bool = True, workflow_id: str = "", own_id: str = ""
    ) -> QueuedQuestion:
        """Return the question that a person wrote as `text`; `own_id` is of one never sent."""
        message = Message(own_id or new_own_id(), Role.USER, (TextPart(clean(text)),), raw=text)
        return cls(message, streaming, workflow_id)

    @property
    def id(self) -> str:
        return self.message.id

    @property
    def written(self) -> str:
        """The text as a person wrote it; never drawn."""
        return self.message.written


class PendingTurn(Struct, frozen=True):
    """A question we sent and what came back, not yet found in the server's history."""

    id: str
    """Our own id of the answer, whatever it is shown as later: it tells two turns apart."""
    question: Message
    answer: Message
    outcome: Outcome
    known_ids: frozenset[str] = frozenset()
    """Ids of the messages that stood in the history before the send."""
    named_ids: frozenset[str] = frozenset()
    """Ids by which the stream named the question or the answer."""
    copy: Message | None = None
    """The server's own copy of the answer, where the stream ended with one."""
    question_id: str = ""
    """Id of the stored question, once it has been found."""

    @property
    def is_unsent(self) -> bool:
        return isinstance(self.outcome, Unsent)

    @property
    def is_stopped(self) -> bool:
        return isinstance(self.outcome, StoppedByPerson)

    @property
    def is_cut(self) -> bool:
        """The stored answer begins with what came of it."""
        return isinstance(self.outcome, StoppedByPerson | Cut)
