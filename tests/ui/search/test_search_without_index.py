from __future__ import annotations

import asyncio

from tests.ui.harness import stage
from tests.ui.search.finding import listed, searching
from tests.ui.search.test_search_screen import GatedAccount, GatedStore, many_sessions, until_busy
from tui.store import AccountKey, MemoryAccount


class UnindexedStore(GatedStore):
    is_whole = False

    def account(self, key: AccountKey) -> MemoryAccount:
        return UnindexedAccount(self)


class UnindexedAccount(GatedAccount):
    async def index_is_whole(self) -> bool:
        assert isinstance(self._store, UnindexedStore)
        return self._store.is_whole


async def test_that_a_search_takes_longer_is_told_as_long_as_the_index_is_made() -> None:
    store, first, second = UnindexedStore(), asyncio.Event(), asyncio.Event()
    store.gates = [first]
    async with stage(many_sessions(), store=store) as it:
        await searching(it)
        await it.press("t")
        await until_busy(it, lambda: "until the index is whole again" in it.drawn)
        first.set()
        await it.until(lambda: "hits" in it.drawn)
        assert "index" not in it.drawn
        # more of the same may be looked for, too
        store.is_whole, store.gates = True, [second] * 9
        await it.press("i")
        await until_busy(it, lambda: "searching …" in it.drawn)
        assert "index" not in it.drawn
        second.set()
        await it.until(lambda: bool(listed(it)))
