"""Pages of an inspected message as text: an event, the request, what the server told of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict

from tui.formatting.counts import counted
from tui.inspection.curl import curl_of
from tui.inspection.inspected import Inspected
from tui.inspection.reader import WireCall, WireRow
from tui.inspection.summary import ending
from tui.inspection.words import copied, decoded_text, line_of, raw_text
from tui.model import Message
from tui.safe_text import SafeText
from tui.tapes.wire import Asked

SHOWN_CHARS = 20_000


def event_page(inspected: Inspected, row: WireRow) -> SafeText:
    """Return all of an event: its bytes, and what was made of them."""
    event = row.event
    parts = [f"{event.method} {event.path}" if isinstance(event, Asked) else "", raw_text(row)]
    if decoded := decoded_text(row):
        parts += ["── decoded ──", decoded]
    return inspected.masked("\n".join(filter(None, parts)) or line_of(row))


def events_page(inspected: Inspected, rows: Iterable[WireRow]) -> SafeText:
    """Return events one after the other, by times since the first one that is known."""
    reader = inspected.reader
    since_s = reader.rows[0].event.at_s if reader is not None and reader.rows else 0.0
    return inspected.masked("".join(copied(each, since_s) for each in rows))


def request_page(inspected: Inspected) -> SafeText:
    """Return the request of the answer as a command, the head of the response, and its end."""
    call = _call_of(inspected)
    if call is None:
        return SafeText("No request of it is known.")
    parts: list[str] = [request_command(inspected)]
    if (head := call.answered) is not None:
        fields = "\n".join(f"{name}: {value}" for name, value in head.headers)
        parts.append(f"{head.status} {head.content_type}\n{fields}".rstrip())
    parts.append(f"End: {ending(call)}")
    return inspected.masked("\n\n".join(parts))


def request_command(inspected: Inspected) -> SafeText:
    """Return the command of `curl` that asks the same again, empty when nothing was asked."""
    call = _call_of(inspected)
    if call is None:
        return SafeText("")
    connection = inspected.connection
    proof = connection.backend.capabilities.proof
    return inspected.masked(curl_of(call.asked, connection.profile.base_url, proof))


def _call_of(inspected: Inspected) -> WireCall | None:
    """Return the call that brought the answer, else the first."""
    reader = inspected.reader
    if reader is None:
        return None
    return reader.answer or next(iter(reader.calls.values()), None)


def message_page(message: Message, session_id: str | None) -> str:
    """Return all that is known of a message as JSON."""
    facts = {"session": session_id, **asdict(message)}
    del facts["raw"]
    facts["parts"] = [{"kind": type(part).__name__, **asdict(part)} for part in message.parts]
    text = json.dumps(facts, indent=2, ensure_ascii=False, default=_plain)
    if len(text) > SHOWN_CHARS:
        cut = counted(len(text) - SHOWN_CHARS, "more character")
        return f"{text[:SHOWN_CHARS]}\n… {cut}"
    return text


def _plain(value: object) -> object:
    match value:
        case Struct():
            return asdict(value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
