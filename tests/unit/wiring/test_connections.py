import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.fakes import present
from tests.tables import each_row
from tui.backends.http.credentials import KnownSecrets
from tui.conversation import Connection
from tui.errors import BadInput, SettingsError, Unreachable
from tui.events import Settled, TextDelta
from tui.model import Session
from tui.server import EmbeddedServer
from tui.settings import EMBEDDED_PROFILES, Settings
from tui.settings.schema import settings_from
from tui.store import AccountKey
from tui.store.retention import KEEP_ALL, Retention
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.wiring.connections import Wiring
from tui.wiring.stores import retention_of

pytestmark = pytest.mark.usefixtures("bare_environment")

WORK = {"api": "gpt-trainer", "host": "chatwize", "token": "t", "chatbot": "c1"}
LAB = {"api": "hardwire", "base_url": "LOCALHOST:1/api/", "email": "me@x.example"}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def settings(
    default: str = "", *, common: Mapping[str, Any] | None = None, **profiles: Any
) -> Settings:
    return settings_from({"default_profile": default, "profiles": profiles, **(common or {})})


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0) as running:
        yield running


@pytest.fixture
async def embedded() -> AsyncIterator[Wiring]:
    wiring = Wiring(settings(), server=EmbeddedServer(pace=0))
    yield wiring
    await wiring.aclose()


class TestProfiles:
    def test_addresses_are_those_of_hosts_and_base_urls(self) -> None:
        wiring = Wiring(settings(work=WORK, lab=LAB))
        assert [(each.name, each.api, each.base_url) for each in wiring.profiles] == [
            ("work", "gpt-trainer", "https://app.chatwize.ai"),
            ("lab", "hardwire", "http://localhost:1"),
        ]
        assert not wiring.embedded
        assert not any(each.starters for each in wiring.profiles)

    def test_an_address_that_is_none_names_its_profile(self) -> None:
        with pytest.raises(SettingsError, match="base_url of the profile 'lab'"):
            Wiring(settings(work=WORK, lab={**LAB, "base_url": "ftp://x"}))

    @pytest.mark.parametrize(
        ("default", "asked", "first"),
        [("", "", "work"), ("lab", "", "lab"), ("lab", "work", "work")],
    )
    def test_the_first_is_the_asked_one_then_the_default_then_the_first(
        self, default: str, asked: str, first: str
    ) -> None:
        wiring = Wiring(settings(default, work=WORK, lab=LAB), profile=asked)
        assert wiring.first_profile == first

    def test_an_unknown_one_names_the_nearest_and_all(self) -> None:
        with pytest.raises(BadInput, match="no profile 'lap'; did you mean 'lab'") as caught:
            Wiring(settings(work=WORK, lab=LAB), profile="lap")
        assert caught.value.hint == "Profiles: work, lab."

    @pytest.mark.parametrize("demo", [False, True])
    def test_the_embedded_ones_stand_in_for_none_or_when_wanted(self, demo: bool) -> None:
        configured = settings("lab", work=WORK, lab=LAB) if demo else settings()
        wiring = Wiring(configured, demo=demo)
        assert wiring.embedded
        assert {each.name: each.api for each in wiring.profiles} == EMBEDDED_PROFILES
        assert all(each.embedded for each in wiring.profiles)
        assert wiring.first_profile == "demo-hardwire"


class TestConnecting:
    async def test_a_profile_has_one_connection(self) -> None:
        wiring = Wiring(settings(work=WORK, lab=LAB))
        first, second = await asyncio.gather(wiring.connect("work"), wiring.connect("work"))
        assert first is second
        assert first.bot_id == "c1"
        assert await wiring.connect("lab") is not first
        await wiring.aclose()

    async def test_an_unknown_profile_is_refused(self) -> None:
        with pytest.raises(BadInput, match="no profile 'x'"):
            await Wiring(settings(work=WORK)).connect("x")

    async def test_the_transport_of_every_client_is_wrapped(self) -> None:
        wrapped: list[httpx.AsyncBaseTransport] = []

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.headers["authorization"] == "Bearer t"
            return httpx.Response(200, json=[{"uuid": "c1", "name": "One"}])

        def wrap(transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
            wrapped.append(transport)
            return httpx.MockTransport(answer)

        wiring = Wiring(settings(work=WORK), wrap_transport=wrap)
        connection = await wiring.connect("work")
        assert [bot.id for bot in await connection.backend.bots()] == ["c1"]
        await wiring.aclose()
        assert len(wrapped) == 1
        await wrapped[0].aclose()

    async def test_a_missing_password_is_told_when_it_is_needed(
        self, server: EmbeddedServer
    ) -> None:
        wiring = Wiring(settings(lab={**LAB, "base_url": server.url}))
        connection = await wiring.connect("lab")
        with pytest.raises(SettingsError, match="'lab' has no password"):
            await connection.backend.identify()
        await wiring.aclose()

    async def test_a_sign_in_is_kept_until_it_is_signed_out(
        self, server: EmbeddedServer, tmp_path: Path
    ) -> None:
        lab = {"api": "hardwire", "base_url": server.url, "email": "demo@runnel.example"}
        for password in ("runnel-demo", ""):
            wiring = Wiring(settings(lab={**lab, "password": password}), state_folder=tmp_path)
            connection = await wiring.connect("lab")
            assert (await connection.backend.identify()).name
            assert names_in(tmp_path) == ["sign-ins.json"]
            if not password:
                await present(connection.backend.sign_in).sign_out()
                with pytest.raises(SettingsError, match="no password"):
                    await connection.backend.identify()
            await wiring.aclose()

    async def test_the_sign_in_to_the_embedded_server_is_not_kept(self, tmp_path: Path) -> None:
        wiring = Wiring(settings(), server=EmbeddedServer(pace=0), state_folder=tmp_path)
        await wiring.connect("demo-hardwire")
        await wiring.aclose()
        assert names_in(tmp_path) == []

    async def test_a_configured_profile_reaches_its_server(self, server: EmbeddedServer) -> None:
        lab = {"api": "hardwire", "base_url": server.url, "email": "demo@runnel.example"}
        wiring = Wiring(settings(lab={**lab, "password": "runnel-demo", "model": "lantern-small"}))
        connection = await wiring.connect("lab")
        assert (await connection.backend.identify()).name
        assert await connection.settle_bot() == "lantern-small"
        assert await _answer(connection, "echo hello there") == "hello there"
        await wiring.aclose()


class TestSecrecy:
    @pytest.mark.parametrize("profile", [{**WORK, "host": ""}, LAB], ids=["key", "password"])
    async def test_plain_http_to_another_machine_must_be_wanted(self, profile: Any) -> None:
        profile = {**profile, "base_url": "http://chat.example"}
        wiring = Wiring(settings(work=WORK, lab=profile))
        with pytest.raises(SettingsError) as refused:
            await wiring.connect("lab")
        assert refused.value.sentence == (
            "The profile 'lab' would send its secrets unprotected to http://chat.example."
        )
        assert "plain_http = true" in refused.value.hint
        await wiring.connect("work")
        await wiring.aclose()
        wanted = Wiring(settings(lab={**profile, "plain_http": True}))
        await wanted.connect("lab")
        await wanted.aclose()

    @pytest.mark.parametrize(
        ("common", "own", "named"),
        [("socks5://a", "", True), ("socks5://a", "http://b", False), ("", "socks5://b", True)],
    )
    async def test_the_proxy_of_a_profile_goes_before_that_of_all(
        self, common: str, own: str, named: bool
    ) -> None:
        wiring = Wiring(settings(common={"proxy": common}, work={**WORK, "proxy": own}))
        if named:
            with pytest.raises(BadInput, match="not an HTTP proxy"):
                await wiring.connect("work")
        else:
            await wiring.connect("work")
        await wiring.aclose()

    async def test_the_certificates_of_a_profile_go_before_those_of_all(self) -> None:
        wiring = Wiring(settings(common={"ca_file": "/a.pem"}, work={**WORK, "ca_file": "/b.pem"}))
        with pytest.raises(BadInput, match=r"/b\.pem"):
            await wiring.connect("work")
        wiring = Wiring(settings(common={"ca_file": "/a.pem"}, work=WORK))
        with pytest.raises(BadInput, match=r"/a\.pem"):
            await wiring.connect("work")

    async def test_each_start_knows_its_own_secrets_for_its_log(self) -> None:
        key = "key-1234567890"
        proxy = "http://me:proxy-password@proxy.example:3128"
        known, others = KnownSecrets(), KnownSecrets()
        wiring = Wiring(
            settings(common={"proxy": proxy}, work={**WORK, "token": key}),
            wrap_transport=lambda _: httpx.MockTransport(lambda _: httpx.Response(200, json=[])),
            known_secrets=known,
        )
        await (await wiring.connect("work")).backend.bots()
        await wiring.aclose()
        assert known.redact(f"{key} proxy-password") == "••• •••"
        assert others.redact(key) == key


class TestEmbedded:
    @pytest.mark.parametrize("name", list(EMBEDDED_PROFILES))
    async def test_it_chats_without_anything_being_picked(
        self, embedded: Wiring, name: str
    ) -> None:
        connection = await embedded.connect(name)
        assert await connection.settle()
        assert connection.profile.base_url.startswith("http://127.0.0.1:")
        assert len(await connection.sessions()) >= 5
        assert len(connection.profile.starters) == 3
        assert await _answer(connection, "echo hello there") == "hello there"

    async def test_both_profiles_share_one_server(self, embedded: Wiring) -> None:
        connections = await asyncio.gather(*(embedded.connect(name) for name in EMBEDDED_PROFILES))
        urls = {connection.profile.base_url for connection in connections}
        assert len(urls) == 1
        assert urls == {profile.base_url for profile in embedded.profiles}

    async def test_closing_ends_the_server(self) -> None:
        wiring = Wiring(settings(), server=EmbeddedServer(pace=0))
        url = (await wiring.connect("demo-gpt")).profile.base_url
        await wiring.aclose()
        again = Wiring(settings(work={**WORK, "host": "", "base_url": url}))
        with pytest.raises(Unreachable):
            await (await again.connect("work")).backend.create_session("c1")
        await again.aclose()

    async def test_what_was_never_connected_closes_too(self) -> None:
        await Wiring(settings()).aclose()


async def _answer(connection: Connection, text: str) -> str:
    streamed: list[str] = []
    async with aclosing(connection.conversation(None).send(text)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                streamed.append(event.text)
            elif isinstance(event, Settled):
                assert event.answer.failure is None
                assert event.answer.text == "".join(streamed)
    return "".join(streamed)


@each_row(
    ("keep", "retention"),
    [
        ("all", KEEP_ALL),
        ("90d", Retention(age=timedelta(days=90))),
        ("250MB", Retention(size_bytes=250_000_000)),
        ("2GB", Retention(size_bytes=2_000_000_000)),
    ],
)
def test_what_is_kept_is_as_the_profile_says(keep: str, retention: Retention) -> None:
    assert settings(lab={**LAB, "keep": keep}).profiles["lab"].keep == keep
    assert retention_of(keep) == retention


@each_row("keep", ["", "some", "0d", "90", "-1d", "2 GB", "2TB", "d", "9999999d"])
def test_a_limit_that_is_none_is_refused(keep: str) -> None:
    with pytest.raises(ValidationError, match="must be 'all', 'none', or a limit"):
        settings(lab={**LAB, "keep": keep})


@pytest.mark.parametrize("keep", ["all", "none"])
async def test_of_a_profile_that_keeps_nothing_there_is_no_file(tmp_path: Path, keep: str) -> None:
    wiring = Wiring(
        settings(lab={**LAB, "keep": keep}),
        state_folder=tmp_path / "state",
        data_folder=tmp_path / "data",
    )
    connection = await wiring.connect("lab")
    connection.local.save_draft("s", "half a")
    connection.session_index.put_first(Session("s"))
    await wiring.aclose()
    assert (tmp_path / "data").exists() is (tmp_path / "state").exists() is (keep == "all")


@pytest.mark.parametrize(("told", "is_on"), [({}, False), ({"sync": "on"}, True)])
async def test_a_profile_says_whether_all_its_sessions_are_copied(
    told: Mapping[str, str], is_on: bool
) -> None:
    wiring = Wiring(settings(work={**WORK, **told}))
    try:
        assert (await wiring.connect("work")).sync_choice.is_on is is_on
    finally:
        await wiring.aclose()


TOKEN = {"api": "gpt-trainer", "base_url": "http://localhost:1", "token": "t"}
"""A profile of which neither a user nor a chatbot is told."""


async def test_an_account_is_the_same_whatever_its_profile_is_called(tmp_path: Path) -> None:
    async def drafts(name: str, written: str = "", **profiles: Any) -> dict[str, str]:
        wiring = Wiring(settings(**profiles), data_folder=tmp_path)
        try:
            connection = await wiring.connect(name)
            await connection.load()
            if written:
                connection.local.save_draft("s", written)
            return dict(await connection.store.drafts.all())
        finally:
            await wiring.aclose()

    for profile in (TOKEN, WORK, LAB):
        assert await drafts("old", f"of {profile['api']}", old=profile)
        assert await drafts("new", new=profile) == {"s": f"of {profile['api']}"}
    # a token is all that tells these apart, and it is not kept
    assert await drafts("second", first=TOKEN, second=TOKEN) == {}
    assert await drafts("first", first=TOKEN, second=TOKEN) == {"s": "of gpt-trainer"}
    assert await drafts("work", new=TOKEN, work=WORK) == {"s": "of gpt-trainer"}


async def test_what_was_kept_by_the_name_of_a_profile_is_taken_over(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / STORE_FILE, pytest.fail)
    store.account(AccountKey("gpt-trainer", "http://localhost:1", "work")).drafts.save("s", "Hi")
    await store.aclose()
    wiring = Wiring(settings(work=TOKEN), data_folder=tmp_path)
    connection = await wiring.connect("work")
    assert dict(await connection.store.drafts.all()) == {"s": "Hi"}
    await wiring.aclose()
