"""Answers in place of those that the APIs would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tui.server.demo import Dialect
from tui.server.faults.endings import SORRY
from tui.server.faults.fault import Api, Armed, Reply
from tui.server.hardwire.dialect import LLM_REQUEST_FAILED, Refusal
from tui.server.hardwire.documented_dialect import DocumentedWire
from tui.server.hardwire.real_dialect import RealWire
from tui.server.web.json_body import encode_json

ELSEWHERE = "http://elsewhere.invalid/"

_JSON = "application/json"
_REQUEST_ID = "fault-switchboard"
_FAILED = ("INTERNAL_SERVER_ERROR", "The server has a problem of its own")
_KNOWN = {
    401: ("UNAUTHORIZED", "You are not signed in"),
    403: ("CHAT_ACCESS_DENIED", "This chat is not yours"),
    404: ("CHAT_NOT_FOUND", "There is no such chat"),
    429: ("RATE_LIMIT_EXCEEDED", "Too many requests, please slow down"),
}
_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad "
    b"Gateway</h1></center><hr><center>nginx</center></body></html>"
)


def error_reply(api: Api, dialect: Dialect, status: int, code: str, sentence: str) -> Reply:
    """Return an error in the shape of an API."""
    if api is Api.GPT_TRAINER:
        return Reply(status, _JSON, encode_json({"error": sentence}))
    wire = DocumentedWire() if dialect is Dialect.DOCUMENTED else RealWire()
    told = wire.refusal(Refusal(status, code, sentence), _REQUEST_ID)
    return Reply(status, _JSON, encode_json(told))


def status_reply(armed: Armed) -> Reply:
    """Return what a server says with the status that is the first argument."""
    status = int(armed.values[0])
    if status < 400:
        return Reply(status, "text/plain", b"", {"location": ELSEWHERE})
    reply = error_reply(armed.api, armed.dialect, status, *_KNOWN.get(status, _FAILED))
    return replace(reply, headers={"retry-after": "1"}) if status == 429 else reply


def busy_reply(armed: Armed) -> Reply:
    """Return a 429 that tells the seconds of the second argument in the way of the first."""
    variant, seconds = armed.values
    code, sentence = _KNOWN[429]
    told = error_reply(armed.api, armed.dialect, 429, code, sentence)
    match variant:
        case "x-retry-after":
            return Reply(429, "text/plain", sentence.encode(), {variant: seconds})
        case "body":
            body = {"message": sentence, "code": code, "retryAfter": float(seconds)}
            return replace(told, body=encode_json(body))
        case "date":
            # a date has no fractions: it must not be over before it is read
            moment = datetime.now(UTC) + timedelta(seconds=float(seconds) + 1)
            return replace(told, headers={"retry-after": format_datetime(moment, usegmt=True)})
        case _:
            return replace(told, headers={"retry-after": seconds})


def page_reply(_: Armed) -> Reply:
    return Reply(502, "text/html", _PAGE)


def json_error_reply(armed: Armed) -> Reply:
    """Return an error in JSON that claims success."""
    body: object = {"error": SORRY}
    if armed.api is Api.HARDWIRE and armed.dialect is Dialect.DOCUMENTED:
        body = {"error": LLM_REQUEST_FAILED, "message": SORRY}
    elif armed.api is Api.HARDWIRE:
        body = {"error": {"message": SORRY, "code": LLM_REQUEST_FAILED}}
    return Reply(200, _JSON, encode_json(body))


def redirect_reply(_: Armed) -> Reply:
    return Reply(307, "text/plain", b"", {"location": ELSEWHERE})


def cut_reply(_: Armed) -> Reply:
    return Reply(200, _JSON, b'[{"uuid": "', whole=False)
