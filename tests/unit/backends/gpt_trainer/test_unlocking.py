from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import httpx

from tests.unit.backends.canned import BASE_URL
from tests.waiting import until
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.http.client import build_client

T = TypeVar("T")


class Site:
    """Takes the key `new` alone; what is refused waits for its gate."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.gates: list[asyncio.Event] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["authorization"].removeprefix("Bearer ")
        self.keys.append(key)
        if key == "new":
            return httpx.Response(200, json=[])
        if self.gates:
            await self.gates.pop(0).wait()
        return httpx.Response(401, json={})


class Person:
    """Types the right key when it is asked for one, and counts how often that is."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(
        self, attempt: Callable[[str], Awaitable[T]], /, *, vital: bool = False
    ) -> T:
        self.asked += 1
        return await attempt("new")


def calls_at(site: Site, person: Person) -> KeyedCalls:
    async def token() -> str:
        return "old"

    client = build_client(BASE_URL, wrap_transport=lambda _: httpx.MockTransport(site.answer))
    return KeyedCalls(client, BASE_URL, token, unlock=person)


async def test_of_calls_that_are_refused_together_a_person_hears_once() -> None:
    site, person = Site(), Person()
    calls = calls_at(site, person)
    read = partial(calls.rows, "/chatbots")
    assert await asyncio.gather(*(calls.unlocked(read) for _ in range(3))) == [[], [], []]
    assert person.asked == 1
    await calls.aclose()


async def test_a_refusal_that_comes_when_the_right_key_is_told_asks_nobody_again() -> None:
    site, person, late = Site(), Person(), asyncio.Event()
    calls = calls_at(site, person)
    read = partial(calls.rows, "/chatbots")
    site.gates.append(late)
    slow = asyncio.ensure_future(calls.unlocked(read))
    await until(lambda: site.keys == ["old"])
    assert await calls.unlocked(read) == []
    late.set()
    assert await slow == []
    assert person.asked == 1
    await calls.aclose()
