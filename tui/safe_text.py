"""Gates between text from outside and the screen.

The first, `clean`: server text, error text, titles, tool names and values, file names and link
targets pass it once, where they enter, and again behind every decoder (Markdown's, for one). What
comes out holds no control sequence, no bidirectional control, no invisible tag, no lone surrogate,
and no line break but LF.

The second, `drawable`: every cell passes it on its way to the terminal, wherever it comes from.
"""

from __future__ import annotations

import math
import re
from typing import NewType

SafeText = NewType("SafeText", str)
"""Text that went through the gate. Only this module makes it from text that it has not seen."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
"""Any decoded JSON. After `clean_json` every string and key in it is safe to draw."""

MAX_TEXT_CHARS = 16_000_000
MAX_LINE_CHARS = 500
MAX_JSON_DEPTH = 64

# What is dropped: directional marks, embeddings, overrides and isolates; zero-width and soft
# breaks; interlinear, shorthand, musical and deprecated format controls; tags and the
# supplementary variation selectors. Joiners (U+200C, U+200D) and emoji selectors
# (U+FE00..FE0F) are part of real words.
_DROPPED = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSAFE = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff{_DROPPED}]"
)
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"\S")


class _Pictures(dict[int, str]):
    """What stands for each character that is unsafe."""

    def __missing__(self, code: int) -> str:
        # thousands of them, of which few are ever met
        self[code] = shown = "\ufffd" if 0xD800 <= code <= 0xDFFF else ""
        return shown


_PICTURES = _Pictures({code: chr(0x2400 + code) for code in range(0x20)})
_PICTURES |= {0x7F: "\u2421", 0x85: "\u2424", 0x2028: "\n", 0x2029: "\n\n"}
# an eight-bit control is short for ESC and a letter: show it as what it would have been
_PICTURES |= {code: "\u241b" + chr(code - 0x40) for code in range(0x80, 0xA0) if code != 0x85}
_PICTURES |= dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
del _PICTURES[0x09], _PICTURES[0x0A]

_UNDRAWABLE = re.compile(f"[\t\n]|{_UNSAFE.pattern}")
_NOT_IN_ADDRESSES = re.compile(r"[^!-~]")
# what takes a cell; all else that is unsafe takes none
_STAND_INS = {"\u00ad": "-", "\ufffe": "\ufffd", "\uffff": "\ufffd"}


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _picture(unsafe: re.Match[str]) -> str:
    return _PICTURES[ord(unsafe[0])]


def drawable(text: str) -> str:
    """Return `text` as cells of one row of a terminal: what would act instead of show is left out.

    For text that is laid out already: as wide as before, in the terms of `rich.cells`.
    """
    # most of what is drawn is plain, and every cell comes by here
    if text.isprintable() and text.isascii():
        return text
    return _UNDRAWABLE.sub(_stand_in, text)


def linkable(address: str) -> str:
    """Return an address that can stand in a terminal's hyperlink, empty when this one can not.

    Source: the OSC 8 convention takes bytes 32 to 126; a blank is in no address.
    """
    return "" if _NOT_IN_ADDRESSES.search(address) else address


def _stand_in(undrawable: re.Match[str]) -> str:
    character = undrawable[0]
    return "\ufffd" if "\ud800" <= character <= "\udfff" else _STAND_INS.get(character, "")


def sendable(text: str) -> str:
    """Return `text` as UTF-8 can carry it: surrogate pairs joined, lone surrogates as U+FFFD."""
    if text.isascii():
        return text
    text = _PAIR.sub(_joined, text)
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def clean(text: str, limit_chars: int = MAX_TEXT_CHARS) -> SafeText:
    """Return `text` safe to draw on many lines.

    Control characters become visible pictures, CRLF becomes LF, what only hides is dropped.
    Beyond `limit_chars` the rest is cut and a last line says how much. Cleaning twice changes
    nothing more, unless that line itself is cut again.
    """
    cut = len(text) - limit_chars
    if cut > 0:
        text = text[:limit_chars]
    elif (line := text.replace("\n", " ")).isprintable() and _is_of_first_plane(line):
        # as most texts are: told in a third of the time that the pattern takes
        return SafeText(text)
    if _UNSAFE.search(text):
        text = text.replace("\r\n", "\n")
        if not text.isascii():
            text = _PAIR.sub(_joined, text)
        text = _UNSAFE.sub(_picture, text)
    if cut > 0:
        text += f"\n… {cut:,} more characters were cut here"
    return SafeText(text)


def _is_of_first_plane(printable: str) -> bool:
    # of what is unsafe only tags, far behind all scripts, are printable
    return printable.isascii() or len(printable.encode("utf-16-le")) == 2 * len(printable)


def clean_line(text: str, limit_chars: int = MAX_LINE_CHARS) -> SafeText:
    """Return `text` safe to draw on one line: white space folded, a cut marked with `…`."""
    # most lines are as they should be, and lists have thousands
    is_plain = len(text) <= limit_chars and text.isascii() and text.isprintable()
    if is_plain and "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return SafeText(text)
    # an input of any size costs no more than what can be kept of it
    line = _BLANKS.sub(" ", clean(text[: limit_chars * 4], limit_chars * 4)).strip()
    if len(line) > limit_chars or _WORD.search(text, limit_chars * 4):
        line = line[: limit_chars - 1].rstrip() + "…"
    return SafeText(line)


def clean_json(value: object, depth: int = MAX_JSON_DEPTH) -> JsonValue:
    """Return decoded JSON with every string and key cleaned, cut below `depth` levels."""
    match value:
        case str():
            return clean(value)
        case float() if not math.isfinite(value):
            # JSON has no such numbers, and what is written from this must be JSON
            return SafeText(str(value))
        case None | bool() | int() | float():
            return value
        case dict() | list() if depth <= 0:
            return "…"
        case dict():
            return {clean(str(key)): clean_json(item, depth - 1) for key, item in value.items()}
        case list() | tuple():
            return [clean_json(item, depth - 1) for item in value]
        case _:
            return clean(str(value))


class TextCleaner:
    """Cleans a text that arrives in pieces: any split gives the text that `clean` gives whole."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> SafeText:
        """Return what can be drawn now; half a surrogate pair or of a CRLF waits for the rest."""
        text = self._held + piece
        self._held = ""
        if text[-1:] == "\r" or "\ud800" <= text[-1:] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        return clean(text)

    def finish(self) -> SafeText:
        """Return what was held back, now known to stand alone."""
        held, self._held = self._held, ""
        return clean(held)
