"""Reading of tapes, within limits of size, and what is wrong with one by its line."""

from __future__ import annotations

from pathlib import Path

from tui.errors import BadInput
from tui.file_reading import path_of, read_file
from tui.safe_text import clean_line
from tui.tapes.lines import BadLine, read_event, read_header
from tui.tapes.packaged import located
from tui.tapes.tape import VERSION, Tape, TapeEvent

MAX_TAPE_BYTES = 200_000_000
MAX_LINES = 1_000_000
_NAME_CHARS = 200
_PACKAGED_HINT = "runnel replay alone lists the tapes that come with Runnel."
_HINT = "runnel --record FILE makes one; runnel tape check FILE says what is in it."


def read_tape(name: str | Path) -> Tape:
    """Return the tape in a file, or a packaged one; what breaks off ends with its last whole line.

    Raises:
        BadInput: it cannot be read, or is none; the sentence says why, and in which line.
    """
    shown = clean_line(str(name), _NAME_CHARS)
    try:
        content = read_file(located(path_of(str(name))), MAX_TAPE_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            f"The tape {shown} cannot be read: {clean_line(reason)}.", hint=_PACKAGED_HINT
        ) from None
    return tape_of(content, shown)


def tape_of(content: bytes, shown: str) -> Tape:
    """Return the tape that is the content of a file, which a person knows as `shown`.

    Raises:
        BadInput: as `read_tape` does.
    """
    first, _, rest = content.partition(b"\n")
    try:
        header = read_header(first)
    except BadLine:
        raise BadInput(f"{shown} is not a tape.", hint=_HINT) from None
    if header.runnel_tape != VERSION:
        raise BadInput(
            f"{shown} is a tape of version {header.runnel_tape}; this Runnel plays {VERSION}.",
            hint="A newer Runnel may play it.",
        )
    lines = rest.split(b"\n")
    events: list[TapeEvent] = []
    at_s, passed_over = 0.0, 0
    for number, line in enumerate(lines, start=2):
        # a whole tape ends with a line end, behind which there is nothing
        is_last = number == len(lines) + 1
        if not line.strip():
            continue
        if number > MAX_LINES:
            raise BadInput(f"{shown} has more than {MAX_LINES:,} lines.")
        try:
            at_s, event = read_event(line, at_s)
        except BadLine as error:
            if is_last:
                return Tape(header, tuple(events), broken_off=True, passed_over=passed_over)
            raise BadInput(
                f"Line {number} of {shown} cannot be used: {error}.", hint=_HINT
            ) from None
        if event is None:
            passed_over += 1
        else:
            events.append(event)
    return Tape(header, tuple(events), passed_over=passed_over)
