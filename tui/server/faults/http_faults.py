"""Faults in the HTTP around an answer, and of the readings of the history."""

from __future__ import annotations

import asyncio
import zlib

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from tui.server.faults.endings import SECONDS, keep_question_only
from tui.server.faults.fault import Argument, Armed, Fault, Group
from tui.server.faults.replies import (
    busy_reply,
    cut_reply,
    json_error_reply,
    page_reply,
    redirect_reply,
    status_reply,
)

_STATUS = r"30[12378]|4\d\d|5\d\d"
_COUNT = Argument("COUNT", "2", r"\d{1,3}")


def _other_charset(send: Send, _: Armed) -> Send:
    async def send_changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            media_type = headers.get("content-type", "").partition(";")[0]
            headers["content-type"] = f"{media_type}; charset=utf-16"
        await send(message)

    return send_changed


def _compressed(send: Send, _: Armed) -> Send:
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


def _slowly(send: Send, armed: Armed) -> Send:
    async def send_later(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(armed.number)
        await send(message)

    return send_later


HTTP = (
    Fault(
        name="html-error",
        what="A proxy answers with a web page and 502; the server behind it answers all the same.",
        seen="the whole answer from the history",
        group=Group.HTTP,
        reply=page_reply,
    ),
    Fault(
        name="json-error",
        what="The answer is an error in JSON with a 200; the question is stored.",
        seen="no text; the server's sentence",
        group=Group.HTTP,
        asked=keep_question_only,
        reply=json_error_reply,
    ),
    Fault(
        name="redirect",
        what="The server sends on to another host with a 307; nothing is stored.",
        seen="no text: “… sends us on to http://elsewhere.invalid.” Nothing is sent there",
        group=Group.HTTP,
        stored=False,
        reply=redirect_reply,
    ),
    Fault(
        name="charset",
        what="The content type names a wrong charset.",
        seen="the whole answer",
        group=Group.HTTP,
        send=_other_charset,
    ),
    Fault(
        name="gzip",
        what="The body is compressed though nobody asked for it, and flushed only at its end.",
        seen="the whole answer, all at its end",
        group=Group.HTTP,
        send=_compressed,
    ),
    Fault(
        name="slow-headers",
        what="The status and the headers come only after that long; the question is stored.",
        seen="“connecting”, “stalled” after 15 s; then the whole answer",
        group=Group.HTTP,
        arguments=(Argument("SECONDS", "20", SECONDS),),
        send=_slowly,
    ),
    Fault(
        name="status",
        what="The server answers with that status and stores nothing; 401 happens once.",
        seen="no text; what the status means (401: HardWire signs in again and goes on)",
        group=Group.HTTP,
        stored=False,
        arguments=(Argument("CODE", "500", _STATUS),),
        reply=status_reply,
        once=lambda armed: armed.values[0] == "401",
    ),
    Fault(
        name="busy",
        what="429, nothing is stored; WHERE is `retry-after`, `x-retry-after`, `body` or `date`.",
        seen="no text, question unsent: “Too many calls”, with the seconds to wait",
        group=Group.HTTP,
        stored=False,
        arguments=(
            Argument("WHERE", "retry-after", "retry-after|x-retry-after|body|date"),
            Argument("SECONDS", "2", SECONDS),
        ),
        reply=busy_reply,
    ),
)

READS = (
    Fault(
        name="history-status",
        what="The next readings of this session's history, that many, are answered with CODE.",
        seen="“retrying in 2 s (HTTP 503, 2 of 5)”; then the whole answer",
        group=Group.READS,
        arguments=(Argument("CODE", "503", _STATUS), _COUNT),
        reply=status_reply,
        reads=lambda armed: int(armed.values[1]),
    ),
    Fault(
        name="history-reset",
        what="The next readings of this session's history, that many, meet a reset connection.",
        seen="as `history-status`: connection lost",
        group=Group.READS,
        arguments=(_COUNT,),
        reply=lambda _: None,
        reads=lambda armed: int(armed.values[0]),
    ),
    Fault(
        name="history-cut",
        what="The next readings of this session's history, that many, break off in the middle.",
        seen="as `history-reset`",
        group=Group.READS,
        arguments=(_COUNT,),
        reply=cut_reply,
        reads=lambda armed: int(armed.values[0]),
    ),
)
