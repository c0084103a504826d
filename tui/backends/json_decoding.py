"""JSON from outside, decoded to values that everything behind can bear.

Numbers of thousands of digits end `int`, deep nesting ends the decoder, and either would take the
whole answer with it: such values become texts, and what stands beside them is read as it is.
"""

from __future__ import annotations

import asyncio
import json
import math
import re

MAX_DIGITS = 300
"""Longest whole number that stays one; it is a finite `float` too."""
MAX_DEPTH = 100
"""Levels that are kept of a text nested too deeply to be decoded; what is below becomes `…`."""

SLICE_CHARS = 200_000
"""So much is decoded at a time: a few milliseconds."""

_BLANKS = re.compile(r"[ \t\n\r]*+")
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.S)


def decode_json(text: str | bytes) -> object:
    """Decode JSON from outside; numbers that no program can hold become texts.

    Raises:
        ValueError: it is not JSON.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    try:
        return _DECODER.decode(text)
    except RecursionError:
        pass
    try:
        return _DECODER.decode(_cut(text))
    except RecursionError:
        raise ValueError("nested too deeply, and without an end") from None


async def decode_long_json(content: bytes, slice_chars: int = SLICE_CHARS) -> object:
    """Decode as `decode_json` does, a long array a little at a time: nothing else waits for it.

    Raises:
        ValueError: it is not JSON.
    """
    if len(content) <= slice_chars:
        return decode_json(content)
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    rows: list[object] = []
    at, pause_at = _after_blanks(text, 0), slice_chars
    mark, end = "[", len(text)
    while text[at : at + 1] == mark:
        try:
            value, at = _DECODER.raw_decode(text, _after_blanks(text, at + 1))
        except (ValueError, RecursionError):
            break
        rows.append(value)
        at, mark = _after_blanks(text, at), ","
        if text[at : at + 1] == "]" and _after_blanks(text, at + 1) == end:
            return rows
        if at >= pause_at:
            await asyncio.sleep(0)
            pause_at = at + slice_chars
    # what is no array of plain values is read as a whole
    return decode_json(text)


def _after_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks is not None else at


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _cut(text: str) -> str:
    """Return `text` with a `…` for every value below `MAX_DEPTH`."""
    pieces: list[str] = []
    depth = copied_to = cut_from = 0
    for token in _BRACKETS.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
                if depth == MAX_DEPTH + 1:
                    cut_from = token.start()
            case "]" | "}":
                if depth == MAX_DEPTH + 1:
                    pieces += text[copied_to:cut_from], '"…"'
                    copied_to = token.end()
                depth -= 1
            case _:
                pass
    return "".join((*pieces, text[copied_to:]))


# made once: `json.loads` would make one for each text
_DECODER = json.JSONDecoder(parse_constant=str, parse_int=_whole_number, parse_float=_number)
