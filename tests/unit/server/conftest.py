from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.plain_http import plain_client
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Dialect, EmbeddedServer


@pytest.fixture(scope="session")
def documented() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=7) as server:
        yield server


@pytest.fixture(scope="session")
def real() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=7, dialect=Dialect.REAL) as server:
        yield server


@pytest.fixture
def gpt(documented: EmbeddedServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    base_url = f"{documented.url}/api/v1"
    with plain_client(base_url=base_url, headers=headers) as client:
        yield client


@pytest.fixture
def hardwire(documented: EmbeddedServer) -> Iterator[httpx.Client]:
    with signed_in(documented) as client:
        yield client


@pytest.fixture
def real_hardwire(real: EmbeddedServer) -> Iterator[httpx.Client]:
    with signed_in(real) as client:
        yield client


@contextmanager
def signed_in(server: EmbeddedServer) -> Iterator[httpx.Client]:
    base_url, headers = f"{server.url}/api", {"Origin": server.url}
    with plain_client(base_url=base_url, headers=headers) as client:
        body = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}
        client.post("/auth/sign-in/email", json=body).raise_for_status()
        yield client
