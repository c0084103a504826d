from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.event_loops import unhurried
from tests.fakes import present
from tests.tables import each_row
from tests.unit.backends.hardwire.site import Route, Site, events_of, framed, giving
from tui.backends.hardwire.titles import TITLE_WAIT_S
from tui.errors import AccessRefused, NotOffered

EVENTS = "GET /api/chats/c/events"
CONNECTED = {"type": "connected", "chatId": "c"}


def titled(title: object, chat: str = "c") -> dict[str, object]:
    return {"type": "title_updated", "chatId": chat, "title": title}


@each_row(
    ("pieces", "title"),
    [
        (framed(CONNECTED, titled("A\x1b name\n")), "A␛ name"),
        (framed(CONNECTED, titled("Other", "d"), titled("Mine")), "Mine"),
        (framed(CONNECTED, {"type": "title_updated", "title": "No chat"}), "No chat"),
        (framed(CONNECTED, {"type": "timeout"}, titled("too late")), ""),
        ([b"event: title_updated\ndata: {\"title\": \"By name\"}\n\n"], "By name"),
        ([b": ping\n\ndata: what\n\n", *framed({"type": "news"}, titled("Still"))], "Still"),
        (framed(CONNECTED, titled(None)), ""),
        (framed(CONNECTED), ""),
        ([*framed(CONNECTED), httpx.ReadError("?")], ""),
        ([], ""),
    ],
)  # fmt: skip
async def test_the_title_is_what_the_server_tells_until_it_gives_up(
    pieces: list[bytes | Exception], title: str
) -> None:
    site = Site({EVENTS: events_of(*pieces)})
    assert await present(site.backend().titles).new_title("c") == title
    (request,) = site.asked(EVENTS)
    assert request.headers["accept"] == "text/event-stream"
    assert "cookie" in request.headers


async def test_before_the_chat_exists_there_is_no_title() -> None:
    site = Site({EVENTS: giving({"code": "CHAT_NOT_FOUND", "message": "m"}, 404)})
    backend = site.backend()
    assert await present(backend.titles).new_title("c") == ""
    assert backend.titles is not None


@pytest.mark.parametrize(
    "answer", [giving({"code": "ROUTE_NOT_FOUND"}, 404), lambda _: httpx.Response(405)]
)
async def test_a_host_without_the_route_is_asked_once(answer: Route) -> None:
    site = Site({EVENTS: answer})
    backend = site.backend()
    titles = present(backend.titles)
    for _ in range(2):
        with pytest.raises(NotOffered, match="cannot name sessions"):
            await titles.new_title("c")
    assert backend.titles is None
    assert len(site.asked(EVENTS)) == 1


async def test_other_refusals_are_told() -> None:
    backend = Site({EVENTS: giving({"code": "CHAT_ACCESS_DENIED"}, 403)}).backend()
    with pytest.raises(AccessRefused):
        await present(backend.titles).new_title("c")
    assert backend.titles is not None


class Silence(httpx.AsyncByteStream):
    """A body that never comes."""

    def __init__(self) -> None:
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield framed(CONNECTED)[0]
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed = True


@unhurried
async def test_a_server_that_says_nothing_is_not_waited_for_without_end() -> None:
    body = Silence()
    headers = {"content-type": "text/event-stream"}
    site = Site({EVENTS: lambda _: httpx.Response(200, headers=headers, stream=body)})
    clock = asyncio.get_running_loop().time
    began_at = clock()
    assert await present(site.backend().titles).new_title("c") == ""
    assert TITLE_WAIT_S <= clock() - began_at < TITLE_WAIT_S + 5
    assert body.closed
