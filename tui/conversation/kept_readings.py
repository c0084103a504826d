"""Readings that are kept: of which sessions that are read for a file, a copy stays here."""

from __future__ import annotations

from collections.abc import Collection

from tui.conversation.connection import Connection
from tui.conversation.sync_room import SyncRoom
from tui.model import Session

_MEASURED_AFTER = 50


class KeptReadings:
    """Keeps what an export reads as a sync would: nothing that a person has forgotten here.

    Nor what is beyond the limits of the account. Of the sessions `copied` there is a copy already.
    """

    def __init__(self, connection: Connection, copied: Collection[str]) -> None:
        self._connection = connection
        self._copied = copied
        self._room = SyncRoom(connection.store, connection.now())
        self._new = 0

    async def begin(self) -> None:
        """Find out what there is room for."""
        connection = self._connection
        await connection.load()
        if connection.store.retention.size_bytes is not None:
            for session in connection.known_sessions():
                if session.id in self._copied:
                    self._room.note_kept(session)
        await self._room.measure()

    def keeps(self, session: Session) -> bool:
        """Say whether the history of a session is to be kept when it is read."""
        if self._connection.local.is_forgotten(session):
            return False
        return session.id in self._copied or self._room.holds(session)

    async def note_read(self, session: Session) -> None:
        """Hear that the history of a session was read, and kept if it is to be."""
        if session.id not in self._copied and self.keeps(session):
            self._room.note_kept(session)
            self._new += 1
            if self._new % _MEASURED_AFTER == 0:
                # what is read faster than it is written would fill the memory
                await self._connection.store.flush()
                await self._room.measure()
