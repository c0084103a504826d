"""Transcript of messages on the command line, each under a line with speaker and time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from tui.formatting.speakers import label_of
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    NotePart,
    Part,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import JsonValue

LAST_LINES = 200
LAST_CHARS = 40_000
_VALUE_CHARS = 200


def transcript(messages: Sequence[Message], *, of_customers: bool = False) -> str:
    """Return all messages, each under a line with speaker and local time."""
    return "\n".join(_told(message, of_customers=of_customers) for message in messages)


def last_of(messages: Sequence[Message], session_id: str, *, of_customers: bool = False) -> str:
    """Return the end of a transcript, from a whole line on, and how to read all of it when cut."""
    # more would not stay, for a message has a line of its own at least
    told = transcript(messages[-LAST_LINES:], of_customers=of_customers)
    begin = max(0, len(told) - LAST_CHARS)
    if begin and (line_end := told.find("\n", begin, -1)) >= 0:
        begin = line_end + 1
    shown = "".join(told[begin:].splitlines(keepends=True)[-LAST_LINES:])
    if shown == told and len(messages) <= LAST_LINES:
        return told
    rest = f"; runnel messages {session_id} prints all of it" if session_id else ""
    return f"[the end of the session{rest}]\n{shown}"


def tool_call_line(name: str, arguments: JsonValue) -> str:
    """Return a tool call on one line, long arguments cut."""
    return f"[{name}]" if arguments is None else f"[{name}] {value_line(arguments)}"


def tool_line(tool: ToolPart) -> str:
    """Return a tool call and how it ended on one line."""
    line = f"{tool_call_line(tool.name, tool.arguments)} -> {tool.state.value}"
    if tool.state is ToolState.UNANSWERED or tool.result is None:
        return line
    return f"{line}: {value_line(tool.result)}"


def value_line(value: JsonValue) -> str:
    """Return a JSON value on one line, cut when long."""
    line = json.dumps(value, ensure_ascii=False)
    return line if len(line) <= _VALUE_CHARS else line[: _VALUE_CHARS - 3] + "..."


def source_line(number: int, citation: Citation) -> str:
    """Return a source on one line, behind its marker or its number."""
    words = dict.fromkeys((citation.title, citation.url))
    return " ".join((f"[{citation.marker or number}]", *filter(None, words)))


def _told(message: Message, *, of_customers: bool) -> str:
    head = f"--- {label_of(message, of_customers=of_customers)}"
    if message.created_at is not None:
        head += f", {_local(message.created_at):%Y-%m-%d %H:%M}"
    lines = [head, *(line for part in message.parts for line in _part_lines(part))]
    if message.failure is not None:
        lines.append(f"! {message.failure.sentence}")
    # whoever shows an answer as it comes takes the lines of tools from here, and no chips
    from tui.formatting.fact_chips import chips_of

    if chips := chips_of(message):
        lines.append("· " + " · ".join(chip.text for chip in chips))
    return "\n".join(lines) + "\n"


def _part_lines(part: Part) -> list[str]:
    match part:
        case TextPart(text):
            return [text.removesuffix("\n")]
        case ToolPart():
            return [tool_line(part)]
        case CitationsPart(citations):
            return [source_line(number, each) for number, each in enumerate(citations, start=1)]
        case NotePart(text):
            return [f"({text})"]


def _local(then: datetime) -> datetime:
    return then.astimezone()
