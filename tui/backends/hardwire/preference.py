"""Model that HardWire keeps for an account until it is told of another.

Source: HardWire's documentation; `null` for none as seen on the wire of a real server.
"""

from __future__ import annotations

from tui.backends.base import BotPreference
from tui.backends.hardwire.calls import SignedInCalls, unwrapped
from tui.backends.json_reading import encode_json, id_at, path
from tui.errors import NotFound, NotOffered


class ModelPreference(BotPreference):
    """Kept by the server; one that keeps none is not asked again."""

    def __init__(self, calls: SignedInCalls) -> None:
        self.is_kept = True
        self._calls = calls

    async def read(self) -> str:
        """Return the id of the model, empty when there is none."""
        return await self._ask("GET")

    async def prefer_bot(self, bot_id: str) -> None:
        await self._ask("POST", encode_json({"modelId": bot_id}))

    async def _ask(self, method: str, content: bytes | None = None) -> str:
        resource = path("users", await self._calls.user_id(), "model-preference")
        if not self.is_kept:
            return ""
        try:
            received = await self._calls.make(method, resource, content=content)
        except (NotFound, NotOffered):
            self.is_kept = False
            return ""
        return "" if content else id_at(unwrapped(received), "modelId")
