"""Question from an argument or from stdin, decoded from whatever bytes it came as."""

from __future__ import annotations

import codecs
import os
import sys

from tui.cli.output import warn
from tui.errors import BadInput
from tui.safe_text import sendable

# those of UTF-32 first: one of them begins as one of UTF-16 does
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def question_from_stdin() -> str:
    """Return all that stdin holds but for a byte order mark and the last line break.

    Raises:
        BadInput: it is UTF-16 without a mark.
    """
    # as bytes, because the encoding of stdin may be anything
    text = decoded(sys.stdin.buffer.read())
    return text.removesuffix("\n").removesuffix("\r")


def decoded(data: bytes) -> str:
    """Return the text of bytes, by their byte order mark, else as UTF-8.

    Raises:
        BadInput: it is UTF-16 without a mark.
    """
    mark, encoding = next((each for each in _MARKS if data.startswith(each[0])), (b"", "utf-8"))
    data = data.removeprefix(mark)
    if not mark and (codec := _likely_utf_16(data)):
        raise BadInput(
            "stdin is UTF-16 without a byte order mark.",
            hint=f"Convert it first: iconv -f {codec} -t UTF-8",
        )
    return sendable(_with_replacements(data, encoding, "stdin"))


def question_from_argument(argument: str) -> str:
    """Return an argument as the UTF-8 it was typed as, whatever the locale takes it for."""
    if argument.isascii() or argument == sendable(argument):
        return argument
    try:
        data = os.fsencode(argument)
    except UnicodeEncodeError:
        return sendable(argument)
    return sendable(_with_replacements(data, "utf-8", "TEXT"))


def _with_replacements(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        warn(f"{where} is not all {name}; what is not is sent as \N{REPLACEMENT CHARACTER}.")
        return data.decode(encoding, "replace")


def _likely_utf_16(data: bytes) -> str:
    """Return the codec in which most of every second byte is zero, as in Western text, or empty."""
    halves = {"UTF-16BE": data[::2], "UTF-16LE": data[1::2]}
    likely = [codec for codec, half in halves.items() if 2 * half.count(0) > len(half)]
    return likely[0] if likely and len(data) % 2 == 0 else ""
