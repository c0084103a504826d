"""History responses that are held back and sent with their records rewritten."""

from __future__ import annotations

import json
from collections.abc import MutableMapping, Sequence
from typing import Any

from starlette.types import Message, Send

from tui.server.faults.fault import RequestedFault, RewriteHistory
from tui.server.web.json_body import encode_json

Rewrites = Sequence[tuple[RewriteHistory, RequestedFault]]


class HistoryResponse:
    """One response of an API: all of its messages are taken first, then it is sent."""

    def __init__(self) -> None:
        self._start: MutableMapping[str, Any] = {}
        self._body = bytearray()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    async def send_rewritten(self, send: Send, rewrites: Rewrites) -> None:
        """Send it, with its records rewritten unless it is an error."""
        body = bytes(self._body)
        if self._start["status"] == 200:
            body = encode_json(_rewritten(json.loads(body), rewrites))
        headers = [each for each in self._start["headers"] if each[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**self._start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _rewritten(value: Any, rewrites: Rewrites) -> Any:
    """Return a history with its records changed, wherever they stand in it."""
    if isinstance(value, list):
        for effect, requested in rewrites:
            value = effect.rewrite(value, requested)
        return value
    if isinstance(value, dict):
        return {key: _rewritten(each, rewrites) for key, each in value.items()}
    return value
