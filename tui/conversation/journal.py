"""What is written down of one send while it is on its way."""

from __future__ import annotations

from tui.store import Send, Store


class Journal:
    """The row of a send in the store; without `begin` nothing is written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._send: Send | None = None

    def begin(self, session_id: str, text: str) -> None:
        """Write the question down, before anything goes out; a session not made yet is ""."""
        self._send = self._store.begin_send(session_id, text)

    def assign(self, session_id: str) -> None:
        if self._send is not None:
            self._send = self._store.assign_send(self._send, session_id)

    def note(self, text: str) -> None:
        if self._send is not None:
            self._store.note_arrived(self._send, text)

    def end(self) -> None:
        if self._send is not None:
            self._store.end_send(self._send)
