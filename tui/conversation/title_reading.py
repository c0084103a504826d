"""Reading ahead of histories that name their sessions, where the server tells no titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from tui.conversation.account import Account
from tui.conversation.conversation import Conversation
from tui.conversation.history_cache import HistoryCache, ReadAhead
from tui.conversation.history_size import size_of
from tui.conversation.session_index import ToldVersion
from tui.conversation.sync_room import SyncRoom
from tui.errors import NotFound
from tui.model import Message, Session
from tui.store import StoredMessage, digest_of

AHEAD_BYTES = 3_000_000
"""Of histories that are read for the sessions in sight: usual ones of all, or a few long ones."""
FILTER_BYTES = 10 * AHEAD_BYTES
"""Of histories that are read to find sessions by their names."""
MOST_READS = 200
"""So many histories are read at once for either, however short they are."""
_QUOTA_SHARE = 0.5
"""Share of a quota that is left to what a person asks for."""


class Allowance:
    """So much may be read ahead; nothing until it is renewed."""

    def __init__(self) -> None:
        self._left_bytes, self._left_reads = 0, 0

    @property
    def has_room(self) -> bool:
        return self._left_bytes > 0 and self._left_reads > 0

    def renew(self, size_bytes: int) -> None:
        self._left_bytes, self._left_reads = size_bytes, MOST_READS

    def spend(self, size_bytes: int) -> None:
        """Note a history that was read."""
        self._left_bytes -= size_bytes
        self._left_reads -= 1


class TitleReader:
    """Reads what nobody asked for: little of it, and nothing that a person would have to wait for.

    `opened` returns the conversation of a session that has one: what that reads names it too.
    """

    def __init__(
        self,
        account: Account,
        opened: Callable[[str], Conversation | None],
        cache: HistoryCache,
    ) -> None:
        self._account = account
        self._opened = opened
        self._cache = cache
        self._in_sight: frozenset[str] = frozenset()
        # apart: what a filter has used up is not missing where new sessions come into sight
        self._for_sight, self._for_filter = Allowance(), Allowance()
        self._read: dict[str, datetime | None] = {}
        """By session, when it had changed last as it was read."""
        self._room: SyncRoom | None = None
        """As measured for what is looked at or looked through now; `None` before that."""

    def look_at(self, session_ids: Sequence[str]) -> Sequence[str]:
        """Begin with these, which have come into sight; return whose names are not read."""
        in_sight = frozenset(session_ids)
        if in_sight != self._in_sight:
            self._in_sight, self._room = in_sight, None
            self._for_sight.renew(AHEAD_BYTES)
        return self.still_unread(session_ids)

    def look_through(self, sessions: Sequence[Session]) -> Sequence[str]:
        """Begin with all of these, which a filter looks through; return those not read."""
        self._for_filter.renew(FILTER_BYTES if sessions else 0)
        self._room = None
        # most have a title, and there may be many
        return [each.id for each in sessions if not each.title and self._is_wanted(each)]

    def still_unread(self, session_ids: Iterable[str]) -> Sequence[str]:
        """Return those of which the names are not read by now, by another client neither."""
        known = map(self._account.known_session, session_ids)
        return [each.id for each in known if each is not None and self._is_wanted(each)]

    def may_read(self, session_id: str) -> bool:
        """Say whether the line is quick, calls are left to others, and not much was read yet."""
        traffic = self._account.backend.traffic
        quota = traffic.quota
        has_calls = quota is None or quota.remaining > quota.limit * _QUOTA_SHARE
        is_at_rest = traffic.waiting is None and not traffic.is_slow
        return self._allowance(session_id).has_room and has_calls and is_at_rest

    async def read(self, session_id: str) -> bool:
        """Name a listed session that has no title by its history; `False` when it needs none."""
        session = self._account.known_session(session_id)
        if session is None or not self._is_wanted(session):
            return False
        index = self._account.session_index
        told = index.version(session_id)
        allowance = self._allowance(session_id)
        try:
            with self._account.backend.traffic.unhurried():
                messages = await self._account.backend.messages(session_id, self._account.bot_id)
        except NotFound:
            index.note_gone(session_id)
            messages = []
        self._read[session_id] = session.updated_at
        allowance.spend(size_of(messages))
        if self._is_read(session_id) or index.find(session_id) is None:
            return False
        index.digests.note(session_id, digest_of(messages))
        index.describe(session_id)
        await self._keep(session, messages, told)
        return True

    def _allowance(self, session_id: str) -> Allowance:
        """Return what its reading is taken from; a filter looks through what is in sight too."""
        is_for_sight = session_id in self._in_sight and self._for_sight.has_room
        return self._for_sight if is_for_sight else self._for_filter

    def _is_wanted(self, session: Session) -> bool:
        is_known = session.id in self._read and self._read[session.id] == session.updated_at
        is_ours = session.id in self._account.unmade
        if session.title or is_known or is_ours or self._account.local.is_forgotten(session):
            return False
        return not self._is_read(session.id)

    def _is_read(self, session_id: str) -> bool:
        conversation = self._opened(session_id)
        return conversation is not None and conversation.stored.history.is_verified

    async def _keep(
        self, session: Session, messages: list[Message], told: ToldVersion | None
    ) -> None:
        """Keep the history until there is no more room, so that it opens without waiting.

        Nothing goes for what nobody asked for, nor stays that is older than what is kept.
        """
        store, session_id = self._account.store, session.id
        room = await self._measured_room()
        if not room.has_place(session):
            return
        # what is here already may know more than the server tells
        if await store.messages(session_id) or await store.open_turns(session_id):
            return
        if self._opened(session_id) is not None:
            return
        rows = [StoredMessage(at, message) for at, message in enumerate(messages)]
        store.upsert_messages(session_id, rows)
        room.take(messages)
        if told is not None:
            store.copies.save(session_id, told.state(messages, self._account.now()))
        self._cache.add(ReadAhead(store, session_id, size_of(messages)))

    async def _measured_room(self) -> SyncRoom:
        if (room := self._room) is None:
            # once for many histories: it takes a walk through all sessions
            room = SyncRoom(self._account.store, self._account.now())
            await room.measure()
            self._room = room
        return room
