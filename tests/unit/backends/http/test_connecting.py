from __future__ import annotations

import asyncio

import pytest

from tests.unit.backends.http.socket_servers import serving
from tui.backends.http.connecting import Made, connected, first_made


class Ends(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.is_ended = False

    def abort(self) -> None:
        self.is_ended = True


class Addresses:
    """Each has what comes of it: a transport, or an error; `None` for nothing at all."""

    def __init__(self, **outcomes: Ends | OSError | None) -> None:
        self._outcomes = outcomes
        self.tried: list[str] = []
        self.given_up: list[str] = []
        self.all_tried = asyncio.Event()

    async def attempt(self, address: str) -> Made[asyncio.Protocol]:
        self.tried.append(address)
        if len(self.tried) == len(self._outcomes):
            self.all_tried.set()
        match self._outcomes[address]:
            case Ends() as made:
                return made, asyncio.Protocol()
            case OSError() as error:
                raise error
            case None:
                try:
                    await asyncio.Event().wait()
                finally:
                    self.given_up.append(address)
        raise AssertionError


async def test_the_next_address_is_tried_where_one_refuses_and_no_other() -> None:
    good = Ends()
    there = Addresses(a=ConnectionRefusedError(), b=good, c=Ends())
    made, _ = await first_made(there.attempt, ["a", "b", "c"])
    assert made is good
    assert there.tried == ["a", "b"]


async def test_the_next_address_is_tried_beside_one_that_says_nothing() -> None:
    good = Ends()
    there = Addresses(a=None, b=good)
    made, _ = await first_made(there.attempt, ["a", "b"])
    assert made is good
    assert there.given_up == ["a"]


async def test_all_that_is_wrong_is_told_where_no_address_answers() -> None:
    wrong = [ConnectionRefusedError(), OSError("no route")]
    there = Addresses(a=wrong[0], b=wrong[1])
    with pytest.raises(ExceptionGroup) as told:
        await first_made(there.attempt, ["a", "b"])
    assert [*told.value.exceptions] == wrong


async def test_of_two_that_answer_at_the_same_time_one_is_ended() -> None:
    both = [Ends(), Ends()]
    may_answer = asyncio.Event()

    async def attempt(address: str) -> Made[asyncio.Protocol]:
        if address == "b":
            may_answer.set()
        await may_answer.wait()
        return both["ab".index(address)], asyncio.Protocol()

    made, _ = await first_made(attempt, ["a", "b"])
    assert [each.is_ended for each in both] == [each is not made for each in both]


async def test_nothing_goes_on_behind_one_who_does_not_wait_any_more() -> None:
    there = Addresses(a=None, b=None)
    waiting = asyncio.ensure_future(first_made(there.attempt, ["a", "b"]))
    await there.all_tried.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert {*there.given_up} == {"a", "b"}


async def test_a_name_with_several_addresses_leads_to_the_one_that_answers() -> None:
    with serving(lambda client: client.sendall(b"x")) as port:
        made = await connected(Noted, "localhost", port, None)
        await made.came.wait()
        made.transport.abort()


class Noted(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self) -> None:
        self.came = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.came.set()
