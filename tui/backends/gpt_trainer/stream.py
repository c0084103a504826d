"""Streamed answers of the GPT-trainer family: raw text, or what an odd proxy made of it.

Source: the vendor's API reference for raw text; events and JSON as seen on the wire behind proxies.
"""

from __future__ import annotations

import codecs
from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui.backends.gpt_trainer.records import trouble_of
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.sse import read_events
from tui.backends.http.streams import Body
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, text_at
from tui.errors import AnswerFailed
from tui.safe_text import SafeText


async def texts(body: Body) -> AsyncGenerator[str, None]:
    """Yield the pieces of an answer: raw text, unless a proxy says that it made events or JSON."""
    if body.media_type == "text/event-stream":
        async with aclosing(body.chunks()) as chunks, aclosing(read_events(chunks)) as batches:
            async for events in batches:
                yield "".join(event.data for event in events if event.data != "[DONE]")
    elif body.media_type == "application/json":
        yield _whole_text((await body.read()).decode("utf-8-sig", "replace"))
    else:
        # bytes, not lines: a line reader eats the newlines of raw text
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        async with aclosing(body.chunks()) as chunks:
            async for chunk in chunks:
                yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)


def refuse_failure(record: Object) -> None:
    """Let a record pass that holds an answer, even an empty one.

    Raises:
        AnswerFailed: it tells of a failure instead.
    """
    error = ErrorBody.of(record, 500).words if record.get("error") else SafeText("")
    words = error or trouble_of(record)
    if words and not text_at(record, "response"):
        raise AnswerFailed(f"The server could not answer: {words.rstrip('.')}.")


def _whole_text(content: str) -> str:
    """Return the answer in a JSON body; text that only claims to be JSON is the answer itself."""
    try:
        value = decode_json(content)
    except ValueError:
        return content
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return content
    refuse_failure(value)
    response = value.get("response", content)
    return response if isinstance(response, str) else content if response else ""
