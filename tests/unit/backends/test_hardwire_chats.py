from __future__ import annotations

import httpx

from tests.unit.backends.hardwire_site import CHATS, Route, Site, giving


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
