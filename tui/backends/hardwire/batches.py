"""Batches of server-sent events, decoded to what they mean together."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from typing import Protocol

from tui.backends.http.sse import EventBatches, ServerSentEvent
from tui.events import StreamEvent, TextDelta
from tui.safe_text import SafeText


class Decoder(Protocol):
    finished: bool
    """Nothing more is to be decoded."""

    def decode(self, event: ServerSentEvent) -> Iterator[StreamEvent]:
        """Yield what `event` means.

        Raises:
            RunnelError: it tells of a failure, or makes no sense.
        """
        ...


class EventsBody:
    """Reads the body of a stream of events with `decoder`, until that has `finished`."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._batches = EventBatches()

    def feed(self, data: bytes) -> Iterator[StreamEvent]:
        """Yield what the events that `data` completes mean.

        Raises:
            RunnelError: as the decoder does, and where an event never ends.
        """
        yield from self._decoded(self._batches.feed(data))

    def finish(self) -> Iterator[StreamEvent]:
        """Yield what the last events mean, which may lack a blank line."""
        yield from self._decoded(self._batches.finish())

    def _decoded(self, batches: Iterator[Sequence[ServerSentEvent]]) -> Iterator[StreamEvent]:
        while not self._decoder.finished and (batch := next(batches, None)) is not None:
            yield from decoded(self._decoder, batch)


async def meanings(
    chunks: AsyncIterator[bytes], decoder: Decoder
) -> AsyncGenerator[StreamEvent, None]:
    """Yield what a stream of events means as it comes, until `decoder` has `finished`.

    Raises:
        RunnelError: as `EventsBody` does.
    """
    body = EventsBody(decoder)
    async for chunk in chunks:
        for event in body.feed(chunk):
            yield event
        if decoder.finished:
            return
    for event in body.finish():
        yield event


def decoded(decoder: Decoder, batch: Iterable[ServerSentEvent]) -> Iterator[StreamEvent]:
    """Yield what a batch means; texts that follow one another, as most do, come as one.

    Raises:
        RunnelError: as the decoder does, after what stood before it in the batch.
    """
    texts: list[SafeText] = []
    try:
        for event in batch:
            for meaning in decoder.decode(event):
                if isinstance(meaning, TextDelta):
                    texts.append(meaning.text)
                    continue
                yield from _joined(texts)
                yield meaning
            if decoder.finished:
                break
    except Exception:  # what came stays, whatever stands behind it
        yield from _joined(texts)
        raise
    yield from _joined(texts)


def _joined(texts: list[SafeText]) -> Iterator[TextDelta]:
    """Yield the texts as one, if there are any, and forget them."""
    if texts:
        text = SafeText("".join(texts))
        texts.clear()
        yield TextDelta(text)
