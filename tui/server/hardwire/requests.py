"""Requests to HardWire: what is accepted in their bodies and queries.

Source: seen on the wire: unknown keys are refused with a 400, larger bodies end in a 500, a query
or a slash behind a send in a 404.
"""

from __future__ import annotations

import re

from msgspec import Struct
from starlette.requests import Request

from tui.server.demo import MODELS
from tui.server.hardwire.dialect import Refusal
from tui.server.web.json_body import read_object

MAX_BODY_BYTES = 102_400

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class SendBody(Struct, frozen=True):
    """The body of a send, checked."""

    content: str
    user_id: str
    workflow_id: str | None


async def read_question(request: Request) -> SendBody:
    if request.url.query:
        raise Refusal(404, "ROUTE_NOT_FOUND", "There is no such route")
    match await read_body(request):
        case {"content": str(content), "userId": str(user_id), **rest} if content:
            pass
        case _:
            raise _invalid("content and userId must be text")
    if unknown := rest.keys() - {"modelId", "workflowId"}:
        raise _invalid(f"Unrecognized key: {', '.join(sorted(unknown))}")
    read_model(rest)
    workflow_id = rest.get("workflowId")
    if not isinstance(workflow_id, str | None):
        raise _invalid("workflowId must be text")
    return SendBody(content, user_id, workflow_id)


async def read_body(request: Request) -> dict[str, object]:
    if len(await request.body()) > MAX_BODY_BYTES:
        raise Refusal(500, "SERVER_INTERNAL_ERROR", "request entity too large")
    body = await read_object(request)
    if body is None:
        raise _invalid("The body must be a JSON object")
    return body


def read_model(body: dict[str, object]) -> str:
    for model in MODELS:
        if body.get("modelId") == model.id:
            return model.id
    raise _invalid("modelId must be the id of a model")


def read_count(request: Request, name: str, least: int) -> int | None:
    """Return a number from the query, `None` when it is not given."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
        raise _invalid(f"{name} must be a number from {least}")
    return int(text)


def require_fresh_id(chat_id: str) -> None:
    if not _UUID4.fullmatch(chat_id):
        raise _invalid("chatId must be a lower-case UUIDv4")


def _invalid(sentence: str) -> Refusal:
    return Refusal(400, "REQUEST_VALIDATION", sentence)
