"""Digests of the histories of a session list: what each has come to, as far as it is known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.store import Digest, SessionListStore

NO_DIGEST = Digest()


class KnownDigests:
    """Those noted in this start stand before those that an earlier one left in `store`."""

    def __init__(self, store: SessionListStore, key: str) -> None:
        self._store = store
        self._key = key
        self._noted: dict[str, Digest] = {}
        self._stored: Mapping[str, Digest] | None = None
        """`None` until they are asked for: a session as it was stored has what they tell."""
        self.times_noted = 0
        """Grows whenever a history has changed."""

    async def recall(self) -> None:
        """Take in what histories had come to at an earlier start, once."""
        if self._stored is None:
            stored = await self._store.digests(self._key)
            # those of another client may have been taken in meanwhile, and are newer
            self._stored = stored if self._stored is None else self._stored

    def take_in(self, stored: Mapping[str, Digest], listed: Iterable[str]) -> None:
        """Have those that another client has stored; of what is not `listed` all stays."""
        told = {*listed}
        ids = (*self._noted, *(self._stored or ()))
        self._noted = {each: self.of(each) for each in ids if each not in told}
        self._stored = stored

    def is_known(self, session_id: str) -> bool:
        """Say whether it is known what stands in a session, as far as they were recalled."""
        return session_id in self._noted or session_id in (self._stored or ())

    def of(self, session_id: str) -> Digest:
        """Return that of a session, `NO_DIGEST` where nothing is known of it."""
        return self._noted.get(session_id) or (self._stored or {}).get(session_id, NO_DIGEST)

    def note(self, session_id: str, digest: Digest) -> None:
        """Take note of what the history of a session, listed or not, has come to."""
        self._noted[session_id] = digest
        self.times_noted += 1

    def forget(self, session_ids: Iterable[str]) -> None:
        self._noted |= dict.fromkeys(session_ids, NO_DIGEST)
