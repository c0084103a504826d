"""Masking of secrets in a text, however whoever repeats them has encoded them."""

from __future__ import annotations

import base64
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote, unquote_to_bytes

from msgspec import Struct

MASK = "•••"

_SHORTEST_CHARS = 4
"""Hiding shorter ones would blot out ordinary words, and so tell more than it hides."""
_SHORTEST_CORE_CHARS = 8
"""Fewer characters of base64 or hex may be a part of anything."""
_LONGEST_ESCAPE = 40
"""So many characters may stand for one, encoded more than once."""
_MAX_LAYERS = 6
"""How many times a text is taken to be encoded, one way inside another."""

_ESCAPE = re.compile(
    r"(?:%[0-9a-f]{2})+|(?:\\u[0-9a-f]{4})+|\\x[0-9a-f]{2}|\\[!-/:-@\[-`{-~]"
    r"|&#[0-9]{1,7};?|&#x[0-9a-f]{1,6};?|&(?:amp|lt|gt|quot|apos);?",
    re.I,
)
_CUT_ESCAPE = re.compile(
    r"(?:%[0-9a-f]?|\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|&(?:#x?[0-9a-f]{0,7}|[a-z]{0,4}))\Z", re.I
)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def forms_of(secrets: Iterable[str]) -> frozenset[str]:
    """Return what to look for in a text that may repeat one of `secrets`."""
    # what looks like an escape in a secret is decoded with the rest of the text around it
    plain = {
        form for each in secrets for form in (unquote(each), *(it.text for it in layers_of(each)))
    }
    plain = {each for each in plain if len(each) >= _SHORTEST_CHARS}
    cores = {core for each in plain for core in _cores(each.encode("utf-8", "replace"))}
    return frozenset(_folded(each) for each in plain | cores)


def spans_of(text: str, forms: Iterable[str]) -> list[tuple[int, int]]:
    """Return where in `text` one of `forms` stands, in any letter case and encoded or not."""
    wanted = [*forms]
    if not wanted or not _holds(text, wanted):
        return []
    return sorted(span for layer in layers_of(text) for span in layer.places_of(wanted))


def _holds(text: str, forms: Collection[str]) -> bool:
    """Say whether one of `forms` stands in `text`: that takes far less time than to say where."""
    for _ in range(_MAX_LAYERS):
        folded = _folded(text)
        # a loop: it is gone through for each piece of a recording
        for form in forms:
            if form in folded:
                return True
        shorter = _ESCAPE.sub(lambda escape: _unescaped(escape[0]), text)
        if len(shorter) == len(text):
            return False
        text = shorter
    return False


def masked(text: str, forms: Iterable[str]) -> str:
    """Return `text` with `MASK` for each of `forms`, in any letter case and encoded or not."""
    shown, end = [], 0
    for start, stop in spans_of(text, forms):
        if start >= end:
            shown += [text[end:start], MASK]
        end = max(end, stop)
    return "".join([*shown, text[end:]])


def open_end(text: str, forms: Collection[str]) -> int:
    """Return where at the end of `text` what follows may make one of `forms`; its length if not.

    What stands before that can be masked by itself.
    """
    if not forms:
        return len(text)
    # what is longer by its escapes than this, nobody writes
    beginnings = _beginnings(frozenset(forms))
    first = max(0, len(text) - _LONGEST_ESCAPE * beginnings.longest)
    starts = _open_starts(Layer(text[first:], None), beginnings, _MAX_LAYERS)
    return first + min(starts, default=len(text) - first)


class _Beginnings(Struct, frozen=True):
    """Tells what one of some forms begins with."""

    forms: Sequence[str]
    """In their order: those that begin with the same text stand together."""
    letters: frozenset[str]
    """The first one of each."""
    longest: int

    def has(self, text: str) -> bool:
        """Say whether a form begins with a text, or is that."""
        at = bisect_left(self.forms, text)
        return at < len(self.forms) and self.forms[at].startswith(text)


# they are the same for each piece of a recording
@lru_cache(4)
def _beginnings(forms: frozenset[str]) -> _Beginnings:
    letters = frozenset(each[:1] for each in forms)
    return _Beginnings(sorted(forms), letters, max(map(len, forms)))


def _open_starts(layer: Layer, beginnings: _Beginnings, depth: int) -> Iterator[int]:
    """Yield where in the text that a layer comes from, something begins that may go on."""
    folded = _folded(layer.text)
    for start in range(max(0, len(folded) - beginnings.longest), len(folded)):
        if folded[start] in beginnings.letters and beginnings.has(folded[start:]):
            yield layer.span(start, start + 1)[0]
            break
    if depth == 1:
        return
    if (cut := _CUT_ESCAPE.search(layer.text)) is not None:
        # what stands before half of an escape may be the beginning of a form too
        yield layer.span(cut.start(), cut.start() + 1)[0]
        yield from _open_starts(layer.beginning(cut.start()), beginnings, depth - 1)
    if (decoded := layer.decoded()) is not None:
        yield from _open_starts(decoded, beginnings, depth - 1)


class Layer(Struct, frozen=True):
    """A text after some decoding, and where each of its characters comes from."""

    text: str
    spans: list[tuple[int, int]] | None
    """By character, first and end in the text as it came; `None` when nothing was decoded."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.spans is None:
            return start, end
        return self.spans[start][0], self.spans[end - 1][1]

    def beginning(self, end: int) -> Layer:
        return Layer(self.text[:end], None if self.spans is None else self.spans[:end])

    def single_spans(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Return those of each character from `start` on."""
        if self.spans is None:
            return zip(range(start, end), range(start + 1, end + 1), strict=True)
        return self.spans[start:end]

    def places_of(self, forms: Iterable[str]) -> Iterator[tuple[int, int]]:
        folded = _folded(self.text)
        for form in forms:
            start = folded.find(form)
            while start >= 0:
                end = start + len(form)
                yield self.span(start, end)
                start = folded.find(form, end)

    def decoded(self) -> Layer | None:
        """Return the text with its escapes replaced, `None` when it has none."""
        pieces: list[str] = []
        spans: list[tuple[int, int]] = []
        end = 0
        for escape in _ESCAPE.finditer(self.text):
            spans += self.single_spans(end, escape.start())
            characters = _unescaped(escape[0])
            spans += [self.span(*escape.span())] * len(characters)
            pieces += [self.text[end : escape.start()], characters]
            end = escape.end()
        if not pieces:
            return None
        spans += self.single_spans(end, len(self.text))
        return Layer("".join([*pieces, self.text[end:]]), spans)


def layers_of(text: str) -> Iterator[Layer]:
    """Yield a text as it is, then as it reads when what is encoded in it is decoded, and so on."""
    layer: Layer | None = Layer(text, None)
    for _ in range(_MAX_LAYERS):
        if layer is None:
            return
        yield layer
        layer = layer.decoded()


def _unescaped(escape: str) -> str:
    head, body = escape[:2].lower(), escape[2:].rstrip(";")
    if head.startswith("%"):
        return unquote_to_bytes(escape).decode("utf-8", "replace")
    if head == "\\u":
        units = bytes.fromhex(escape.lower().replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    if head == "\\x":
        return chr(int(body, 16))
    if head.startswith("\\"):
        return escape[1]
    if head == "&#":
        code = int(body[1:], 16) if body[0] in "xX" else int(body)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return _NAMED[escape[1:].rstrip(";").lower()]


def _cores(secret: bytes) -> Iterator[str]:
    """Yield what of base64 and hex is the same whatever stands around the secret."""
    yield from (core for core in (secret.hex(),) if len(core) >= _SHORTEST_CORE_CHARS)
    for before in range(3):
        # the characters that hold bits of what stands before or behind are left out
        padded = b"\0" * before + secret
        first, end = -(-before * 8 // 6), len(padded) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(padded).decode()[first:end]
            if len(core) >= _SHORTEST_CORE_CHARS:
                yield core


def _folded(text: str) -> str:
    """Return `text` in lower case with every character at its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := each.lower()) == 1 else each for each in text)
