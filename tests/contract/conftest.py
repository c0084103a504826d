from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.stores import STORAGES, Storage
from tui.backends.base import Backend
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.hardwire.backend import HardWire
from tui.backends.http.client import build_client
from tui.backends.http.credentials import KnownSecrets
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Dialect, EmbeddedServer
from tui.tapes.wire import Wire

APIS = ("gpt-trainer", "hardwire documented", "hardwire real")
TINY_CHUNKS = (1, 3)
CHUNK_SIZES = (*TINY_CHUNKS, 7, 64, 4096)


@dataclass(frozen=True, slots=True)
class Place:
    """An API at a server that is up."""

    api: str
    server: EmbeddedServer
    chunk_bytes: int | None = None
    """The size of the pieces of its streams; `None` for a token at a time."""

    @property
    def tells_tools_live(self) -> bool:
        return self.api == "hardwire documented"

    @property
    def keeps_tools(self) -> bool:
        return self.api == "gpt-trainer"

    @property
    def keeps_sources(self) -> bool:
        return self.api != "hardwire documented"

    @asynccontextmanager
    async def backend(
        self,
        secret: str = "",
        email: str = DEMO_EMAIL,
        *,
        wire: Wire | None = None,
        known_secrets: KnownSecrets | None = None,
    ) -> AsyncIterator[Backend]:
        client = build_client(self.server.url, wire=wire)
        backend: Backend
        if self.api == "gpt-trainer":
            key = telling(secret or DEMO_KEY)
            backend = GptTrainer(client, self.server.url, key, known_secrets=known_secrets)
        else:
            password = telling(secret or DEMO_PASSWORD)
            backend = HardWire(
                client, self.server.url, email, password, known_secrets=known_secrets
            )
        try:
            yield backend
        finally:
            await backend.aclose()


OpenBackend = Callable[[], AbstractAsyncContextManager[Backend]]


def telling(secret: str) -> Callable[[], Awaitable[str]]:
    async def tell() -> str:
        return secret

    return tell


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str, int | None], EmbeddedServer]]:
    """One server for each dialect and chunk size, started when first asked for."""
    running: dict[tuple[str, int | None], EmbeddedServer] = {}

    def server(api: str, chunk_bytes: int | None) -> EmbeddedServer:
        dialect = Dialect.REAL if api == "hardwire real" else Dialect.DOCUMENTED
        key = (dialect.value, chunk_bytes)
        if key not in running:
            running[key] = EmbeddedServer(dialect=dialect, chunk_bytes=chunk_bytes, pace=0, seed=7)
            running[key].start()
        return running[key]

    yield server
    for each in running.values():
        each.stop()


@pytest.fixture(params=APIS)
def place(request: pytest.FixtureRequest, servers: Callable[..., EmbeddedServer]) -> Place:
    """Every API, its streams written a token at a time."""
    return Place(request.param, servers(request.param, None))


@pytest.fixture(params=[(api, size) for api in APIS for size in CHUNK_SIZES], ids=str)
def chunked_place(request: pytest.FixtureRequest, servers: Callable[..., EmbeddedServer]) -> Place:
    """Every API, its streams written in pieces of every size."""
    api, size = request.param
    return Place(api, servers(api, size), size)


@pytest.fixture(params=STORAGES)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """Every kind of store, over its restarts."""
    with closing(STORAGES[request.param](tmp_path)) as storage:
        yield storage
