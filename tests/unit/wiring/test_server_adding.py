from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.memory_keyring import MemoryKeyring, used
from tests.tables import each_row
from tui.errors import AccessRefused, BadInput, RunnelError, SettingsError, Unreachable
from tui.file_reading import parse_toml
from tui.model import Profile
from tui.settings import SecretPlace, checked_settings, read_source
from tui.settings.servers import SERVER_KINDS, NewServer, ServerKind
from tui.wiring.connections import Wiring
from tui.wiring.server_adding import ServerTrials

pytestmark = pytest.mark.usefixtures("bare_environment")

KEY = "s3cret-never-shown"
OTHER = SERVER_KINDS[-1]
HARDWIRE = next(kind for kind in SERVER_KINDS if kind.account_noun)
SERVER = NewServer(OTHER, "https://app.firm.example")
BOTS = [{"uuid": "c1", "name": "One"}, {"uuid": "c2", "name": "Two"}]

Answer = Callable[[httpx.Request], httpx.Response]


def by_key(request: httpx.Request) -> httpx.Response:
    if request.headers.get("authorization") == f"Bearer {KEY}":
        return httpx.Response(200, json=BOTS)
    return httpx.Response(401, json={"message": f"Invalid {request.headers.get('authorization')}"})


@pytest.fixture(autouse=True)
def ring(bare_environment: None) -> Iterator[MemoryKeyring]:
    memory = MemoryKeyring()
    with used(memory):
        yield memory


@asynccontextmanager
async def adding(
    answer: Answer = by_key, *, timeout_s: float = 5, demo: bool = False
) -> AsyncIterator[tuple[ServerTrials, Wiring, list[Profile]]]:
    """Yield what adds servers to what is configured here, and what hears of them."""
    source, added = read_source(), list[Profile]()
    wiring = Wiring(
        checked_settings(source),
        demo=demo,
        state_folder=source.state_folder,
        wrap_transport=lambda _: httpx.MockTransport(answer),
    )

    async def ready() -> Wiring:
        return wiring

    yield ServerTrials(ready, added.append, timeout_s=timeout_s), wiring, added
    await wiring.aclose()


def written(home: Path) -> object:
    return parse_toml((home / "config" / "runnel" / "config.toml").read_text())


def files_in(home: Path) -> list[str]:
    return sorted(path.name for path in home.rglob("*") if path.is_file())


async def test_what_is_checked_and_added_is_written_kept_and_connected(tmp_path: Path) -> None:
    async with adding() as (trials, wiring, added):
        checked = await trials.check(SERVER, KEY)
        assert KEY not in repr(checked)
        assert files_in(tmp_path) == []
        assert [bot.id for bot in checked.bots] == ["c1", "c2"]
        assert (checked.name, checked.preferred_bot) == ("firm", "")
        assert checked.places == [*SecretPlace]
        told = await trials.add(checked, "c2", "firm", SecretPlace.FILE)
        assert told.file == "~/config/runnel/config.toml"
        assert told.kept == "kept in ~/state/runnel/secrets.json, which only you can read"
        assert [each.name for each in added] == ["firm"]
        connection = await wiring.connect("firm")
        assert connection.bot_id == "c2"
        assert len(await connection.backend.bots()) == 2
    table = {"api": OTHER.api, "base_url": SERVER.base_url, "chatbot": "c2"}
    assert written(tmp_path) == {"default_profile": "firm", "profiles": {"firm": table}}
    # a second one of the same server has another name, and is not the default
    async with adding() as (trials, wiring, _):
        assert len(await (await wiring.connect("firm")).backend.bots()) == 2
        checked = await trials.check(SERVER, KEY)
        assert checked.name == "firm-2"
        await trials.add(checked, "c1", "firm-2", SecretPlace.NOWHERE)
    assert written(tmp_path) == {
        "default_profile": "firm",
        "profiles": {
            "firm": table,
            "firm-2": {**table, "chatbot": "c1", "ask_each_time": True},
        },
    }


async def test_the_demo_knows_which_names_the_file_has(tmp_path: Path) -> None:
    for _ in range(2):
        async with adding(demo=True) as (trials, _, _):
            checked = await trials.check(SERVER, KEY)
            await trials.add(checked, "c1", checked.name, SecretPlace.NOWHERE)
    config = written(tmp_path)
    assert isinstance(config, dict)
    assert (config["default_profile"], [*config["profiles"]]) == ("firm", ["firm", "firm-2"])


@pytest.mark.parametrize("secret", ["wrong-key-1234567890", "ключ", "a\nb"])
async def test_a_refused_key_is_told_without_it_and_nothing_written(
    tmp_path: Path, secret: str
) -> None:
    async with adding() as (trials, _, _):
        with pytest.raises((AccessRefused, BadInput)) as refused:
            await trials.check(SERVER, secret)
        assert secret not in refused.value.sentence + refused.value.hint
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("kind", [OTHER, HARDWIRE])
async def test_whether_anything_answers_is_known_before_a_secret_is_told(kind: ServerKind) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) > 1:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(404)

    async with adding(answer) as (trials, _, _):
        server = NewServer(kind, SERVER.base_url)
        await trials.reach(server)
        with pytest.raises(Unreachable, match="Cannot reach"):
            await trials.reach(server)
    assert all("authorization" not in each.headers and not each.content for each in asked)


async def test_a_slow_server_is_given_up_in_time() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with adding(never, timeout_s=0.05) as (trials, _, _):  # type: ignore[arg-type]
        with pytest.raises(Unreachable, match=r"did not answer within 0\.05 s") as late:
            await trials.check(SERVER, KEY)
        assert "Enter" in late.value.hint


async def test_a_lost_connection_is_told_at_once() -> None:
    calls = []

    def lose(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise httpx.ConnectError("refused")

    async with adding(lose) as (trials, _, _):
        with pytest.raises(Unreachable):
            await trials.check(SERVER, KEY)
    assert len(calls) == 1


async def test_a_sign_in_that_is_not_wanted_is_ended_at_the_server(tmp_path: Path) -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        if "sign-in" in request.url.path:
            user = {"user": {"id": "u1", "name": "Ada"}}
            return httpx.Response(200, json=user, headers={"set-cookie": "session_token=x"})
        return httpx.Response(200, json={"models": []})

    server = NewServer(HARDWIRE, "https://lab.example", "ada@x.example")
    async with adding(answer) as (trials, _, _):
        await trials.check(server, "a password")
        assert "/api/auth/sign-out" not in calls
        await trials.drop()
        assert calls[-1] == "/api/auth/sign-out"
    assert files_in(tmp_path) == []


@each_row(
    ("kind", "address", "base_url"),
    [
        (SERVER_KINDS[0], "", SERVER_KINDS[0].base_url),
        (OTHER, "App.Firm.Example/api/v1/", "https://app.firm.example"),
        (OTHER, "127.0.0.1:80", "http://127.0.0.1:80"),
        (HARDWIRE, "http://localhost:3026", "http://localhost:3026"),
    ],
)
async def test_an_address_is_what_a_person_means(
    kind: ServerKind, address: str, base_url: str
) -> None:
    async with adding() as (trials, _, _):
        assert await trials.base_url(kind, address) == base_url


@each_row("address", ["", "ftp://x", "a b", "http://chat.example", "me:pw@x.example"])
async def test_an_address_that_cannot_be_used_is_told(address: str) -> None:
    async with adding() as (trials, _, _):
        with pytest.raises(BadInput) as refused:
            await trials.base_url(OTHER, address)
        assert "pw" not in refused.value.sentence


async def test_a_name_that_cannot_be_used_writes_nothing(tmp_path: Path) -> None:
    async with adding() as (trials, _, _):
        first = await trials.check(SERVER, KEY)
        await trials.add(first, "c1", "taken", SecretPlace.NOWHERE)
        before = written(tmp_path)
        for name in ("", "Firm", "a b", "a.b", "ä", "x\n", "taken"):
            checked = await trials.check(SERVER, KEY)
            with pytest.raises(BadInput):
                await trials.add(checked, "c1", name, SecretPlace.FILE)
            assert written(tmp_path) == before, name
    assert "secrets.json" not in files_in(tmp_path)


async def test_where_the_file_cannot_be_used_no_secret_is_kept(tmp_path: Path) -> None:
    async with adding() as (trials, _, added):
        checked = await trials.check(SERVER, KEY)
        path = tmp_path / "config" / "runnel" / "config.toml"
        path.parent.mkdir(parents=True)
        path.write_text("theme = = 3")
        with pytest.raises(SettingsError, match="not valid TOML"):
            await trials.add(checked, "c1", "firm", SecretPlace.FILE)
        assert (path.read_text(), added) == ("theme = = 3", [])
        assert files_in(tmp_path) == ["config.toml"]
        # mended, it goes on where it was
        path.write_text("# mine\n")
        await trials.add(checked, "c1", "firm", SecretPlace.FILE)
        assert "# mine" in path.read_text()


async def test_a_keyring_that_takes_nothing_leaves_the_file_as_it_was(
    tmp_path: Path, ring: MemoryKeyring
) -> None:
    async with adding() as (trials, _, _):
        checked = await trials.check(SERVER, KEY)
        ring.locked = True
        with pytest.raises(RunnelError, match="did not take the secret"):
            await trials.add(checked, "c1", "firm", SecretPlace.KEYRING)
    assert files_in(tmp_path) == []


@each_row(
    ("address", "name"),
    [
        ("https://app.firm.example", "firm"),
        ("https://firm.example", "firm"),
        ("https://chat.x-y.co", "x-y"),
        ("https://app.firm.co.uk", "firm"),
        ("https://firm.com.au", "firm"),
        ("https://co.uk", "co"),
        ("http://127.0.0.1:1", "127-0-0-1"),
        ("http://[::1]:1", "server"),
        ("http://localhost:1", "localhost"),
        ("https://bücher.example", "bucher"),
        ("https://книги.example", "server"),
    ],
)
def test_the_name_of_a_profile_tells_its_server(address: str, name: str) -> None:
    server = NewServer(OTHER, address)
    assert server.suggested_name([]) == name
    assert server.suggested_name([name, f"{name}-2"]) == f"{name}-3"
