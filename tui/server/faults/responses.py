"""Canned responses in place of those that the APIs would give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tui.server.faults.api import ApiDescription
from tui.server.faults.endings import SORRY
from tui.server.faults.fault import CannedResponse, RequestedFault
from tui.server.web.json_body import encode_json
from tui.values import replace

ELSEWHERE = "http://elsewhere.invalid/"

_JSON = "application/json"
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


def error_response(api: ApiDescription, status: int, code: str, sentence: str) -> CannedResponse:
    """Return an error in the shape of an API."""
    return CannedResponse(status, _JSON, encode_json(api.error_body(status, code, sentence)))


def status_response(requested: RequestedFault) -> CannedResponse:
    """Return what a server says with the status that is the first argument."""
    status = int(requested.values[0])
    if status < 400:
        return CannedResponse(status, "text/plain", b"", {"location": ELSEWHERE})
    response = error_response(requested.api, status, *_KNOWN.get(status, _FAILED))
    return replace(response, headers={"retry-after": "1"}) if status == 429 else response


def busy_response(requested: RequestedFault) -> CannedResponse:
    """Return a 429 that tells the seconds of the second argument in the way of the first."""
    place, seconds = requested.values
    code, sentence = _KNOWN[429]
    response = error_response(requested.api, 429, code, sentence)
    match place:
        case "x-retry-after":
            return CannedResponse(429, "text/plain", sentence.encode(), {place: seconds})
        case "body":
            body = {"message": sentence, "code": code, "retryAfter": float(seconds)}
            return replace(response, body=encode_json(body))
        case "date":
            # a date has no fractions: it must not be over before it is read
            moment = datetime.now(UTC) + timedelta(seconds=float(seconds) + 1)
            return replace(response, headers={"retry-after": format_datetime(moment, usegmt=True)})
        case _:
            return replace(response, headers={"retry-after": seconds})


def page_response(_: RequestedFault) -> CannedResponse:
    return CannedResponse(502, "text/html", _PAGE)


def failure_response(requested: RequestedFault) -> CannedResponse:
    """Return an error in JSON that claims success."""
    return CannedResponse(200, _JSON, encode_json(requested.api.failure_body(SORRY)))


def redirect_response(_: RequestedFault) -> CannedResponse:
    return CannedResponse(307, "text/plain", b"", {"location": ELSEWHERE})


def cut_response(_: RequestedFault) -> CannedResponse:
    return CannedResponse(200, _JSON, b'[{"uuid": "', is_whole=False)
