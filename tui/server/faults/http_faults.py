"""HTTP faults: around an answer, and of the readings of the history."""

from __future__ import annotations

import asyncio
import zlib

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from tui.server.faults.endings import SECONDS, store_question_only
from tui.server.faults.fault import (
    Argument,
    ChangeResponse,
    ConnectionReset,
    Fault,
    Group,
    OnQuestionStored,
    ReplaceReadings,
    ReplaceResponse,
    RequestedFault,
)
from tui.server.faults.responses import (
    busy_response,
    cut_response,
    failure_response,
    page_response,
    redirect_response,
    status_response,
)

_STATUS = r"30[12378]|4\d\d|5\d\d"
_COUNT = Argument("COUNT", "2", r"\d{1,3}")


def _other_charset(send: Send, _: RequestedFault) -> Send:
    async def send_changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            media_type = headers.get("content-type", "").partition(";")[0]
            headers["content-type"] = f"{media_type}; charset=utf-16"
        await send(message)

    return send_changed


def _compressed(send: Send, _: RequestedFault) -> Send:
    """Compress the body without ever flushing before its end."""
    press = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)

    async def send_changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            headers["content-encoding"] = "gzip"
            if "content-length" in headers:
                del headers["content-length"]
        else:
            body = press.compress(message.get("body", b""))
            if not message.get("more_body"):
                body += press.flush()
            message = {**message, "body": body}
        await send(message)

    return send_changed


def _slowly(send: Send, requested: RequestedFault) -> Send:
    async def send_later(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(requested.number)
        await send(message)

    return send_later


def _first_as_count(requested: RequestedFault) -> int:
    return int(requested.values[0])


HTTP = (
    Fault(
        name="html-error",
        summary="A proxy answers with a web page and 502; the server behind it answers anyway.",
        seen="the whole answer from the history",
        group=Group.HTTP,
        effects=(ReplaceResponse(page_response),),
    ),
    Fault(
        name="json-error",
        summary="The answer is an error in JSON with a 200; the question is stored.",
        seen="no text; the server's sentence",
        group=Group.HTTP,
        effects=(OnQuestionStored(store_question_only), ReplaceResponse(failure_response)),
    ),
    Fault(
        name="redirect",
        summary="The server sends on to another host with a 307; nothing is stored.",
        seen="no text: “… redirects to http://elsewhere.invalid.” Nothing is sent there",
        group=Group.HTTP,
        effects=(ReplaceResponse(redirect_response, stores_question=False),),
    ),
    Fault(
        name="charset",
        summary="The content type names a wrong charset.",
        seen="the whole answer",
        group=Group.HTTP,
        effects=(ChangeResponse(_other_charset),),
    ),
    Fault(
        name="gzip",
        summary="The body is compressed though nobody asked for it, and flushed only at its end.",
        seen="the whole answer, all at its end",
        group=Group.HTTP,
        effects=(ChangeResponse(_compressed),),
    ),
    Fault(
        name="slow-headers",
        summary="The status and the headers come only after that long; the question is stored.",
        seen="“connecting”, “no data” after 15 s; then the whole answer",
        group=Group.HTTP,
        arguments=(Argument("SECONDS", "20", SECONDS),),
        effects=(ChangeResponse(_slowly),),
    ),
    Fault(
        name="status",
        summary="The server answers with that status and stores nothing; 401 happens once.",
        seen="no text; what the status means (401: HardWire signs in again and goes on)",
        group=Group.HTTP,
        arguments=(Argument("CODE", "500", _STATUS),),
        effects=(
            ReplaceResponse(
                status_response,
                stores_question=False,
                is_once=lambda requested: requested.values[0] == "401",
            ),
        ),
    ),
    Fault(
        name="busy",
        summary="429, nothing is stored; WHERE: `retry-after`, `x-retry-after`, `body` or `date`.",
        seen="no text, question unsent: “Too many calls”, with the seconds to wait",
        group=Group.HTTP,
        arguments=(
            Argument("WHERE", "retry-after", "retry-after|x-retry-after|body|date"),
            Argument("SECONDS", "2", SECONDS),
        ),
        effects=(ReplaceResponse(busy_response, stores_question=False),),
    ),
)

READS = (
    Fault(
        name="history-status",
        summary="The next readings of this session's history, that many, are answered with CODE.",
        seen="“retrying in 2 s (HTTP 503, 2 of 5)”; then the whole answer",
        group=Group.READS,
        arguments=(Argument("CODE", "503", _STATUS), _COUNT),
        effects=(ReplaceReadings(status_response, lambda requested: int(requested.values[1])),),
    ),
    Fault(
        name="history-reset",
        summary="The next readings of this session's history, that many, meet a reset connection.",
        seen="as `history-status`: connection lost",
        group=Group.READS,
        arguments=(_COUNT,),
        effects=(ReplaceReadings(lambda _: ConnectionReset(), _first_as_count),),
    ),
    Fault(
        name="history-cut",
        summary="The next readings of this session's history, that many, break off in the middle.",
        seen="as `history-reset`",
        group=Group.READS,
        arguments=(_COUNT,),
        effects=(ReplaceReadings(cut_response, _first_as_count),),
    ),
)
