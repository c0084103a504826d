"""Person behind a session: what is known of them, masked until somebody asks to see it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.facts import SessionFacts
from tui.formatting.graphemes import graphemes
from tui.safe_text import JsonValue, SafeText

MAX_WORDS = 3
"""Of a value that is masked: what is longer is a sentence, whose rhythm would tell too much."""

_DIGIT = re.compile(r"\d")
# by what stands there anybody sees what it is
_SPEAKS_FOR_ITSELF = re.compile(r"name|mail|phone|tel|mobil|fax", re.I)


def masked(text: str) -> SafeText:
    """Return the first letter of each word and `…` for the rest: `A… L…`, `a…@…`, `+…`.

    Of what has digits or is longer than a name the first word stands for all, and of a word of one
    letter nothing is told.
    """
    words = text.split()
    if len(words) == 1 and "@" in words[0][1:-1]:
        return SafeText(f"{_begun(words[0])}@…")
    if _DIGIT.search(text) or len(words) > MAX_WORDS:
        words = words[:1]
    return SafeText(" ".join(map(_begun, words)))


def _begun(word: str) -> str:
    first = next(iter(graphemes(word)), "")
    return f"{first}…" if first != word else "…"


def masked_json(value: JsonValue) -> JsonValue:
    """Return a value of the same shape, every text and number in it masked."""
    match value:
        case str():
            return masked(value)
        case bool() | None:
            return value
        case int() | float():
            return "…"
        case list():
            return [masked_json(inner) for inner in value]
        case dict():
            return {key: masked_json(inner) for key, inner in value.items()}


def person_items(facts: SessionFacts, *, shown: bool) -> tuple[SafeText, ...]:
    """Return what is known of a person, the lead form first, masked unless it is `shown`."""
    return (*lead_items(facts, shown=shown), *_identity_items(facts.auth_data, shown))


def lead_items(facts: SessionFacts, *, shown: bool) -> tuple[SafeText, ...]:
    """Return the fields of the lead form: the value, after its name where that needs to be said."""
    return tuple(_item(key, value, shown) for key, value in facts.lead)


def _item(key: str, value: str, shown: bool) -> SafeText:
    told = value if shown else masked(value)
    return SafeText(told if _SPEAKS_FOR_ITSELF.search(key) else f"{key}: {told}")


def _identity_items(value: JsonValue, shown: bool) -> Iterator[SafeText]:
    """Yield what stands at the top of identity data; what lies deeper is in the JSON alone."""
    match value:
        case None | list():
            return
        case dict():
            for key, inner in value.items():
                if isinstance(inner, bool):
                    yield SafeText(f"{key}: {'yes' if inner else 'no'}")
                elif isinstance(inner, str | int | float) and str(inner):
                    yield SafeText(f"{key}: {inner if shown else masked(str(inner))}")
        case _:
            yield SafeText(str(value)) if shown else masked(str(value))
