"""Histories of sessions in the store: their messages, and the turns that lack an answer there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from tui.live_parts import with_live_parts
from tui.model import Message
from tui.turn import PendingTurn


class StoredMessage(Struct, frozen=True):
    """A message and where it stands: a history is told in ascending positions, with gaps."""

    position: int
    message: Message

    def knowing(self, known: Message) -> StoredMessage:
        """Return it with what was known of the message and is not told again."""
        message = with_live_parts(self.message, known)
        return self if message is self.message else StoredMessage(self.position, message)


class HistoryStore(Protocol):
    """The copies of what was said in sessions; each call is one change, as for all of the store."""

    async def messages(self, session_id: str) -> Sequence[StoredMessage]:
        """Return the history as last saved, oldest first; empty when nothing is stored."""
        ...

    def upsert_messages(self, session_id: str, messages: Sequence[StoredMessage]) -> None:
        """Add messages, or put what is known now of them in their place, which may be another.

        What only the client knew that saw one arrive stays with it, whoever writes it again.
        """
        ...

    def drop_messages(self, session_id: str, message_ids: Sequence[str]) -> None: ...

    def move_history(self, session_id: str, new_id: str) -> None:
        """Let messages and open turns of a session, as far as there are any, be of another one."""
        ...

    async def open_turns(self, session_id: str) -> Sequence[PendingTurn]:
        """Return the turns of which the history does not hold the answer, oldest first."""
        ...

    async def unsent_turns(self) -> Mapping[str, Sequence[PendingTurn]]:
        """Return the open turns that never reached the server, by session, oldest first."""
        ...

    def save_turn(self, session_id: str, turn: PendingTurn) -> None:
        """Add a turn behind the others, or put what is known now of it in its place."""
        ...

    def update_turn(self, session_id: str, turn: PendingTurn) -> None:
        """Put what is known now of a turn in its place, as long as it has one."""
        ...

    def drop_turn(self, session_id: str, turn_id: str) -> None: ...
