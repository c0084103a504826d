"""Chats of HardWire: the list, page after page, and their deletion.

Source: HardWire's documentation for `total`; without it, short pages and one with all as seen on
the wire of a real server.
"""

from __future__ import annotations

import asyncio

from tui.backends.base import MAX_ROWS, SessionDeletion
from tui.backends.hardwire.calls import SignedInCalls, listed, unwrapped
from tui.backends.json_reading import Object, id_at, line_at, path, time_at
from tui.backends.offers import Offer
from tui.errors import Unreachable
from tui.model import Session

PAGE_CHATS = 100
TOTAL_S = 300.0
"""Longest time that all pages take together."""


class ChatDeletion(SessionDeletion):
    def __init__(self, calls: SignedInCalls) -> None:
        self.offer = Offer("This server cannot delete sessions.")
        self._calls = calls

    async def delete_session(self, session_id: str) -> None:
        with self.offer.asked():
            await self._calls.make("DELETE", path("chats", session_id))


async def read_chats(
    calls: SignedInCalls, *, total_s: float = TOTAL_S, most: int = MAX_ROWS
) -> list[Session]:
    """Return all chats in the server's order, none twice, no more than a page over `most`.

    Raises:
        Unreachable: there were always more, and no end within `total_s`.
    """
    try:
        async with asyncio.timeout(total_s) as limit:
            return await _pages(calls, most)
    except TimeoutError:
        if not limit.expired():
            raise
        raise Unreachable(
            f"The server did not list all chats within {total_s:.0f} s.",
            hint="Try again later.",
            passing=False,
        ) from None


async def _pages(calls: SignedInCalls, most: int) -> list[Session]:
    resource = path("users", await calls.user_id(), "chats")
    by_id: dict[str, Session] = {}
    offset = 0
    while len(by_id) < most:
        received = await calls.make("GET", f"{resource}?limit={PAGE_CHATS}&offset={offset}")
        page = unwrapped(received)
        chats = listed(page, "chats", received.credentials)
        before = len(by_id)
        by_id |= {id_at(chat, "id"): _session(chat) for chat in chats if id_at(chat, "id")}
        total = _count(page)
        # without a total, rows fall out after the page is cut: a short page need not be the last
        offset += PAGE_CHATS if total is None else len(chats)
        # one longer than asked for means that all came; a total is not believed before a short one
        is_told_last = total is not None and offset >= total and len(chats) < PAGE_CHATS
        if len(by_id) == before or len(chats) > PAGE_CHATS or is_told_last:
            break
    return list(by_id.values())


def _count(page: Object) -> int | None:
    total = page.get("total")
    return total if isinstance(total, int) and not isinstance(total, bool) else None


def _session(chat: Object) -> Session:
    created_at = time_at(chat, "createdAt")
    return Session(
        id_at(chat, "id"),
        line_at(chat, "title"),
        line_at(chat, "snippet"),
        created_at,
        time_at(chat, "updatedAt") or created_at,
    )
