"""Debug log of calls: never a header, a secret or the text of a message."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from msgspec import Struct

from tui.events import StreamEvent, TextDelta

_log = logging.getLogger(__name__)


class CallLine(Struct):
    """What is known of a call so far."""

    status: int | None = None
    size_bytes: int = 0
    """Of the body as it was read, unpacked."""


@contextmanager
def logged_call(request: httpx.Request, attempt: int = 1) -> Iterator[CallLine]:
    """Log one line once the call made inside is over, however it ends."""
    line, began_s, end = CallLine(), time.monotonic(), "done"
    try:
        yield line
    except BaseException as error:
        end = _kind(error)
        raise
    finally:
        _log.debug(
            "%s %s: %s, %s, %d bytes, %.3f s, attempt %d",
            request.method,
            _place(request.url),
            "no answer" if line.status is None else f"HTTP {line.status}",
            end,
            line.size_bytes,
            time.monotonic() - began_s,
            attempt,
        )


def log_wait(reason: str, seconds: float, attempt: int, attempts: int) -> None:
    _log.debug("waiting %.1f s for attempt %d of %d: %s", seconds, attempt, attempts, reason)


def log_event(event: StreamEvent) -> None:
    if _log.isEnabledFor(logging.DEBUG):
        size_chars = len(event.text if isinstance(event, TextDelta) else repr(event))
        _log.debug("event %s, %d characters", type(event).__name__, size_chars)


def _place(url: httpx.URL) -> str:
    """Return the path, with the names of the query and those of its values that are numbers."""
    query = "&".join(
        f"{name}={value if value.isdecimal() else '…'}" for name, value in url.params.multi_items()
    )
    path = url.raw_path.partition(b"?")[0].decode("ascii", "replace")
    return f"{path}?{query}" if query else path


def _kind(error: BaseException) -> str:
    """Return the names of an error and its cause; their texts may quote anything."""
    cause = error.__cause__
    name = type(error).__name__
    return f"{name} of {type(cause).__name__}" if cause else name
