"""Head of a tool panel: name, arguments, result and time of one call on one line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from textual.content import Content

from tui.formatting.counts import counted
from tui.formatting.times import duration
from tui.model import ToolPart, ToolState
from tui.safe_text import JsonValue, clean_json, clean_line
from tui.ui.cells import cell_len, cut

NAME_AT = len("● ")
"""Where in the head the name begins, in characters."""
MAX_CELLS = 200
"""No summary is longer, however wide the head."""
_STRING_CELLS = 40
_ROOM_FOR_RESULT = 16
"""Of what arguments and result share, arguments leave this much."""
_DECODED_CHARS = 20_000
_LOOKS = {
    ToolState.RUNNING: ("●", "$accent"),
    ToolState.DONE: ("✓", "$success"),
    ToolState.FAILED: ("✗", "$error"),
    ToolState.UNANSWERED: ("–", "$warning"),
}
_TELLING = ("error", "message", "detail", "reason")
"""What an object says first, if it says it."""


def tool_head(part: ToolPart, width_cells: int) -> Content:
    """Return the head in so many cells: the name and the state stay, the rest is cut as need be."""
    glyph, colour = _LOOKS[part.state]
    name = cut(part.name, max(8, width_cells - 24))
    state = cut(_state(part), max(0, width_cells - NAME_AT - cell_len(name) - 2))
    room = width_cells - NAME_AT - cell_len(name) - cell_len(state)
    result = result_summary(part)
    arguments = arguments_summary(part.arguments, min(MAX_CELLS, room))
    arrow = " → " if result else ""
    kept = min(cell_len(result), _ROOM_FOR_RESULT) + cell_len(arrow)
    if arguments:
        # the parentheses; without room for a word in them there are none
        arguments_room = room - kept - 2
        arguments = f"({cut(arguments, arguments_room)})" if arguments_room >= 4 else ""
    result = cut(result, room - cell_len(arguments) - cell_len(arrow))
    return Content.assemble(
        (glyph, colour),
        " ",
        (name, "bold"),
        (arguments, "$foreground-muted"),
        (arrow if result else "", "$foreground-muted"),
        result,
        (state, "$foreground-muted"),
    )


def _state(part: ToolPart) -> str:
    words = []
    match part.state:
        case ToolState.RUNNING:
            words = ["running"]
        case ToolState.FAILED:
            words = ["failed"]
        case ToolState.UNANSWERED:
            words = ["no result came"]
        case ToolState.DONE if not result_summary(part):
            words = ["done"]
    if part.duration_s is not None:
        words.append(_time(part.duration_s, is_running=part.state is ToolState.RUNNING))
    if part.state is ToolState.RUNNING and part.progress:
        words.append(clean_line(part.progress, _STRING_CELLS))
    return "".join(f" · {word}" for word in words if word)


def _time(seconds: float, *, is_running: bool) -> str:
    if not is_running or seconds >= 60:
        return duration(seconds)
    # in whole ones, for it is drawn with each of them
    return f"{int(seconds)} s" if seconds >= 1 else ""


def arguments_summary(arguments: JsonValue, cells: int) -> str:
    """Return arguments as a call has them: `sku="A-7", limit=3`; empty for none."""
    match arguments:
        case None:
            return ""
        case dict():
            return _joined(arguments, cells)
        case str():
            return clean_line(arguments, MAX_CELLS)
        case _:
            return _short(arguments)


def result_summary(part: ToolPart) -> str:
    """Return what came back in a few words: `3 rows`, a short text, what an error says."""
    match _decoded(part.result) if part.state is not ToolState.RUNNING else None:
        case None | "":
            return ""
        case str() as text:
            return clean_line(text.strip().partition("\n")[0], MAX_CELLS)
        case [*items]:
            are_rows = bool(items) and all(isinstance(each, dict) for each in items)
            return counted(len(items), "row" if are_rows else "item")
        case dict() as fields:
            return _fields(fields)
        case value:
            return _short(value)


def _decoded(value: JsonValue) -> JsonValue:
    """Return what a text of JSON tells, and any other value as it is."""
    if not isinstance(value, str) or len(value) > _DECODED_CHARS or value[:1] not in ("{", "["):
        return value
    try:
        decoded: JsonValue = clean_json(json.loads(value))
    except (ValueError, RecursionError):
        return value
    return decoded


def _fields(fields: Mapping[str, JsonValue]) -> str:
    told = next((fields[key] for key in _TELLING if isinstance(fields.get(key), str)), None)
    if isinstance(told, str) and told.strip():
        return clean_line(told.strip().partition("\n")[0], MAX_CELLS)
    lists = [each for each in fields.values() if isinstance(each, list)]
    if len(lists) == 1 and lists[0] and all(isinstance(each, dict) for each in lists[0]):
        return counted(len(lists[0]), "row")
    return _joined(fields, MAX_CELLS)


def _short(value: JsonValue) -> str:
    match value:
        case str():
            return json.dumps(cut(clean_line(value, MAX_CELLS), _STRING_CELLS), ensure_ascii=False)
        case [*items]:
            return f"[{len(items)}]" if items else "[]"
        case dict():
            return "{…}" if value else "{}"
        case _:
            return json.dumps(value)


def _joined(fields: Mapping[str, JsonValue], cells: int) -> str:
    """Join fields up to what may be seen: there may be any number of them."""
    joined: list[str] = []
    for key, value in fields.items():
        joined.append(f"{clean_line(key, MAX_CELLS)}={_short(value)}")
        cells -= cell_len(joined[-1])
        if cells < 0:
            break
    return ", ".join(joined)
