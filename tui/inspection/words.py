"""Words for what went over the wire: one line for a list, all of it for a person who looks."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Iterator

from tui.events import (
    Completed,
    Started,
    StreamEvent,
    TextDelta,
    TitleChanged,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.formatting.times import size
from tui.inspection.reader import WireRow
from tui.inspection.visible import visible, visible_line
from tui.safe_text import JsonValue, clean, clean_line
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended

LINE_BYTES = 400
"""So much of a piece stands on its line."""
SHOWN_BYTES = 20_000
"""So much of a piece is shown when it is looked at."""
SHOWN_MEANINGS = 200
_VALUE_CHARS = 2_000

_ID = re.compile(r"(?<=/)(?=[^/?]*\d)[^/?]{16,}")
"""A segment of a path that names one thing of many."""
_ID_CHARS = 8

_ENDS = {
    End.WHOLE: "■ end of the body",
    End.LEFT: "■ closed by Runnel",
    End.BROKEN: "✗ the connection broke",
    End.UNANSWERED: "✗ no answer",
}


class RowKind(enum.Enum):
    """What a row is about, as a person picks it."""

    ALL = "everything"
    TEXT = "text"
    TOOLS = "tools"
    CALLS = "requests, heads and ends"
    OTHER = "the rest"


def kinds_of(row: WireRow) -> set[RowKind]:
    """Return what a row is about."""
    if not isinstance(row.event, Arrived):
        return {RowKind.CALLS}
    kinds = {_kind_of(each) for each in row.meanings}
    return kinds or {RowKind.OTHER}


def _kind_of(event: StreamEvent) -> RowKind:
    match event:
        case TextDelta():
            return RowKind.TEXT
        case ToolCalled() | ToolProgressed() | ToolReturned():
            return RowKind.TOOLS
        case _:
            return RowKind.OTHER


def holds(row: WireRow, words: str) -> bool:
    """Say whether `words`, in lower case, stand in a row: as it came, or as it was read."""
    event = row.event
    data = event.body if isinstance(event, Asked) else b""
    data = event.data if isinstance(event, Arrived) else data
    if words.encode("utf-8", "replace") in data.lower():
        return True
    return words in line_of(row).lower() or any(
        words in meaning.text.lower() for meaning in row.meanings if isinstance(meaning, TextDelta)
    )


def line_of(row: WireRow) -> str:
    """Return what happened, on one line that is safe to draw."""
    event = row.event
    match event:
        case Asked():
            is_private = " (a sign-in: nothing of it is kept)" if event.is_private else ""
            return clean_line(f"→ {event.method} {_short_path(event.path)}{is_private}")
        case Answered():
            return clean_line(f"← {event.status} {event.content_type}")
        case Arrived():
            return _meanings_line(row)
        case Ended():
            errors = f" ({', '.join(event.errors)})" if event.errors else ""
            return f"{_ENDS[event.how]}{errors}{_behind(_meanings_line(row))}"


def _short_path(path: str) -> str:
    """Return a path with the beginnings of the ids in it."""
    return _ID.sub(lambda found: f"{found[0][:_ID_CHARS]}…", path)


def raw_line(row: WireRow) -> str:
    """Return the beginning of the bytes of a row, with marks for what would act or hide."""
    match row.event:
        case Arrived(data=data) | Asked(body=data):
            return visible_line(data, LINE_BYTES)
        case _:
            return ""


def size_of(row: WireRow) -> int:
    """Return how many bytes a row brought or sent."""
    match row.event:
        case Arrived(data=data) | Asked(body=data):
            return len(data)
        case _:
            return 0


def _behind(words: str) -> str:
    return f" · {words}" if words else ""


def _meanings_line(row: WireRow) -> str:
    # of thousands nobody reads a line
    told = list(_joined(row.meanings[:SHOWN_MEANINGS], _short))
    if row.trouble:
        told.append(f"✗ {row.trouble}")
    return clean_line(" · ".join(told))


def _joined(meanings: tuple[StreamEvent, ...], told: Callable[[StreamEvent], str]) -> Iterator[str]:
    """Yield what events say; texts that follow one another say it together."""
    texts: list[str] = []
    for each in meanings:
        if isinstance(each, TextDelta):
            texts.append(each.text)
            continue
        if texts:
            yield told(TextDelta(clean("".join(texts))))
            texts.clear()
        yield told(each)
    if texts:
        yield told(TextDelta(clean("".join(texts))))


def _short(event: StreamEvent) -> str:
    match event:
        case TextDelta(text):
            return f"“{text[:LINE_BYTES]}”".replace("\n", "␊").replace("\t", "␉")
        case ToolCalled(call, name, arguments):
            return f"⚒ {call} {name} {_json(arguments)}"
        case ToolProgressed(call, note):
            return f"⚒ {call} … {note}"
        case ToolReturned(call, result, failed):
            return f"⚒ {call} {'✗ failed' if failed else '✓ done'} {_json(result)}"
        case Started(message_id):
            return f"started {message_id}".rstrip()
        case TitleChanged(title):
            return f"title “{title}”"
        case Completed(message_id, message):
            return f"complete {message_id}{' with its copy' if message else ''}".rstrip()


def _json(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_CHARS else f"{text[:_VALUE_CHARS]}…"


def raw_text(row: WireRow) -> str:
    """Return the bytes of a row as lines, with marks for what would act or hide."""
    match row.event:
        case Arrived(data=data) | Asked(body=data):
            return visible(data, SHOWN_BYTES)
        case Answered(headers=headers):
            return clean("\n".join(f"{name}: {value}" for name, value in headers))
        case _:
            return ""


def decoded_text(row: WireRow) -> str:
    """Return what was read of a row, one event on a line."""
    lines = list(_joined(row.meanings[:SHOWN_MEANINGS], _long))
    if (rest := len(row.meanings) - SHOWN_MEANINGS) > 0:
        lines.append(f"… {rest:,} more")
    if row.trouble:
        lines.append(f"✗ {row.trouble}")
    return clean("\n".join(lines), SHOWN_BYTES)


def _long(event: StreamEvent) -> str:
    match event:
        case TextDelta(text):
            return f"text {json.dumps(text, ensure_ascii=False)}"
        case ToolCalled(call, name, arguments):
            return f"tool {call} called: {name} {_json(arguments)}"
        case ToolProgressed(call, note):
            return f"tool {call} goes on: {note}"
        case ToolReturned(call, result, failed):
            return f"tool {call} {'failed' if failed else 'returned'}: {_json(result)}"
        case _:
            return _short(event)


def copied(row: WireRow, since_s: float) -> str:
    """Return all of a row for the clipboard: when it was, what it is, and its bytes."""
    event = row.event
    asked = f"{event.method} {event.path}\n" if isinstance(event, Asked) else ""
    gap = f" +{row.gap_s:.3f}" if row.gap_s is not None else ""
    head = f"{row.event.at_s - since_s:.3f} s{gap} {size(size_of(row))} {line_of(row)}"
    raw = raw_text(row)
    return f"{head}\n{asked}{raw}".rstrip() + "\n"
