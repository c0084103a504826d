"""Bodies of failed answers, of any shape: JSON of either API, text, a web page, nothing."""

from __future__ import annotations

import re

from msgspec import Struct

from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, line_at, object_at, text_at
from tui.safe_text import SafeText, clean_line

MAX_WORDS_CHARS = 300

# bounded, because a page may open any number of titles and close none
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,500}?)</title", re.I | re.S)


class ErrorBody(Struct, frozen=True):
    """What the body of a failed answer says, on one safe line each; empty where it says nothing."""

    words: SafeText = SafeText("")
    code: SafeText = SafeText("")
    request_id: SafeText = SafeText("")
    wait: object = None
    """`retryAfter` as received."""
    is_page: bool = False
    """It was a web page, so a proxy or another program answered."""

    @classmethod
    def read(cls, text: str, status: int) -> ErrorBody:
        """Read a body of any shape: JSON of either API, text, a web page, nothing."""
        text = text.strip()
        if text.startswith("<"):
            # with a table of all names of characters, which only a page needs
            from html import unescape

            title = _TITLE.search(text)
            words = unescape(title[1]) if title else ""
            return cls(clean_line(words, MAX_WORDS_CHARS), is_page=True)
        try:
            value = decode_json(text)
        except ValueError:
            return cls(clean_line(text, MAX_WORDS_CHARS))
        return cls.of(value, status)

    @classmethod
    def of(cls, value: object, status: int) -> ErrorBody:
        """Read a decoded body."""
        if not isinstance(value, dict):
            return cls(_words(value))
        inner: Object = value
        if isinstance(value.get("error"), dict) and not text_at(value, "message"):
            inner = object_at(value, "error")
        return cls(
            _best_words(inner, status),
            line_at(inner, "code") or _code_like(line_at(inner, "error")),
            clean_line(text_at(inner, "requestId"), 100),
            inner.get("retryAfter"),
        )


def _best_words(body: Object, status: int) -> SafeText:
    """Choose the text that helps a person.

    Source: seen on the wire. Bodies with `clientMessage` are of servers that write three texts for
    three readers; in all others `message` says more than `error`.
    """
    keys: tuple[str, ...]
    if "clientMessage" not in body:
        keys = ("message", "error", "msg", "detail")
    elif status == 400:
        keys = ("error", "message", "clientMessage")
    elif status in {403, 404, 409}:
        keys = ("clientMessage", "message", "error")
    else:
        keys = ("message", "clientMessage", "error")
    return next((words for key in keys if (words := _words(body.get(key)))), SafeText(""))


def _code_like(text: SafeText) -> SafeText:
    """Return `text` if it is the name of a fault; one of the dialects has it for its `error`."""
    return text if re.fullmatch(r"[A-Z][A-Z0-9_]+", text) else SafeText("")


def _words(value: object) -> SafeText:
    match value:
        case str():
            return clean_line(value, MAX_WORDS_CHARS)
        case list():
            return clean_line("; ".join(_item_words(each) for each in value[:5]), MAX_WORDS_CHARS)
        case dict():
            return clean_line(_item_words(value), MAX_WORDS_CHARS)
        case _:
            return SafeText("")


def _item_words(item: object) -> str:
    """Return one entry of a list of faults: `{loc, msg}`, `{path, message}`, `{uuid, error}`."""
    if not isinstance(item, dict):
        return item if isinstance(item, str) else ""
    words = next((text for key in ("msg", "message", "error") if (text := text_at(item, key))), "")
    place = next((text for key in ("loc", "path", "uuid") if (text := _place(item.get(key)))), "")
    return f"{place}: {words}" if place and words else words or place


def _place(value: object) -> str:
    """Return a path in what was sent: a text, or its steps in a list."""
    steps = value if isinstance(value, list) else [value]
    return ".".join(str(each) for each in steps if isinstance(each, str | int))
