"""Limit to the length of an answer, and the debug log of its events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import wraps
from typing import ParamSpec

from tui.backends.http.call_log import log_event
from tui.backends.json_reading import MAX_MESSAGE_CHARS
from tui.errors import StreamBroken
from tui.events import StreamEvent, TextDelta
from tui.safe_text import SafeText

P = ParamSpec("P")
Stream = Callable[P, AsyncGenerator[StreamEvent, None]]


def limited(stream: Stream[P]) -> Stream[P]:
    """Close the stream of an answer once its text is `MAX_MESSAGE_CHARS` long, and fail; log its
    events.

    Raises:
        StreamBroken: there was more.
    """

    @wraps(stream)
    async def within_limit(*args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[StreamEvent, None]:
        room_chars = MAX_MESSAGE_CHARS
        async with aclosing(stream(*args, **kwargs)) as events:
            async for event in events:
                log_event(event)
                if isinstance(event, TextDelta):
                    if len(event.text) > room_chars:
                        yield TextDelta(SafeText(event.text[:room_chars]))
                        raise StreamBroken(
                            f"The answer grew past {MAX_MESSAGE_CHARS // 1_000_000} MB "
                            "and was cut here.",
                            hint="Ask for less at once, or in parts.",
                        )
                    room_chars -= len(event.text)
                yield event

    return within_limit
