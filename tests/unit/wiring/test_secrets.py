from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.memory_keyring import MemoryKeyring, used
from tui.errors import AccessRefused, SecretDeclined
from tui.settings import SavedSecret, SecretPlace
from tui.settings.schema import settings_from
from tui.wiring.connections import Wiring

T = TypeVar("T")

pytestmark = pytest.mark.usefixtures("bare_environment")

SECRET = "s3cret-never-shown"
WORK = {"api": "gpt-trainer", "base_url": "https://chat.example", "chatbot": "c1"}
LAB = {"api": "hardwire", "base_url": "https://chat.example", "email": "me@x.example"}
PLACES = pytest.mark.parametrize("place", [SecretPlace.KEYRING, SecretPlace.FILE])


@pytest.fixture(autouse=True)
def ring(bare_environment: None) -> Iterator[MemoryKeyring]:
    memory = MemoryKeyring()
    with used(memory):
        yield memory


class Person:
    """Types what it is given, one after the other, each time somebody asks."""

    def __init__(self, *secrets: str) -> None:
        self.secrets = list(secrets)
        self.asked: list[tuple[str, str]] = []

    async def ask(
        self, profile: str, noun: str, attempt: Callable[[str], Awaitable[T]], saved: SavedSecret
    ) -> T:
        self.asked.append((profile, noun))
        while True:
            try:
                return await attempt(self.secrets.pop(0))
            except AccessRefused:
                if not self.secrets:
                    raise
            except IndexError:
                raise SecretDeclined("No.") from None


def wiring(
    folder: Path | None = None,
    *,
    person: Person | None = None,
    accepted: str = SECRET,
    afresh: bool = False,
    data: Path | None = None,
    **profiles: Any,
) -> tuple[Wiring, list[httpx.Request]]:
    """Return what connects with a server that accepts one key and no password."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if "sign-in" in request.url.path:
            return httpx.Response(401, json={"code": "INVALID_EMAIL_OR_PASSWORD"})
        is_accepted = request.headers.get("authorization", "") == f"Bearer {accepted}".rstrip()
        if accepted and not is_accepted:
            return httpx.Response(401, json={"message": "Invalid API key."})
        return httpx.Response(200, json=[])

    made = Wiring(
        settings_from({"profiles": profiles}),
        wrap_transport=lambda _: httpx.MockTransport(answer),
        state_folder=folder,
        ask_secret=None if person is None else person.ask,
        afresh=afresh,
        data_folder=data,
    )
    return made, asked


def keys(asked: list[httpx.Request]) -> list[str]:
    return [each.headers.get("authorization", "").removeprefix("Bearer ") for each in asked]


@PLACES
async def test_a_saved_key_is_used_by_the_next_start(tmp_path: Path, place: SecretPlace) -> None:
    made, asked = wiring(tmp_path, work=WORK)
    await made.saved_secret("work").save(SECRET, place)
    await (await made.connect("work")).backend.bots()
    assert keys(asked) == [SECRET]
    await made.aclose()


@PLACES
@pytest.mark.parametrize("why", ["afresh", "ask_each_time", "token"])
async def test_a_saved_key_does_not_count_when_it_shall_not(
    tmp_path: Path, place: SecretPlace, why: str
) -> None:
    own: dict[str, dict[str, Any]] = {
        "ask_each_time": {"ask_each_time": True},
        "token": {"token": "configured"},
    }
    made, asked = wiring(
        tmp_path, accepted="", afresh=why == "afresh", work={**WORK, **own.get(why, {})}
    )
    await made.saved_secret("work").save(SECRET, place)
    await (await made.connect("work")).backend.bots()
    assert keys(asked) == ["configured" if why == "token" else ""]
    await made.aclose()


@PLACES
async def test_a_password_is_kept_like_a_key(tmp_path: Path, place: SecretPlace) -> None:
    made, asked = wiring(tmp_path, lab=LAB)
    await made.saved_secret("lab").save(SECRET, place)
    with pytest.raises(AccessRefused):
        await (await made.connect("lab")).backend.identify()
    assert SECRET.encode() in asked[0].content
    await made.aclose()


async def test_the_places_of_two_profiles_differ() -> None:
    made, _ = wiring(work=WORK, home=WORK, lab=LAB)
    places = {made.saved_secret(name) for name in ("work", "home", "lab")}
    assert len(places) == 3
    await made.aclose()


async def test_a_key_is_asked_for_only_where_the_server_wants_one() -> None:
    person = Person(SECRET)
    made, asked = wiring(person=person, accepted="", work=WORK)
    assert await (await made.connect("work")).backend.bots() == []
    assert person.asked == []
    assert keys(asked) == [""]
    await made.aclose()


async def test_a_person_is_asked_until_the_server_takes_what_they_tell() -> None:
    person = Person("mistyped", f"  {SECRET}\n")
    made, asked = wiring(person=person, work=WORK)
    backend = (await made.connect("work")).backend
    assert await backend.bots() == []
    assert person.asked == [("work", "key")]
    assert keys(asked) == ["", "mistyped", SECRET]
    await backend.bots()
    assert keys(asked)[-1] == SECRET
    assert len(person.asked) == 1
    await made.aclose()


async def test_a_saved_key_that_is_refused_now_is_asked_for_anew(tmp_path: Path) -> None:
    person = Person(SECRET)
    made, asked = wiring(tmp_path, person=person, work=WORK)
    await made.saved_secret("work").save("revoked", SecretPlace.FILE)
    await (await made.connect("work")).backend.bots()
    assert person.asked == [("work", "key")]
    assert keys(asked)[-1] == SECRET
    await made.aclose()


async def test_a_configured_key_that_is_refused_is_told_and_nobody_asked() -> None:
    person = Person(SECRET)
    made, _ = wiring(person=person, work={**WORK, "token": "wrong"})
    with pytest.raises(AccessRefused):
        await (await made.connect("work")).backend.bots()
    assert person.asked == []
    await made.aclose()


async def test_a_password_is_asked_for_when_it_is_needed() -> None:
    person = Person("wrong")
    made, _ = wiring(person=person, lab=LAB)
    with pytest.raises(AccessRefused):
        await (await made.connect("lab")).backend.identify()
    assert person.asked == [("lab", "password")]
    await made.aclose()


@pytest.mark.parametrize("knows_bot", [True, False])
async def test_who_declined_to_tell_a_key_is_asked_again_where_nothing_goes_without_it(
    tmp_path: Path, knows_bot: bool
) -> None:
    profile = WORK if knows_bot else {**WORK, "chatbot": ""}
    for is_first in (True, False):
        person = Person()
        made, _ = wiring(person=person, data=tmp_path, work=profile)
        connection = await made.connect("work")
        with pytest.raises(SecretDeclined) as declined:
            await connection.backend.bots()
        asks = is_first or not knows_bot
        assert (len(person.asked), declined.value.was_asked) == (asks, asks)
        await made.aclose()
    if knows_bot:
        made, _ = wiring(person=person, data=tmp_path, work=profile)
        connection = await made.connect("work")
        with pytest.raises(SecretDeclined):
            await connection.backend.create_session("c1")
        assert len(person.asked) == 1, "no question goes out without a session"
        connection.reconsider_secret()
        person.secrets = [SECRET]
        await connection.backend.bots()
        assert len(person.asked) == 2
        await made.aclose()


async def test_whose_saved_key_is_refused_is_asked_at_each_start(tmp_path: Path) -> None:
    for _ in range(2):
        person = Person()
        made, _ = wiring(tmp_path, person=person, data=tmp_path, work=WORK)
        await made.saved_secret("work").save("expired", SecretPlace.FILE)
        with pytest.raises(SecretDeclined):
            await (await made.connect("work")).backend.bots()
        assert len(person.asked) == 1
        await made.aclose()
