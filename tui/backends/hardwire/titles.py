"""Titles that HardWire gives new chats.

Source: `title_updated` and `timeout` as seen on the wire of a real server.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from tui.backends.base import Titles
from tui.backends.hardwire.answer_events import fields_of
from tui.backends.hardwire.calls import SignedInCalls
from tui.backends.http.sse import read_events
from tui.backends.json_reading import id_at, line_at, path, text_at
from tui.backends.offers import Offer
from tui.errors import NotFound, StreamBroken
from tui.safe_text import SafeText

TITLE_WAIT_S = 45.0
"""Longest wait for a title; the server itself gives up after 30 s."""


class HardWireTitles(Titles):
    def __init__(self, calls: SignedInCalls, *, wait_s: float = TITLE_WAIT_S) -> None:
        self.offer = Offer("This server cannot name sessions.")
        self._calls = calls
        self._wait_s = wait_s

    async def new_title(self, session_id: str) -> SafeText:
        """Return the title that the server gives a chat next.

        Empty when it gives none in its time, when the line is cut, or before the chat exists: what
        was told before is not told again.
        """
        with self.offer.asked():
            try:
                return await self._told(session_id)
            except (TimeoutError, NotFound, StreamBroken):
                return SafeText("")

    async def _told(self, session_id: str) -> SafeText:
        async with (
            asyncio.timeout(self._wait_s),
            self._calls.opened(path("chats", session_id, "events")) as body,
            aclosing(body.chunks()) as chunks,
            aclosing(read_events(chunks)) as batches,
        ):
            async for events in batches:
                for event in events:
                    fields = fields_of(event, ())
                    match text_at(fields, "type") or event.event:
                        case "title_updated" if id_at(fields, "chatId") in {"", session_id}:
                            return line_at(fields, "title")
                        case "timeout":
                            return SafeText("")
        return SafeText("")
