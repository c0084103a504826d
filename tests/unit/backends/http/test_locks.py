from __future__ import annotations

import asyncio

import httpcore
import pytest

from tests.unit.backends.http.socket_servers import answer, serving
from tui.backends.http.client import build_client
from tui.backends.http.locks import AsyncioLocks


async def test_a_pool_waits_for_a_connection_no_longer_than_it_may() -> None:
    with serving(answer) as port:
        url = f"http://127.0.0.1:{port}"
        async with build_client(url) as client:
            # from now on httpcore asks for the locks of asyncio
            assert (await client.get(url)).status_code == 200
        pool = httpcore.AsyncConnectionPool(max_connections=1)
        async with pool, pool.stream("GET", url):
            with pytest.raises(httpcore.PoolTimeout):
                await pool.request("GET", url, extensions={"timeout": {"pool": 0.01}})


async def test_one_that_waits_goes_on_when_another_is_done() -> None:
    locks = AsyncioLocks()
    event = locks.Event()
    with locks.fail_after(None), locks.CancelScope(shield=True):
        waiting = asyncio.ensure_future(event.wait())
        event.set()
        await waiting


async def test_what_is_not_here_is_the_librarys_own() -> None:
    import anyio

    assert AsyncioLocks().Semaphore is anyio.Semaphore
