"""Batches of server-sent events, decoded to what they mean together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from tui.backends.http.sse import ServerSentEvent
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
