"""Output of the command line: data to stdout, narration to stderr."""

from __future__ import annotations

import codecs
import io
import json
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, TextIO

from tui.errors import NotFound, RunnelError
from tui.safe_text import JsonValue, clean, clean_line

if TYPE_CHECKING:
    from tui.model import Failure

_STREAMS = {"stdin": os.O_RDONLY, "stdout": os.O_WRONLY, "stderr": os.O_WRONLY}


class FileOutput(io.TextIOWrapper):
    """File in the place of stdout, which keeps what it held until the first text comes for it.

    Raises:
        BadInput: it cannot be written.
    """

    def __init__(self, path: str) -> None:
        # what makes private files takes a tenth of the time that the command line needs
        from tui.cli.named_files import opened
        from tui.private_files import open_to_write

        descriptor = opened(open_to_write, path, "The output", "-o")
        super().__init__(os.fdopen(descriptor, "wb"), "utf-8", "backslashreplace", newline="\n")
        self._is_begun = False

    def write(self, text: str, /) -> int:
        # of a pipe or a device there is nothing to cut off
        if not self._is_begun and stat.S_ISREG(os.fstat(self.fileno()).st_mode):
            os.ftruncate(self.fileno(), 0)
        self._is_begun = True
        return super().write(text)


def prepare_streams() -> None:
    """Make the three streams usable whatever they are.

    A closed stdin is empty, and a closed stdout or stderr takes anything; both show what their
    encoding cannot hold as escapes.
    """
    for name, flags in _STREAMS.items():
        if getattr(sys, name) is None:
            # this takes the free number itself, so that no socket gets it and hears our words
            number = os.open(os.devnull, flags)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a locale that knows ASCII alone says nothing about the terminal; this variable does
            is_chosen = bool(os.environ.get("PYTHONIOENCODING"))
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            encoding = "utf-8" if is_ascii and not is_chosen else stream.encoding
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def discard(stream: TextIO) -> None:
    """Drop what `stream` could not write, so that the flush at exit does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def settle() -> None:
    """Write what is left, or drop it where nobody reads any more: the exit status stays ours."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            discard(stream)


def write(text: str) -> None:
    """Write to stdout at once; an empty text too, for a file there must not keep an older one.

    Raises:
        BrokenPipeError: nobody reads it any more.
        RunnelError: it cannot be written, as on a full disk.
    """
    # cleaned where it entered, and once more: no way to get here may forget it
    shown = clean(text, len(text))
    _tell_what_is_escaped(shown, sys.stdout)
    try:
        sys.stdout.write(shown)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error


def _tell_what_is_escaped(text: str, stream: TextIO) -> None:
    """Say once when the encoding of `stream` lacks characters of `text`."""
    if text.isascii():
        return
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        _tell_of_encoding(stream.encoding)


@cache
def _tell_of_encoding(encoding: str) -> None:
    warn(f"stdout is {clean_line(encoding)} by the locale; what that lacks is escaped (\\u20ac).")


def unwritten(error: OSError) -> RunnelError:
    """Drop what stdout, or what stands in its place, did not take, and return why."""
    name = "The output" if isinstance(sys.stdout, FileOutput) else "stdout"
    discard(sys.stdout)
    reason = clean_line(error.strerror or "unknown reason")
    return RunnelError(
        f"{name} cannot be written: {reason}.",
        hint="Send it elsewhere; runnel messages prints again what a session holds.",
    )


def write_json(value: JsonValue, *, indent: int | None = None) -> None:
    """Write one JSON document and a line break, in ASCII where stdout cannot hold more."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    write(_json_text(value, indent, is_ascii=not is_utf8) + "\n")


def _json_text(value: JsonValue, indent: int | None, *, is_ascii: bool) -> str:
    if indent is not None:
        import msgspec

        # json indents in Python alone, which takes four times as long for all
        with suppress(msgspec.DecodeError, UnicodeEncodeError):
            return msgspec.json.format(json.dumps(value, ensure_ascii=is_ascii), indent=indent)
    # and writes what is no JSON by the letter: numbers that are none, halves of characters
    return json.dumps(value, ensure_ascii=is_ascii, indent=indent)


def write_columns(rows: Sequence[Sequence[str]]) -> None:
    """Write rows of equal length with all columns but the last padded to their widest cell."""
    from wcwidth import wcswidth

    widths = [max(map(wcswidth, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - wcswidth(cell))
            for cell, width in zip(row[:-1], widths, strict=False)
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip() + "\n")
    write("".join(lines))


def narrate(line: str) -> None:
    """Say on stderr what happens."""
    try:
        print(clean(line), file=sys.stderr, flush=True)
    except OSError:
        # the answer on stdout must not end because nobody hears what is said beside it
        discard(sys.stderr)


def warn(sentence: str) -> None:
    """Say on stderr what a person should change."""
    narrate(f"runnel: {sentence}")


def report(failure: RunnelError | Failure) -> None:
    """Say on stderr what went wrong, and on a second line what to do."""
    warn(failure.sentence)
    hint = failure.hint
    if not hint and failure.exit_code == NotFound.exit_code:
        hint = "runnel sessions lists the sessions there are."
    if hint:
        narrate(hint)
