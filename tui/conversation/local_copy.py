"""Local copy of one history: loaded once, then told what differs."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model import Message
from tui.store import HistoryStore, StoredMessage
from tui.turn import PendingTurn


class LocalCopy:
    """The messages and open turns of one session in the store."""

    def __init__(self, store: HistoryStore, session_id: str) -> None:
        self._session_id = session_id
        self._store = store
        self._rows: dict[str, StoredMessage] = {}
        self._turns: dict[str, PendingTurn] = {}

    async def load(self) -> tuple[list[Message], list[PendingTurn]]:
        """Return what is stored: the history, and the turns of which it lacks the answer."""
        rows = await self._store.messages(self._session_id)
        turns = await self._store.open_turns(self._session_id)
        self._rows = {row.message.id: row for row in rows}
        self._turns = {turn.id: turn for turn in turns}
        return [row.message for row in rows], list(turns)

    def save(
        self, session_id: str, messages: Sequence[Message], turns: Sequence[PendingTurn]
    ) -> None:
        """Let the copy hold these, oldest first, under what the session is known by now.

        What is new is written before what is old goes: a crash in between loses nothing.
        """
        former_id, self._session_id = self._session_id, session_id
        if former_id not in ("", session_id):
            # made of what was known by an id of ours, as far as no other client has taken it
            self._store.move_history(former_id, session_id)
        rows = self._placed(messages)
        if changed := [row for key, row in rows.items() if row is not self._rows.get(key)]:
            self._store.upsert_messages(self._session_id, changed)
        for turn in turns:
            if turn.id not in self._turns:
                self._store.save_turn(self._session_id, turn)
            elif turn != self._turns[turn.id]:
                # another client may have taken it
                self._store.update_turn(self._session_id, turn)
        if gone_ids := [each for each in self._rows if each not in rows]:
            self._store.drop_messages(self._session_id, gone_ids)
        for turn_id in self._turns.keys() - {turn.id for turn in turns}:
            self._store.drop_turn(self._session_id, turn_id)
        self._rows = rows
        self._turns = {turn.id: turn for turn in turns}

    def _placed(self, messages: Sequence[Message]) -> dict[str, StoredMessage]:
        """Return the messages with their positions: those they had, as far as these ascend.

        What is stored already is the same row.
        """
        rows: dict[str, StoredMessage] = {}
        last = -1
        for message in messages:
            row = self._rows.get(message.id)
            if row is None or row.position <= last:
                row = StoredMessage(last + 1, message)
            elif not _is_same(row.message, message):
                row = StoredMessage(row.position, message)
            last = row.position
            rows[message.id] = row
        return rows


def _is_same(stored: Message, message: Message) -> bool:
    # not all of a message counts when two are compared
    return stored is message or (
        stored == message and (stored.raw, stored.origin) == (message.raw, message.origin)
    )
