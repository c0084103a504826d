"""Chatbots of the GPT-trainer family, from their records.

Source: the vendor's API reference; `show_citation` and `model` as seen on the wire.
"""

from __future__ import annotations

from tui.backends.json_reading import Object, embedded, id_at, line_at, list_at
from tui.model import Bot
from tui.safe_text import SafeText, clean_line


def bot_of(record: Object) -> Bot | None:
    """Return the chatbot of a record, `None` when it has no id."""
    uuid = id_at(record, "uuid")
    if not uuid:
        return None
    return Bot(uuid, line_at(record, "name") or clean_line(uuid), _detail(record))


def shows_sources(record: Object) -> bool | None:
    """Say whether the chatbot of a record shows its sources; `None` when it does not tell."""
    meta = _meta(record)
    # hosts spell it both ways
    told = (meta.get(key) for key in ("show_citations", "show_citation"))
    return next((shown for shown in told if isinstance(shown, bool)), None)


def _meta(record: Object) -> Object:
    meta = embedded(record, "meta")
    return meta if isinstance(meta, dict) else {}


def _detail(record: Object) -> SafeText:
    """Return what a chatbot is, on one line: `public · citations on · gpt-4o`."""
    fields, citations = _meta(record), shows_sources(record)
    details = (
        line_at(fields, "visibility"),
        "" if citations is None else f"citations {'on' if citations else 'off'}",
        line_at(fields, "model") or line_at(record, "model"),
        _rate_limit(fields),
    )
    return clean_line(" · ".join(each for each in details if each))


def _rate_limit(meta: Object) -> str:
    """Return what `rate_limit` means, `[messages, seconds]`."""
    match list_at(meta, "rate_limit"):
        case [int(messages), int(seconds)] if messages > 0 and seconds > 0:
            return f"{messages:,} messages in {seconds:,} s"
        case _:
            return ""
