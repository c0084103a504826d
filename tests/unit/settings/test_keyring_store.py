from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from keyring.backends import fail, null

from tests.memory_keyring import MemoryKeyring, used
from tui.errors import AccessRefused, SettingsError
from tui.settings import SavedSecret, Settings
from tui.wiring.connections import Wiring

T = TypeVar("T")

pytestmark = pytest.mark.usefixtures("bare_environment")

SECRET = "s3cret-never-shown"
PLACE = SavedSecret("https://chat.example", "me@x.example")
WORK = {"api": "gpt-trainer", "base_url": "https://chat.example", "chatbot": "c1"}
LAB = {"api": "hardwire", "base_url": "https://chat.example", "email": "me@x.example"}


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    memory = MemoryKeyring()
    with used(memory):
        yield memory


async def otherwise() -> str:
    return "otherwise"


class TestPlace:
    async def test_what_is_saved_is_there_until_it_is_forgotten(self, ring: MemoryKeyring) -> None:
        assert await PLACE.load() == ""
        await PLACE.save(SECRET)
        assert await PLACE.load() == SECRET
        assert ring.entries == {"runnel https://chat.example/me@x.example": SECRET}
        assert await PLACE.forget()
        assert not await PLACE.forget()
        assert await PLACE.load() == ""

    async def test_another_address_or_account_gets_nothing(self, ring: MemoryKeyring) -> None:
        await PLACE.save(SECRET)
        assert await SavedSecret("https://other.example", PLACE.account).load() == ""
        assert await SavedSecret("http://chat.example", PLACE.account).load() == ""
        assert await SavedSecret(PLACE.base_url, "you@x.example").load() == ""

    async def test_a_locked_keyring_gives_nothing_and_takes_nothing(
        self, ring: MemoryKeyring
    ) -> None:
        await PLACE.save(SECRET)
        ring.locked = True
        assert await PLACE.load() == ""
        assert not await PLACE.forget()
        with pytest.raises(SettingsError, match="did not take the secret") as refused:
            await PLACE.save(SECRET)
        assert "token_command" in refused.value.hint

    async def test_a_keyring_that_forgets_is_found_out(self, ring: MemoryKeyring) -> None:
        ring.forgetful = True
        with pytest.raises(SettingsError, match="did not take the secret") as refused:
            await PLACE.save(SECRET)
        assert SECRET not in refused.value.sentence + refused.value.hint

    @pytest.mark.parametrize("none", [fail.Keyring, null.Keyring])
    async def test_a_system_without_keyring_gives_nothing_and_says_so_on_saving(
        self, none: Any
    ) -> None:
        with used(none()):
            assert await PLACE.load() == ""
            assert not await PLACE.forget()
            with pytest.raises(SettingsError, match="no keyring that could hold") as refused:
                await PLACE.save(SECRET)
        assert refused.value.exit_code == 2

    async def test_without_the_package_nothing_is_there_and_saving_says_how_to_get_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "keyring", None)
        assert await PLACE.load() == ""
        with pytest.raises(SettingsError, match="keyring is not installed") as refused:
            await PLACE.save(SECRET)
        assert "package keyring beside Runnel" in refused.value.hint


class TestReader:
    async def test_the_saved_secret_goes_first(self, ring: MemoryKeyring) -> None:
        await PLACE.save(SECRET)
        assert await PLACE.reader(otherwise)() == SECRET

    async def test_without_one_the_next_is_asked(self, ring: MemoryKeyring) -> None:
        assert await PLACE.reader(otherwise)() == "otherwise"
        assert await PLACE.reader(None)() == ""

    async def test_one_that_was_refused_is_not_given_again(self, ring: MemoryKeyring) -> None:
        await PLACE.save(SECRET)
        read = PLACE.reader(otherwise)
        assert [await read(), await read(), await read()] == [SECRET, "otherwise", "otherwise"]


def wiring(*, use_keyring: bool = True, **profiles: Any) -> tuple[Wiring, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if "sign-in" in request.url.path:
            return httpx.Response(401, json={"code": "INVALID_EMAIL_OR_PASSWORD"})
        return httpx.Response(200, json=[])

    made = Wiring(
        Settings(profiles=profiles),
        wrap_transport=lambda _: httpx.MockTransport(answer),
        use_keyring=use_keyring,
    )
    return made, asked


class TestWiring:
    async def test_a_key_comes_from_the_keyring(self, ring: MemoryKeyring) -> None:
        made, asked = wiring(work=WORK)
        await made.saved_secret("work").save(SECRET)
        await (await made.connect("work")).backend.bots()
        assert asked[0].headers["authorization"] == f"Bearer {SECRET}"
        await made.aclose()

    async def test_a_key_in_the_settings_goes_before(self, ring: MemoryKeyring) -> None:
        made, asked = wiring(work={**WORK, "token": "configured"})
        await made.saved_secret("work").save(SECRET)
        await (await made.connect("work")).backend.bots()
        assert asked[0].headers["authorization"] == "Bearer configured"
        await made.aclose()

    async def test_without_a_key_there_is_none(self, ring: MemoryKeyring) -> None:
        for use_keyring in (True, False):
            made, asked = wiring(use_keyring=use_keyring, work=WORK)
            await (await made.connect("work")).backend.bots()
            assert "authorization" not in asked[0].headers
            await made.aclose()

    async def test_a_password_comes_from_the_keyring(self, ring: MemoryKeyring) -> None:
        made, asked = wiring(lab=LAB)
        await made.saved_secret("lab").save(SECRET)
        with pytest.raises(AccessRefused):
            await (await made.connect("lab")).backend.identify()
        assert SECRET.encode() in asked[0].content
        await made.aclose()

    async def test_the_places_of_two_profiles_differ(self) -> None:
        made, _ = wiring(work=WORK, home=WORK, lab=LAB)
        places = {made.saved_secret(name) for name in ("work", "home", "lab")}
        assert len(places) == 3
        await made.aclose()

    @pytest.mark.parametrize("asks_tokens", [True, False])
    async def test_a_person_is_asked_for_passwords_and_for_tokens_only_on_request(
        self, asks_tokens: bool
    ) -> None:
        asked: list[tuple[str, str]] = []

        async def ask(profile: str, key: str, attempt: Callable[[str], Awaitable[T]]) -> T:
            asked.append((profile, key))
            return await attempt(SECRET)

        made = Wiring(
            Settings.model_validate({"profiles": {"work": WORK, "lab": LAB}}),
            wrap_transport=lambda _: httpx.MockTransport(lambda _: httpx.Response(401, json={})),
            ask_secret=ask,
            asks_tokens=asks_tokens,
        )
        for name in ("work", "lab"):
            with pytest.raises(AccessRefused):
                await (await made.connect(name)).backend.identify()
        assert asked == [("work", "token")] * asks_tokens + [("lab", "password")]
        await made.aclose()
