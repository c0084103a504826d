"""Stored history of one session: loaded once somebody looks, saved as it changes, let go of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from tui.backends.base import offered
from tui.conversation.account import Account
from tui.conversation.history import History
from tui.conversation.local_copy import LocalCopy
from tui.conversation.session_binding import SessionBinding
from tui.errors import BadInput
from tui.model import Message
from tui.turn import PendingTurn


class StoredHistory:
    """The history in memory and its copy in the store, brought in line with each other.

    `is_current` says whether the session is still ours to keep, `is_busy` whether it is added to.
    """

    def __init__(
        self,
        account: Account,
        session: SessionBinding,
        *,
        is_current: Callable[[], bool],
        is_busy: Callable[[], bool],
    ) -> None:
        self._account = account
        self._session = session
        self._is_current = is_current
        self._is_busy = is_busy
        self._copy = LocalCopy(account.store, session.id)
        self._loading = asyncio.Lock()
        self._is_loaded = False
        self.history = History(self._save, is_verified=session.session_id is None)
        self.is_behind = False
        """Another client has stored something that was not taken in."""
        self.read_at: datetime | None = None
        """When the server showed it last, at an earlier start too; `None` when that is not known.
        """

    @property
    def id(self) -> str:
        """The id of its session, one of ours, or empty for none."""
        return self._session.id

    @property
    def is_in_memory(self) -> bool:
        """It is loaded, or just being loaded."""
        return self._is_loaded or self._loading.locked()

    @property
    def size_bytes(self) -> int:
        """About how much memory the messages take."""
        return self.history.size_bytes

    async def load(self) -> None:
        """Take in what is stored, once; nothing else of it is known before."""
        async with self._loading:
            if self._is_loaded:
                return
            await self._account.load()
            if self.id:
                state = await self._account.store.copies.of(self.id)
                self.read_at = state.read_at if state is not None else None
                messages, turns = await self._copy.load()
                self.history.load(messages, turns)
                if self.history.messages:
                    # of one that was let go of, what the list tells stays
                    self._session.note_history(self.history.messages)
            self._is_loaded = True

    async def read(self, is_in_the_way: Callable[[], bool] = lambda: False) -> None:
        """Bring it in line with the server, as `History.read` does, once it is loaded.

        Raises:
            NotFound: the session is not, or no longer, there.
        """
        # as told before the reading: what is told of a later state means another reading
        told = self._session.version
        is_taken = await self.history.read(self._session.fetch_messages, is_in_the_way)
        if is_taken and self._is_current():
            self.read_at = self._account.now()
            if told is not None:
                state = told.state(self.history.messages, self.read_at)
                self._account.store.copies.save(self.id, state)

    async def take_in(self) -> None:
        """Take in what another client has stored of it; what is on its way here goes before that.

        Then it is behind until that is over.
        """
        async with self._loading:
            if not self._is_loaded or not self.id:
                return
            self.is_behind = self._is_busy()
            if not self.is_behind:
                messages, turns = await self._copy.load()
                self.is_behind = self._is_busy()
                if not self.is_behind:
                    self.history.load(messages, turns)
                    # one that was forgotten is read again by whoever looks at it
                    self.history.is_verified &= bool(self.history.messages)
                    self._session.note_history(self.history.messages)

    async def delete(self, message_ids: Iterable[str]) -> None:
        """Delete the exchanges of these messages, at the server and here.

        Raises:
            BadInput: an answer is still coming.
            NotOffered: this host cannot delete messages.
        """
        await self.load()
        self.require_quiet()
        wanted = tuple(message_ids)
        gone = self.history.exchange_ids(wanted)
        stored = self.history.stored_among(gone)
        if stored and self._session.session_id is not None:
            deletion = offered(self._account.backend.message_deletion, "delete messages")
            await deletion.delete_messages(self._session.session_id, stored)
        # a reading may have found an answer meanwhile, and given it another id
        self.history.forget(gone | self.history.exchange_ids(wanted))

    def require_quiet(self) -> None:
        """Make sure that nothing is being sent.

        Raises:
            BadInput: an answer is still coming.
        """
        if self._is_busy():
            raise BadInput(
                "An answer is still coming in this session.", hint="Wait for it, or stop it."
            )

    def let_go(self) -> bool:
        """Have no messages until they are loaded again, for the server has them.

        `False` when something of them is only here, or on its way.
        """
        is_still = not self._is_busy() and not self._loading.locked()
        if self._session.session_id is None or not is_still or not self.history.let_go():
            return False
        self._copy = LocalCopy(self._account.store, self.id)
        self._is_loaded = False
        self._account.store.let_go(self.id)
        return True

    def _save(self, messages: Sequence[Message], turns: Sequence[PendingTurn]) -> None:
        # a session deleted meanwhile is no longer ours to keep
        if self._is_loaded and self.id and self._is_current():
            self._copy.save(self.id, messages, turns)
            if self._account.local.note_kept(self.id):
                self._session.index.list_again(self.id)
            self._session.note_history(messages)
            self._account.local.marks.rename_exchanges(self.id, self.history.current_id)
