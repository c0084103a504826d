from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.conftest import telling
from tests.fakes import present
from tui.backends.hardwire.backend import HardWire
from tui.backends.hardwire.sign_in_file import SignInFile
from tui.backends.http.client import build_client
from tui.errors import AccessRefused, RateLimited
from tui.events import TextDelta
from tui.server import DEMO_EMAIL, DEMO_PASSWORD, Dialect, EmbeddedServer

MODEL = "lantern-small"


async def never() -> str:
    raise AssertionError("the password was asked for")


class Days:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture(params=list(Dialect))
def server(request: pytest.FixtureRequest, days: Days) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, dialect=request.param, now=days) as running:
        yield running


class Person:
    """Tells the right password, however often."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        return DEMO_PASSWORD


def backend(
    server: EmbeddedServer,
    password: Callable[[], Awaitable[str]],
    file: SignInFile | None = None,
) -> HardWire:
    return HardWire(build_client(server.url), server.url, DEMO_EMAIL, password, file)


async def answer(backend: HardWire, text: str) -> str:
    session = await backend.create_session(MODEL)
    async with aclosing(backend.stream(session.id, MODEL, f"echo {text}")) as events:
        return "".join([event.text async for event in events if isinstance(event, TextDelta)])


async def test_a_session_that_expires_in_the_middle_of_work_is_renewed(
    server: EmbeddedServer, days: Days
) -> None:
    async with aclosing(backend(server, telling(DEMO_PASSWORD))) as hardwire:
        assert await answer(hardwire, "one") == "one"
        days.pass_by(8)
        assert await answer(hardwire, "two") == "two"
        days.pass_by(8)
        assert len(await hardwire.sessions(MODEL)) > 2


async def test_a_kept_session_lasts_as_long_as_there_are_starts(
    server: EmbeddedServer, days: Days, tmp_path: Path
) -> None:
    file = SignInFile(tmp_path / "sign-ins.json")
    async with aclosing(backend(server, telling(DEMO_PASSWORD), file)) as hardwire:
        await hardwire.identify()
    for _ in range(3):
        days.pass_by(6)
        async with aclosing(backend(server, never, file)) as hardwire:
            assert await answer(hardwire, "still here") == "still here"


async def test_a_kept_session_that_expired_asks_for_the_password(
    server: EmbeddedServer, days: Days, tmp_path: Path
) -> None:
    file = SignInFile(tmp_path / "sign-ins.json")
    person = Person()
    for _ in range(2):
        async with aclosing(backend(server, person, file)) as hardwire:
            assert await hardwire.bots()
        days.pass_by(8)
    assert person.asked == 2


async def test_signing_out_ends_the_session_at_the_server_too(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    file = SignInFile(tmp_path / "sign-ins.json")
    async with aclosing(backend(server, telling(DEMO_PASSWORD), file)) as hardwire:
        await hardwire.identify()
        kept = file.load(server.url, DEMO_EMAIL)
        assert kept is not None
        await present(hardwire.sign_in).sign_out()
    assert file.load(server.url, DEMO_EMAIL) is None
    file.save(server.url, DEMO_EMAIL, kept)
    async with aclosing(backend(server, telling("wrong"), file)) as hardwire:
        with pytest.raises(AccessRefused):
            await hardwire.bots()


async def test_the_quota_is_known_and_a_question_beyond_it_is_refused_at_once() -> None:
    with EmbeddedServer(pace=0, rate_limit=4) as server:
        async with aclosing(backend(server, telling(DEMO_PASSWORD))) as hardwire:
            await hardwire.bots()
            quota = hardwire.traffic.quota
            assert quota is not None
            assert (quota.limit, quota.remaining) == (4, 2)
            assert not quota.is_low
            await hardwire.bots()
            await hardwire.bots()
            quota = hardwire.traffic.quota
            assert quota is not None
            assert quota.is_low
            with pytest.raises(RateLimited) as refused:
                await answer(hardwire, "too much")
            assert refused.value.retry_after_s is not None
            assert 0 < refused.value.retry_after_s <= 60
            # so long a wait is not for us to make
            with pytest.raises(RateLimited):
                await hardwire.bots()


async def test_a_sign_in_beyond_the_quota_says_how_long_to_wait() -> None:
    with EmbeddedServer(pace=0, rate_limit=4) as server:
        async with aclosing(backend(server, telling(DEMO_PASSWORD))) as first:
            await first.identify()
        async with aclosing(backend(server, telling(DEMO_PASSWORD))) as second:
            with pytest.raises(RateLimited) as refused:
                await second.bots()
    assert refused.value.retry_after_s is not None
    assert 0 < refused.value.retry_after_s <= 60
