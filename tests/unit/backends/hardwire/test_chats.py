from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tests.unit.backends.hardwire.site import CHATS, Route, Site, giving
from tui.backends.hardwire.chats import read_chats
from tui.errors import Unreachable
from tui.model import Period


def chat(name: str, day: int) -> dict[str, object]:
    return {"id": name, "title": None, "updatedAt": f"2024-01-{day:02}T00:00:00.1+00:00"}


def paged(chats: list[dict[str, object]], *, total: bool, most: int = 1000) -> Route:
    def page(request: httpx.Request) -> httpx.Response:
        limit, offset = (int(request.url.params[key]) for key in ("limit", "offset"))
        rows = chats[offset : offset + min(limit, most)]
        told: dict[str, object] = {"chats": [row for row in rows if row.get("id") != "hidden"]}
        return httpx.Response(200, json=told | ({"total": len(chats)} if total else {}))

    return page


async def test_chats_are_read_to_the_last_page() -> None:
    chats = [chat(f"c{number}", 1 + number % 28) for number in range(250)]
    with_total = Site({CHATS: paged(chats, total=True, most=40)})
    assert len(await with_total.backend().sessions("m")) == 250
    without = Site({CHATS: paged(chats, total=False)})
    assert len(await without.backend().sessions("m")) == 250
    assert len(without.asked(CHATS)) == 4


async def test_a_short_page_is_not_the_last() -> None:
    chats = [chat("hidden" if number % 3 else f"c{number}", 1) for number in range(300)]
    site = Site({CHATS: paged(chats, total=False)})
    assert len(await site.backend().sessions("m")) == 100


async def test_a_server_that_pays_no_heed_to_paging_is_asked_no_more_than_twice() -> None:
    for count, calls in ((30, 2), (150, 1)):
        chats = {"chats": [chat(f"c{number}", 1) for number in range(count)]}
        site = Site({CHATS: giving(chats)})
        assert len(await site.backend().sessions("m")) == count
        assert len(site.asked(CHATS)) == calls


async def test_chats_come_newest_first_with_title_and_first_words() -> None:
    chats = [
        chat("old", 1),
        chat("new", 9) | {"title": "A\x1b title", "snippet": "first\n\n" + "long " * 20_000},
        {"id": "undated", "title": "U"},
        {"title": "no id"},
        None,
    ]
    site = Site({CHATS: giving({"data": {"chats": chats, "total": 5}})})
    sessions = await site.backend().sessions("m")
    assert [session.id for session in sessions] == ["new", "old", "undated"]
    assert sessions[0].title == "A␛ title"
    assert sessions[0].preview.startswith("first long long")
    assert len(sessions[0].preview) <= 500
    assert sessions[1].title == ""


async def test_a_page_that_repeats_rows_of_the_one_before_is_read_on() -> None:
    # a chat made between two calls moves all others down
    chats = [chat(f"c{number}", 1) for number in range(150)]
    pages: list[Route] = [
        giving({"chats": chats[:100], "total": 150}),
        giving({"chats": chats[99:149], "total": 151}),
        giving({"chats": chats[149:], "total": 151}),
    ]
    site = Site({CHATS: pages})
    assert len(await site.backend().sessions("m")) == 150


async def test_a_total_that_is_too_small_hides_nothing_and_one_too_large_ends() -> None:
    chats = [chat(f"c{number}", 1) for number in range(250)]
    for total in (0, 100, 249, 10_000, True, "250", None):

        def page(request: httpx.Request, total: object = total) -> httpx.Response:
            limit, offset = (int(request.url.params[key]) for key in ("limit", "offset"))
            return httpx.Response(200, json={"chats": chats[offset:][:limit], "total": total})

        site = Site({CHATS: page})
        assert len(await site.backend().sessions("m")) == 250
        assert len(site.asked(CHATS)) <= 4


async def test_the_list_ends_at_its_cap() -> None:
    most = 1_000

    def endless(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        rows = [chat(f"c{number}", 1) for number in range(offset, offset + 100)]
        return httpx.Response(200, json={"chats": rows})

    site = Site({CHATS: endless})
    assert len(await read_chats(site.calls(), most=most)) == most
    assert len(site.asked(CHATS)) == most // 100


async def test_sessions_of_a_period_are_those_whose_time_is_in_it() -> None:
    chats = [chat("early", 1), chat("inside", 5), chat("late", 9), {"id": "undated"}]
    site = Site({CHATS: giving({"chats": chats})})
    period = Period(datetime(2024, 1, 3, tzinfo=UTC), datetime(2024, 1, 7, tzinfo=UTC))
    found = await site.backend().sessions("m", period)
    assert [session.id for session in found] == ["inside", "undated"]


async def test_pages_without_end_are_given_up_in_their_time() -> None:
    def one_more(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        return httpx.Response(200, json={"chats": [chat(f"c{offset}", 1)], "total": 10**9})

    site = Site({CHATS: one_more})
    with pytest.raises(Unreachable, match="did not list all chats"):
        await read_chats(site.calls(), total_s=0.2)
