"""Sources that chatbots show or hide, as their records say: an answer without one tells something.

Source: the vendor's API reference; `show_citation` as seen on the wire.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.backends.gpt_trainer.bots import shows_sources
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.json_reading import Object, as_object, id_at, path
from tui.errors import RunnelError


class ShownSources:
    """Knows of the chatbots of one account whether they show their sources."""

    def __init__(self, calls: KeyedCalls) -> None:
        self._calls = calls
        self._by_bot: dict[str, bool | None] = {}

    def note(self, records: Iterable[Object]) -> None:
        """Take note of chatbots that were read anyway."""
        self._by_bot |= {id_at(record, "uuid"): shows_sources(record) for record in records}

    async def of(self, bot_id: str) -> bool | None:
        """Return whether a chatbot shows its sources, asking for it once; `None`: not known."""
        if bot_id and bot_id not in self._by_bot:
            # not known is as good as an answer: no history waits for it twice
            self._by_bot[bot_id] = None
            try:
                received = await self._calls.call("GET", path("chatbot", bot_id))
                self._by_bot[bot_id] = shows_sources(as_object(received.json()))
            except RunnelError:
                pass
        return self._by_bot.get(bot_id)
