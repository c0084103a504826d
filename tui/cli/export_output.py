"""Output of an export: a file that is there whole or not at all, or stdout; and its progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from tui.cli.named_files import refused
from tui.cli.output import discard, narrate
from tui.cli.terminal_kind import is_plain_terminal
from tui.cli.waits import CountingLine
from tui.errors import BadInput, RunnelError
from tui.formatting.counts import counted
from tui.formatting.times import duration
from tui.private_files import open_to_write, written_whole
from tui.safe_text import SafeText, clean_line

PROGRESS_S = 0.25
"""Between two lines of progress."""
_PATH_CHARS = 400


class ExportOutput:
    """Takes the pieces of an export, in UTF-8 wherever they go.

    Raises:
        BrokenPipeError: nobody reads stdout any more.
        RunnelError: it cannot be written, as on a full disk.
    """

    def __init__(self, file: BinaryIO, path: SafeText | None = None) -> None:
        self._file = file
        self.path = path
        """As a person is told; `None` for stdout."""
        self.sessions = 0

    def write_session(self, pieces: Iterable[str]) -> None:
        self.write(pieces)
        self.sessions += 1

    def write(self, pieces: Iterable[str]) -> None:
        try:
            for piece in pieces:
                self._file.write(piece.encode("utf-8", "replace"))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritten(error) from error


@contextmanager
def export_output(path: str, *, overwrites: bool) -> Iterator[ExportOutput]:
    """Yield where the export goes; `-` is stdout.

    Raises:
        BadInput: the file cannot be written, or is there already.
        RunnelError: what was written could not be kept.
    """
    if path == "-":
        with _flushed(sys.stdout.buffer) as file:
            yield ExportOutput(file)
        return
    shown = clean_line(path, _PATH_CHARS)
    try:
        with ExitStack() as stack:
            try:
                file = stack.enter_context(_opened(path, overwrites=overwrites))
            except FileExistsError as error:
                raise BadInput(
                    f"{shown} is there already.",
                    hint="Name another file with -o, or overwrite it with --force.",
                ) from error
            except (OSError, ValueError) as error:
                raise refused(error, path, "The export", "-o") from error
            yield ExportOutput(file, shown)
    except OSError as error:
        raise _unwritten(error) from error


def _opened(path: str, *, overwrites: bool) -> AbstractContextManager[BinaryIO]:
    if path.startswith("/dev/"):
        # a stream of ours by its name, or a device: it takes what comes
        return os.fdopen(open_to_write(path), "wb")
    return written_whole(Path(path), overwrites=overwrites)


@contextmanager
def _flushed(file: BinaryIO) -> Iterator[BinaryIO]:
    """Yield stdout as bytes, and have all of it written in the end."""
    yield file
    try:
        file.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard(sys.stdout)
        raise _unwritten(error) from error


def _unwritten(error: OSError) -> RunnelError:
    reason = clean_line(error.strerror or "unknown reason")
    return RunnelError(
        f"The export cannot be written: {reason}.", hint="Nothing of it was kept in a file."
    )


class ExportProgress:
    """How far an export is, on the last line of a terminal; nothing into a pipe.

    Nothing either where the export itself goes to the terminal.
    """

    def __init__(
        self, total: int, output: ExportOutput, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._clock = clock
        self._began_at = clock()
        self._shown_at = self._began_at
        self._done = 0
        to_terminal = output.path is None and sys.stdout.isatty()
        self._line: CountingLine | None = None
        if sys.stderr.isatty() and not to_terminal and not is_plain_terminal():
            self._line = CountingLine(sys.stderr, lambda: True)

    def __enter__(self) -> ExportProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line is not None:
            self._line.hide()

    def note(self) -> None:
        """Count one more session as done."""
        self._done += 1
        now = self._clock()
        if self._line is not None and now - self._shown_at >= PROGRESS_S:
            self._shown_at = now
            self._line.show(self.words(now))

    def words(self, now: float) -> str:
        """Return how many are done of all, how fast, and how long it still takes."""
        passed_s = max(now - self._began_at, 1e-9)
        rate = self._done / passed_s
        left = duration((self._total - self._done) / rate) if rate else "?"
        return (
            f"[{self._done:,} of {counted(self._total, 'session')}, {rate:.1f}/s,"
            f" {left} left; Ctrl+C stops]"
        )

    def tell(self, line: str) -> None:
        """Say something that stays."""
        narrate(line) if self._line is None else self._line.tell(line)
