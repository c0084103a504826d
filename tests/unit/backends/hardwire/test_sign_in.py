from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import pytest

from tests.event_loops import unhurried
from tests.fakes import present
from tests.unit.backends.hardwire.site import (
    CHECK,
    COOKIE,
    EMAIL,
    MODELS,
    PASSWORD,
    SIGN_IN,
    SIGN_OUT,
    USER,
    Route,
    Site,
    giving,
    signing_in,
)
from tests.waiting import until
from tui.errors import AccessRefused, ServerFailed, Unreachable

T = TypeVar("T")


async def test_signs_in_once_for_any_number_of_calls() -> None:
    site = Site({MODELS: giving({"models": []})})
    backend = site.backend()
    assert site.requests == []
    await asyncio.gather(*(backend.bots() for _ in range(5)))
    assert len(site.asked(SIGN_IN)) == 1
    assert len(site.asked(MODELS)) == 5
    sign_in = site.asked(SIGN_IN)[0]
    assert json.loads(sign_in.content) == {"email": EMAIL, "password": PASSWORD}
    assert sign_in.headers["origin"] == "http://localhost:3026"
    assert "cookie" not in sign_in.headers


async def test_a_call_that_finds_us_signed_out_signs_in_again_once() -> None:
    site = Site({MODELS: [giving({}, 401), giving({"models": [{"id": "m"}]})]})
    assert [bot.id for bot in await site.backend().bots()] == ["m"]
    assert len(site.asked(SIGN_IN)) == 2
    always = Site({MODELS: giving({"message": "no", "code": "UNAUTHORIZED"}, 401)})
    with pytest.raises(AccessRefused):
        await always.backend().bots()
    assert len(always.asked(MODELS)) == 2


async def test_calls_that_are_signed_out_together_share_one_new_sign_in() -> None:
    site = Site({MODELS: [*[giving({}, 401)] * 4, giving({"models": []})]})
    backend = site.backend()
    await asyncio.gather(*(backend.bots() for _ in range(4)))
    assert len(site.asked(SIGN_IN)) == 2


def refusing_passwords(request: httpx.Request) -> httpx.Response:
    if json.loads(request.content)["password"] == PASSWORD:
        return signing_in(request)
    return httpx.Response(401, json={"code": "INVALID_EMAIL_OR_PASSWORD", "message": "no"})


class Person:
    """Tells one password after another when asked."""

    def __init__(self, *passwords: str) -> None:
        self._passwords = list(passwords)
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        await asyncio.sleep(0)
        if not self._passwords:
            raise AccessRefused("You did not sign in.")
        return self._passwords.pop(0)


async def test_a_wrong_password_is_tried_once_for_all_who_wait_and_asked_for_again() -> None:
    site = Site({SIGN_IN: refusing_passwords, MODELS: giving({"models": []})})
    person = Person("wrong", PASSWORD)
    backend = site.backend(password=person)
    calls = [backend.bots() for _ in range(5)]
    refused = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each) for each in refused] == [AccessRefused] * 5
    assert len({id(each) for each in refused}) == 5
    assert (person.asked, len(site.asked(SIGN_IN))) == (1, 1)
    assert await backend.bots() == []
    assert (person.asked, len(site.asked(SIGN_IN))) == (2, 2)


async def test_who_does_not_want_to_sign_in_is_asked_once() -> None:
    person = Person()
    backend = Site().backend(password=person)
    refused = await asyncio.gather(*(backend.bots() for _ in range(3)), return_exceptions=True)
    assert [str(each) for each in refused] == ["You did not sign in."] * 3
    assert person.asked == 1


@unhurried
async def test_a_server_that_does_not_answer_is_tried_once_for_all_who_wait() -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("?")

    site = Site({SIGN_IN: silent})
    backend = site.backend()
    failed = await asyncio.gather(*(backend.bots() for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in failed] == [Unreachable] * 3
    assert len(site.asked(SIGN_IN)) == 1


async def test_an_expired_session_asks_once_and_goes_on() -> None:
    expired = {"models": [{"id": "m"}]}
    site = Site({SIGN_IN: refusing_passwords, MODELS: [giving({}, 401), giving(expired)]})
    person = Person(PASSWORD)
    backend = site.backend(password=person)
    assert [bot.id for bot in await backend.bots()] == ["m"]
    # the password that was right before is still known
    assert (person.asked, len(site.asked(SIGN_IN))) == (1, 2)


async def test_a_renewal_that_is_refused_is_tried_once_for_all_who_lost_their_sign_in() -> None:
    def first_only(request: httpx.Request) -> httpx.Response:
        return signing_in(request) if len(site.asked(SIGN_IN)) == 1 else giving({}, 401)(request)

    site = Site({SIGN_IN: first_only, MODELS: [giving({"models": []}), giving({}, 401)]})
    backend = site.backend()
    await backend.bots()
    lost = await asyncio.gather(*(backend.bots() for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in lost] == [AccessRefused] * 4
    assert len(site.asked(SIGN_IN)) == 2


async def test_a_cookie_that_the_check_sends_again_takes_the_place_of_the_old() -> None:
    def renewing(_: httpx.Request) -> httpx.Response:
        answer = {"session": {"id": "s"}, "user": USER}
        return httpx.Response(200, json=answer, headers={"set-cookie": "b=2%3D; Path=/"})

    site = Site({CHECK: renewing, MODELS: giving({"models": []})})
    backend = site.backend()
    await backend.identify()
    await backend.bots()
    assert site.asked(MODELS)[0].headers["cookie"] == f"{COOKIE}; b=2%3D"


async def test_a_session_that_ended_meanwhile_is_renewed_by_the_check() -> None:
    known = giving({"session": {"id": "s"}, "user": USER})
    site = Site({CHECK: [known, giving(None), known]})
    backend = site.backend()
    await backend.identify()
    assert (await backend.identify()).name == "Me"
    assert len(site.asked(SIGN_IN)) == 2


async def test_signing_out_tells_the_server_with_origin_and_cookie_and_forgets() -> None:
    site = Site({SIGN_OUT: giving({"success": True}), MODELS: giving({"models": []})})
    person = Person(PASSWORD, PASSWORD)
    backend = site.backend(password=person)
    await present(backend.sign_in).sign_out()
    assert site.requests == []
    await backend.bots()
    await present(backend.sign_in).sign_out()
    (request,) = site.asked(SIGN_OUT)
    assert request.headers["origin"] == "http://localhost:3026"
    assert request.headers["cookie"] == COOKIE
    await backend.bots()
    assert (person.asked, len(site.asked(SIGN_IN))) == (2, 2)


@pytest.mark.parametrize(
    "answer",
    [giving({"code": "INVALID_ORIGIN", "message": "Invalid origin"}, 403), giving({}, 500)],
)
async def test_a_sign_out_that_the_server_refuses_still_forgets_and_says_so(answer: Route) -> None:
    site = Site({SIGN_OUT: answer, MODELS: giving({"models": []})})
    backend = site.backend()
    await backend.bots()
    with pytest.raises(ServerFailed, match="signed out here, but not at the server"):
        await present(backend.sign_in).sign_out()
    await present(backend.sign_in).sign_out()
    await backend.bots()
    assert (len(site.asked(SIGN_OUT)), len(site.asked(SIGN_IN))) == (1, 2)


async def test_a_sign_in_that_ended_already_is_signed_out_without_a_word() -> None:
    site = Site({SIGN_OUT: giving({}, 401), MODELS: giving({"models": []})})
    backend = site.backend()
    await backend.bots()
    await present(backend.sign_in).sign_out()


class Typist:
    """Tells one password after the other until one is taken."""

    def __init__(self, *secrets: str) -> None:
        self.secrets = list(secrets)
        self.refusals: list[str] = []

    async def __call__(
        self, attempt: Callable[[str], Awaitable[T]], /, *, vital: bool = False
    ) -> T:
        while True:
            try:
                return await attempt(self.secrets.pop(0))
            except AccessRefused as error:
                self.refusals.append(error.sentence)


async def test_a_person_who_mistypes_is_told_and_tries_again_within_one_call() -> None:
    wrong = giving({"code": "INVALID_EMAIL_OR_PASSWORD", "message": "x"}, 401)
    site = Site({SIGN_IN: [wrong, wrong, signing_in], MODELS: giving({"models": []})})
    typist = Typist("one", "two", PASSWORD)
    await site.backend(unlock=typist).bots()
    assert typist.refusals == ["The server does not accept this e-mail and password."] * 2
    tried = [json.loads(each.content)["password"] for each in site.asked(SIGN_IN)]
    assert tried == ["one", "two", PASSWORD]
    assert len(site.asked(MODELS)) == 1


async def test_a_password_that_was_changed_since_is_asked_for_anew() -> None:
    wrong = giving({"code": "INVALID_EMAIL_OR_PASSWORD", "message": "x"}, 401)
    models = [giving({"models": []}), giving({}, 401), giving({"models": []})]
    site = Site({SIGN_IN: [signing_in, wrong, signing_in], MODELS: models})
    backend = site.backend(unlock=Typist("old", "new"))
    await backend.bots()
    await backend.bots()
    tried = [json.loads(each.content)["password"] for each in site.asked(SIGN_IN)]
    assert tried == ["old", "old", "new"]


async def test_a_sign_in_that_a_sign_out_overtook_does_not_count() -> None:
    gate = asyncio.Event()

    async def slowly(attempt: Callable[[str], Awaitable[T]], /, *, vital: bool = False) -> T:
        made = await attempt(PASSWORD)
        await gate.wait()
        return made

    site = Site({MODELS: giving({"models": []}), SIGN_OUT: giving({})})
    backend = site.backend(unlock=slowly)
    reading = asyncio.create_task(backend.bots())
    await until(lambda: len(site.asked(SIGN_IN)) == 1)
    await present(backend.sign_in).sign_out()
    gate.set()
    with pytest.raises(AccessRefused, match="signed out"):
        await reading
    assert site.asked(MODELS) == []
    assert site.asked(SIGN_OUT)[-1].headers["cookie"] == COOKIE
