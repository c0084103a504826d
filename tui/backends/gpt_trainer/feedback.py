"""Feedback on an answer, from the many shapes in which hosts of the GPT-trainer family keep it.

Source: `feedback_json` as other clients rely on it; the vendor documents none of it.
"""

from __future__ import annotations

import re

from tui.facts import Feedback
from tui.safe_text import SafeText, clean_line

MAX_COMMENT_CHARS = 500

_MAX_DEPTH = 4
_THUMB_KEYS = ("feedback", "rating", "type", "value", "thumb", "thumbs", "vote", "reaction")
_COMMENT_KEYS = ("comment", "message", "text", "reason", "details", "note")
_NOT_LETTERS = re.compile(r"[\W_]+")
_UP = frozenset({
    "up", "like", "liked", "thumbup", "thumbsup", "positive", "good", "upvote", "helpful", "true",
    "1", "👍",
})  # fmt: skip
_DOWN = frozenset({
    "down", "dislike", "disliked", "thumbdown", "thumbsdown", "negative", "bad", "downvote",
    "nothelpful", "unhelpful", "false", "-1", "👎",
})  # fmt: skip


def feedback_of(value: object, depth: int = _MAX_DEPTH) -> tuple[Feedback | None, SafeText]:
    """Return the thumb and the comment of decoded feedback; of several ones the last counts."""
    match value:
        case None:
            return None, SafeText("")
        case dict():
            return _told_by(value, depth)
        case list() if depth:
            told = (feedback_of(each, depth - 1) for each in reversed(value))
            return next(filter(any, told), (None, SafeText("")))
        case _:
            return _thumb(value), SafeText("")


def _told_by(fields: dict[str, object], depth: int) -> tuple[Feedback | None, SafeText]:
    thumb: Feedback | None = None
    comment = _comment(fields)
    for key in _THUMB_KEYS:
        value = fields.get(key)
        inner, words = _thumb(value), SafeText("")
        if inner is None and depth and isinstance(value, dict | list):
            inner, words = feedback_of(value, depth - 1)
        elif inner is None and key == "feedback" and isinstance(value, str):
            # where another key tells the thumb, this one is what was written
            words = clean_line(value, MAX_COMMENT_CHARS)
        thumb, comment = thumb or inner, comment or words
    return thumb or _named(fields), comment


def _thumb(value: object) -> Feedback | None:
    match value:
        case bool():
            return Feedback.UP if value else Feedback.DOWN
        case int() | float() if value in (1, -1):
            return Feedback.UP if value == 1 else Feedback.DOWN
        case str():
            word = value.strip().lower()
            word = word if word[:1] in ("-", "👍", "👎") else _NOT_LETTERS.sub("", word)
            # a skin tone makes a thumb no other
            word = word[:1] if word[:1] in ("👍", "👎") else word
            return Feedback.UP if word in _UP else Feedback.DOWN if word in _DOWN else None
        case _:
            return None


def _named(fields: dict[str, object]) -> Feedback | None:
    """Return the thumb that is the name of a field which is true: `{"dislike": true}`."""
    named = (_thumb(key) for key, value in fields.items() if value is True)
    return next(filter(None, named), None)


def _comment(fields: dict[str, object]) -> SafeText:
    texts = (value for key in _COMMENT_KEYS if isinstance(value := fields.get(key), str))
    lines = (clean_line(text, MAX_COMMENT_CHARS) for text in texts)
    return next(filter(None, lines), SafeText(""))
