"""Streamed answers of the GPT-trainer family: raw text, or what an odd proxy made of it.

Source: the vendor's API reference for raw text; events and JSON as seen on the wire behind proxies.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Protocol

from tui.backends.gpt_trainer.records import trouble_of
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.sse import EventBatches
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, text_at
from tui.errors import AnswerFailed
from tui.events import StreamEvent, TextDelta
from tui.safe_text import SafeText, TextCleaner


class StreamDecoder:
    """Turns the body of an answer into text: raw, unless a proxy made events or JSON of it."""

    def __init__(self, media_type: str) -> None:
        self._texts = _texts_of(media_type)
        self._cleaner = TextCleaner()

    def feed(self, data: bytes) -> Iterator[StreamEvent]:
        """Yield what can be read once `data` has come."""
        yield from self._cleaned(self._texts.feed(data))

    def finish(self) -> Iterator[StreamEvent]:
        """Yield what was held back, now that nothing more comes.

        Raises:
            AnswerFailed: it tells of a failure instead.
        """
        yield from self._cleaned(self._texts.finish())
        if rest := self._cleaner.finish():
            yield TextDelta(rest)

    def _cleaned(self, pieces: Iterator[str]) -> Iterator[StreamEvent]:
        for piece in pieces:
            if safe := self._cleaner.feed(piece):
                yield TextDelta(safe)


class _Texts(Protocol):
    def feed(self, data: bytes) -> Iterator[str]: ...

    def finish(self) -> Iterator[str]: ...


def _texts_of(media_type: str) -> _Texts:
    if media_type == "text/event-stream":
        return _EventTexts()
    return _JsonText() if media_type == "application/json" else _RawTexts()


class _RawTexts:
    def __init__(self) -> None:
        # bytes, not lines: a line reader eats the newlines of raw text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> Iterator[str]:
        yield self._decoder.decode(data)

    def finish(self) -> Iterator[str]:
        yield self._decoder.decode(b"", final=True)


class _EventTexts:
    def __init__(self) -> None:
        self._batches = EventBatches()

    def feed(self, data: bytes) -> Iterator[str]:
        for events in self._batches.feed(data):
            yield "".join(event.data for event in events if event.data != "[DONE]")

    def finish(self) -> Iterator[str]:
        for events in self._batches.finish():
            yield "".join(event.data for event in events if event.data != "[DONE]")


class _JsonText:
    def __init__(self) -> None:
        self._content = bytearray()

    def feed(self, data: bytes) -> Iterator[str]:
        self._content += data
        return iter(())

    def finish(self) -> Iterator[str]:
        yield _whole_text(self._content.decode("utf-8-sig", "replace"))


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
