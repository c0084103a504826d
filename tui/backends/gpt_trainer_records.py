"""The GPT-trainer family's message records: one record per exchange, read into messages.

Source: the vendor's API reference, and what its own SDK and other clients rely on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from operator import itemgetter

from tui.backends.wire import (
    Object,
    decode_json,
    id_at,
    line_at,
    list_at,
    objects,
    tells_failure,
    text_at,
    time_at,
    web_address,
)
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    NotePart,
    Part,
    Role,
    Standing,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText, clean, clean_json, clean_line

MAX_EXCERPT_CHARS = 4_000
NO_ANSWER_YET = NotePart(SafeText("There is no answer yet."))
CUT_AT_LIMIT = NotePart(SafeText("The answer was cut at the length limit."))

_MARKER = re.compile(r"\[([^\[\]\s]{1,40})\]")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def messages_of(records: Iterable[object]) -> list[Message]:
    """Return the messages of a history, oldest first; records without an id are left out.

    A record's uuid names its answer, and with `/query` behind it its question.
    """
    timed: list[tuple[datetime, Object]] = []
    for record in objects(records):
        if id_at(record, "uuid"):
            # one without a time stays behind the one before it
            before = timed[-1][0] if timed else _EARLIEST
            timed.append((time_at(record, "created_at") or before, record))
    timed.sort(key=itemgetter(0))
    return [message for _, record in timed for message in _exchange(record)]


def answer_parts(record: Object) -> tuple[Part, ...]:
    """Return the parts of a record's answer: tools, text, citations, notes."""
    text = clean(text_at(record, "response"))
    parts: list[Part] = [*_tools(_embedded(record, "meta_json"))]
    if text:
        parts.append(TextPart(text))
    if citations := _citations(_embedded(record, "cite_data_json"), text):
        parts.append(CitationsPart(citations))
    trouble = line_at(record, "error_message")
    if text and record.get("finish_reason") == "length":
        parts.append(CUT_AT_LIMIT)
    if not text and not trouble:
        parts.append(NO_ANSWER_YET)
    return tuple(parts)


def _exchange(record: Object) -> list[Message]:
    uuid, created_at = id_at(record, "uuid"), time_at(record, "created_at")
    messages = []
    if query := clean(text_at(record, "query")):
        messages.append(Message(f"{uuid}/query", Role.USER, (TextPart(query),), created_at))
    trouble = line_at(record, "error_message")
    answer = Message(uuid, Role.ASSISTANT, answer_parts(record), created_at)
    if trouble:
        standing = Standing.PARTIAL if answer.text else Standing.STORED
        answer = answer.with_standing(standing, Failure(trouble))
    return [*messages, answer]


def _embedded(record: Object, key: str) -> object:
    """Return JSON kept in a text, or already decoded by the server; `None` when it is broken."""
    value = record.get(key)
    # some hosts wrap it twice: an empty text then comes as '""'
    for _ in range(2):
        if isinstance(value, str):
            try:
                value = decode_json(value)
            except ValueError:
                return None
    return value


def _tools(meta: object) -> list[ToolPart]:
    calls = objects(list_at(meta, "functions_called")) if isinstance(meta, dict) else []
    return [_tool(position, call) for position, call in enumerate(calls)]


def _tool(position: int, call: Object) -> ToolPart:
    content = call.get("content")
    if isinstance(content, str):
        # plain text is a result too
        with suppress(ValueError):
            content = decode_json(content)
    state = ToolState.FAILED if tells_failure(content) else ToolState.DONE
    name = line_at(call, "name") or SafeText("function")
    return ToolPart(position, name, None, state, clean_json(content))


def _citations(entries: object, text: str) -> tuple[Citation, ...]:
    """Return those that `text` refers to in the order of their markers, then the rest."""
    if isinstance(entries, list):
        usable = [entry for entry in entries if isinstance(entry, dict | str)]
        return tuple(_citation(SafeText(""), entry) for entry in usable)
    if not isinstance(entries, dict):
        return ()
    by_marker = {
        clean_line(key): entry for key, entry in entries.items() if isinstance(entry, dict | str)
    }
    found = dict.fromkeys(marker for marker in _MARKER.findall(text) if marker in by_marker)
    rest = [entry for marker, entry in by_marker.items() if marker not in found]
    return (
        *(_citation(SafeText(marker), by_marker[SafeText(marker)]) for marker in found),
        *(_citation(SafeText(""), entry) for entry in rest),
    )


def _citation(marker: SafeText, entry: object) -> Citation:
    if not isinstance(entry, dict):
        return Citation(marker, clean_line(str(entry)))
    keys = ("reference_source_link", "url", "file_name")
    url = next((link for key in keys if (link := web_address(text_at(entry, key)))), SafeText(""))
    name = line_at(entry, "title") or line_at(entry, "file_name") or clean_line(url)
    return Citation(
        marker, name or SafeText("source"), url, clean(text_at(entry, "text"), MAX_EXCERPT_CHARS)
    )
