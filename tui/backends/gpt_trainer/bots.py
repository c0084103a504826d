"""Chatbots of the GPT-trainer family, from their records.

Source: the vendor's API reference; `show_citation` and `model` as seen on the wire.
"""

from __future__ import annotations

from tui.backends.gpt_trainer.records import embedded
from tui.backends.json_reading import Object, id_at, line_at, list_at
from tui.model import Bot
from tui.safe_text import SafeText, clean_line


def bot_of(record: Object) -> Bot | None:
    """Return the chatbot of a record, `None` when it has no id."""
    uuid = id_at(record, "uuid")
    if not uuid:
        return None
    return Bot(uuid, line_at(record, "name") or clean_line(uuid), _detail(record))


def _detail(record: Object) -> SafeText:
    """Return what a chatbot is, on one line: `public · citations on · gpt-4o`."""
    meta = embedded(record, "meta")
    fields: Object = meta if isinstance(meta, dict) else {}
    details = (
        line_at(fields, "visibility"),
        _citations(fields),
        line_at(fields, "model") or line_at(record, "model"),
        _rate_limit(fields),
    )
    return clean_line(" · ".join(each for each in details if each))


def _citations(meta: Object) -> str:
    # hosts spell it both ways
    for key in ("show_citations", "show_citation"):
        shown = meta.get(key)
        if isinstance(shown, bool):
            return "citations on" if shown else "citations off"
    return ""


def _rate_limit(meta: Object) -> str:
    """Return what `rate_limit` means, `[messages, seconds]`."""
    match list_at(meta, "rate_limit"):
        case [int(messages), int(seconds)] if messages > 0 and seconds > 0:
            return f"{messages:,} messages in {seconds:,} s"
        case _:
            return ""
