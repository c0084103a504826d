"""JSON bodies, as the served APIs write and read them."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response


def encode_json(value: object) -> bytes:
    """Return compact UTF-8 JSON: everything raw but lone surrogates, which are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


class JsonResponse(Response):
    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return encode_json(content)


async def read_object(request: Request) -> dict[str, object] | None:
    """Return the body's JSON object; `None` when the body is something else."""
    try:
        value = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
