"""Redaction of what goes on a tape: secrets are masked, also those that come in pieces."""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import quote

from tui.formatting.masking import masked, open_end, spans_of
from tui.tapes.wire import (
    Answered,
    Arrived,
    Asked,
    Ended,
    Named,
    NamedSession,
    Opened,
    Sent,
    Stopped,
    Told,
)
from tui.values import replace

_IN_PATHS = "".join(map(chr, range(0x21, 0x7F)))


class TapeRedaction:
    """Masks what `forms` returns, as `forms_of` gives it, in all that is told.

    The end of a piece that may be the beginning of a secret is held back until more of the same
    call has come.
    """

    def __init__(self, forms: Callable[[], Collection[str]]) -> None:
        self._forms = forms
        self._held: dict[int, str] = {}
        """By call, the end that is held back: as `_text_of` reads it."""

    def redacted(self, event: Told) -> list[Told]:
        """Return what of an event, and of what was held back before it, can be written now."""
        match event:
            case Asked():
                path = quote(self._masked(event.path), safe=_IN_PATHS)
                body = _bytes_of(self._masked(_text_of(event.body)))
                session = self._masked(event.session)
                return [replace(event, path=path, body=body, session=session)]
            case Answered():
                headers = tuple((name, self._plain(value)) for name, value in event.headers)
                content_type = self._plain(event.content_type)
                return [replace(event, content_type=content_type, headers=headers)]
            case Arrived(call):
                return self._piece(event, self._held.pop(call, "") + _text_of(event.data))
            case Ended(call):
                rest = self._masked(self._held.pop(call, ""))
                return [*([Arrived(call, event.at_s, _bytes_of(rest))] if rest else []), event]
            case Sent():
                return [
                    replace(
                        event, text=self._masked(event.text), session=self._masked(event.session)
                    )
                ]
            case Named(sessions=sessions):
                return [replace(event, sessions=tuple(map(self._masked_name, sessions)))]
            case Opened() | Stopped():
                return [replace(event, session=self._masked(event.session))]

    def _piece(self, event: Arrived, text: str) -> list[Told]:
        forms = self._forms()
        end, spans = open_end(text, forms), spans_of(text, forms)
        # nor is one cut that is whole already
        for start, stop in reversed(spans):
            end = start if start < end < stop else end
        if end < len(text):
            self._held[event.call] = text[end:]
        # most pieces hold none, and are not looked through again
        ready = masked(text[:end], forms) if spans or end < len(text) else text
        return [Arrived(event.call, event.at_s, _bytes_of(ready))] if ready else []

    def _masked(self, text: str) -> str:
        return masked(text, self._forms())

    def _masked_name(self, named: NamedSession) -> NamedSession:
        told = (named.id, named.title, named.preview)
        return NamedSession(*map(self._masked, told))

    def _plain(self, value: str) -> str:
        """Return a value of a head without secrets, and as one can be sent."""
        return self._masked(value).encode("ascii", "replace").decode()


def _text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
