"""Body of an answer that comes in one piece, decoded when all of it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui.backends.json_reading import senseless
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import Message


class WholeBody:
    """A `BodyDecoder` over `read`, which returns the answer that a body holds.

    It may raise `ValueError` where that is no JSON, and return `None` where the answer is to come.
    """

    def __init__(self, read: Callable[[bytes], Message | None]) -> None:
        self._read = read
        self._content = bytearray()

    def feed(self, data: bytes) -> Iterator[StreamEvent]:
        self._content += data
        return iter(())

    def finish(self) -> Iterator[StreamEvent]:
        try:
            message = self._read(bytes(self._content))
        except ValueError:
            raise senseless("it is no JSON") from None
        if message is not None:
            yield from events_of(message)


def events_of(message: Message) -> Iterator[StreamEvent]:
    """Yield the events of an answer that came in one piece."""
    yield Started()
    if message.text:
        yield TextDelta(message.text)
    yield Completed(message.id, message)
