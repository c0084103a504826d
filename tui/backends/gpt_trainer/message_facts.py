"""Operator's facts of an exchange, from its record at a host of the GPT-trainer family.

A shape that nobody knows costs the fact that it stands for, and nothing else.

Source: fields as the vendor's SDK and other clients rely on them; they come and go, and the vendor
documents none of them but `finish_reason`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.backends.gpt_trainer.feedback import feedback_of
from tui.backends.json_reading import Object, embedded, embedded_or_text, line_at
from tui.facts import MessageFacts
from tui.safe_text import SafeText, clean_line

MAX_LABELS = 50
MAX_LABEL_CHARS = 80
MAX_FRUSTRATION_CHARS = 500
_MAX_REASON_CHARS = 60
_MAX_DEPTH = 3
_MAX_COUNT = 10**12
_LABEL_KEYS = ("name", "label", "title")
_FRUSTRATION_KEYS = ("text", "description", "reason", "message", *_LABEL_KEYS)
_NO_WORDS = frozenset({"", "none", "null", "no", "false", "n/a"})


def message_facts(
    record: Object, exchange_id: str, error: SafeText, without_source: bool | None
) -> MessageFacts:
    """Return what `record` tells an operator; `error` is why it has no whole answer."""
    feedback, comment = feedback_of(embedded_or_text(record, "feedback_json"))
    return MessageFacts(
        exchange_id,
        labels_of(embedded_or_text(record, "labels")),
        _frustration(embedded_or_text(record, "detected_frustrations")),
        feedback,
        comment,
        _total_tokens(record),
        clean_line(line_at(record, "finish_reason"), _MAX_REASON_CHARS),
        error,
        _pending(record.get("background_pending_tasks")),
        without_source,
    )


def labels_of(value: object) -> tuple[SafeText, ...]:
    """Return the names of labels told as objects, texts, or one of either."""
    if not value:
        return ()
    lines = (clean_line(text, MAX_LABEL_CHARS) for text in _texts(value, _LABEL_KEYS))
    return tuple(dict.fromkeys(filter(None, lines)))[:MAX_LABELS]


def _frustration(value: object) -> SafeText:
    if not value:
        return SafeText("")
    words = (text for text in _texts(value, _FRUSTRATION_KEYS) if not _is_none(text))
    return clean_line("; ".join(words), MAX_FRUSTRATION_CHARS)


def _is_none(text: str) -> bool:
    return text.strip().rstrip(".").lower() in _NO_WORDS


def _texts(value: object, keys: tuple[str, ...], depth: int = _MAX_DEPTH) -> Iterator[str]:
    """Yield the texts of a value: itself, of its entries, or at the first of its `keys`."""
    match value:
        case str():
            yield value
        case list() if depth:
            for entry in value:
                yield from _texts(entry, keys, depth - 1)
        case dict() if depth:
            inner = next((value[key] for key in keys if value.get(key)), None)
            yield from _texts(inner, keys, depth - 1)
        case _:
            pass


def _total_tokens(record: Object) -> int | None:
    meta = embedded(record, "meta_json")
    used = embedded(meta, "actual_token_distribution") if isinstance(meta, dict) else None
    return _count(used.get("total_tokens")) or None if isinstance(used, dict) else None


def _pending(value: object) -> int:
    return len(value) if isinstance(value, list) else _count(value)


def _count(value: object) -> int:
    """Return a whole number that counts something, 0 for anything else."""
    match value:
        case bool():
            return 0
        case int() | float() if 0 < value < _MAX_COUNT:
            return int(value)
        case str() if value.isascii() and value.isdigit() and len(value) < len(str(_MAX_COUNT)):
            return int(value)
        case _:
            return 0
