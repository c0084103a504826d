"""Session lists of the store: the protocol of those of one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tui.model import Session
from tui.store.digests import Digest


class SessionListStore(Protocol):
    """The session lists of one account. Each belongs to a bot, or to `""`.

    Of a session that is forgotten, until it changes or is kept again, they keep that it is there.
    """

    async def of(self, bot_id: str) -> Sequence[Session]:
        """Return a list in its order: title, preview and times of each as they were saved.

        Each may be made when it is asked for, and is the same object from then on.
        """
        ...

    async def digests(self, bot_id: str) -> Mapping[str, Digest]:
        """Return what the histories of a list have come to, of those that are known here.

        Each may be made when it is asked for.
        """
        ...

    def replace(self, bot_id: str, sessions: Sequence[Session]) -> None:
        """Let a list be these, in this order; what is stored of other sessions stays."""
        ...

    def put_first(self, bot_id: str, session: Session) -> None:
        """Put a session, in the list before or not, at its head."""
        ...

    def update(self, bot_id: str, session: Session) -> None:
        """Put what is known now of a session in its place; nothing when it is not in the list."""
        ...

    def drop(self, bot_id: str, session_id: str) -> None:
        """Take a session out of a list."""
        ...
