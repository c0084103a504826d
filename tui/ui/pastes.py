"""Pastes that stay pastes: what is pasted is never taken for keys."""

from __future__ import annotations

from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

_START = "\x1b[200~"
_END = "\x1b[201~"
_ESC_PICTURE = "␛"


class PasteFilter:
    """Takes the escape characters out of bracketed pastes, in whatever pieces they come.

    Textual reads a sequence inside a paste as a sequence, and gives what it does not know to the
    application key by key: a pasted text could press Ctrl+G.
    """

    def __init__(self) -> None:
        self._pasting = False
        self._passed = ""
        """The end of what was typed, which may be the beginning of a start mark."""
        self._held = ""
        """The end of what was pasted, which may be the beginning of an end mark."""

    def feed(self, piece: str) -> str:
        """Return what can be read now; typed keys never wait for more."""
        text, self._held = self._held + piece, ""
        done: list[str] = []
        while text:
            take = self._take_pasted if self._pasting else self._take_typed
            text = take(text, done)
        return "".join(done)

    def _take_typed(self, text: str, done: list[str]) -> str:
        known = self._passed + text
        at = known.find(_START)
        if at < 0:
            done.append(text)
            self._passed = known[1 - len(_START) :]
            return ""
        end = at + len(_START) - len(self._passed)
        done.append(text[:end])
        self._passed, self._pasting = "", True
        return text[end:]

    def _take_pasted(self, text: str, done: list[str]) -> str:
        pasted, mark, after = text.partition(_END)
        if mark:
            self._pasting = False
        else:
            self._held = _begun_end(text)
            pasted = text.removesuffix(self._held)
        done += [pasted.replace("\x1b", _ESC_PICTURE), mark]
        return after


def _begun_end(text: str) -> str:
    """Return the end of `text` that may be the beginning of an end mark."""
    for length in range(len(_END) - 1, 0, -1):
        if text.endswith(_END[:length]):
            return _END[:length]
    return ""


class PasteSafeParser(XTermParser):
    """Textual's parser of terminal input behind a `PasteFilter`."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._filter = PasteFilter()

    def feed(self, data: str) -> Iterable[Message]:
        # nothing at all would mean the end of input
        if filtered := self._filter.feed(data):
            yield from super().feed(filtered)


def use_safe_pastes() -> None:
    """Let the terminal driver read through `PasteSafeParser`.

    Textual names its parser in the driver's module and offers no other place to choose one.
    """
    vars(linux_driver)["XTermParser"] = PasteSafeParser
