"""Errors for answers whose status means failure, and the waits that they ask for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tui.backends.http.client import REDIRECT_FIELD
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.redirects import goal_of
from tui.backends.traffic import seconds_left
from tui.errors import (
    AccessRefused,
    BadInput,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
)
from tui.safe_text import clean_line

LONGEST_WAIT_S = 86_400.0
"""A server that asks for a longer wait is taken to mean a day."""

_NOT_OFFERED = (
    NotOffered,
    "The server does not offer that",
    "Another product of this family may.",
)
_MEANINGS: Mapping[int, tuple[type[RunnelError], str, str]] = {
    403: (AccessRefused, "The server does not allow this", "Check what this account may do."),
    404: (NotFound, "The server has no such thing", ""),
    405: _NOT_OFFERED,
    413: (BadInput, "This is too large for the server", "Shorten it."),
    501: _NOT_OFFERED,
}


def failure_of(
    status: int, headers: Mapping[str, str], body: ErrorBody, origin: str, credentials_noun: str
) -> RunnelError:
    """Return the error that a status other than success means.

    `origin` is the server asked, `credentials_noun` what a person calls that which it asks for.
    """
    request_id = clean_line(headers.get("x-request-id", ""), 100) or body.request_id or None
    reason = f": {body.words.rstrip('.')}." if body.words else "."
    wait_s = wait_of(headers, body)
    if status == 429:
        return RateLimited(
            f"Too many calls{reason}",
            retry_after_s=wait_s,
            hint=_wait_hint(wait_s),
            request_id=request_id,
        )
    if 300 <= status < 400:
        goal = goal_of(headers.get(REDIRECT_FIELD, ""), origin)
        return ServerFailed(
            f"{origin} redirects to {goal}.",
            hint="Use the address where the API is.",
            status=status,
        )
    other = f"The server failed with HTTP {status}"
    if 400 <= status < 500:
        other = f"The server rejected this (HTTP {status})"
    kind, sentence, hint = _MEANINGS.get(status, (ServerFailed, other, ""))
    if status == 401:
        kind, sentence = AccessRefused, f"The server rejected this {credentials_noun}"
        hint = f"Check that the {credentials_noun} is whole, and for this server."
        if body.words.casefold() == f"invalid {credentials_noun}".casefold():
            reason = "."
    if status == 404 and body.code == "ROUTE_NOT_FOUND":
        kind, sentence, hint = _NOT_OFFERED
    if status == 404 and body.is_page:
        hint = "Check the address."
    elif status >= 500 and wait_s is not None:
        hint = _wait_hint(wait_s)
    return kind(f"{sentence}{reason}", hint=hint, status=status, request_id=request_id)


def wait_of(headers: Mapping[str, str], body: ErrorBody) -> float | None:
    """Return how many seconds a failed answer asks to wait, `None` when it does not say."""
    values = (headers.get("retry-after"), headers.get("x-retry-after"), body.wait)
    asked = next((wait_s for each in values if (wait_s := _seconds(each)) is not None), None)
    if asked is None and headers.get("x-ratelimit-remaining", "").strip() == "0":
        reset_s = _seconds(headers.get("x-ratelimit-reset"))
        asked = None if reset_s is None else seconds_left(reset_s)
    return None if asked is None else min(asked, LONGEST_WAIT_S)


def _wait_hint(wait_s: float | None) -> str:
    duration = "a while" if wait_s is None else f"{math.ceil(wait_s)} s"
    return f"Wait {duration}, then try again."


def _seconds(value: object) -> float | None:
    if not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{1,10}(\.\d+)?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
