"""Recording of a wire to a tape, which is written as it goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from datetime import datetime
from io import FileIO, RawIOBase
from pathlib import Path

from tui import __version__
from tui.errors import BadInput
from tui.private_files import FILE_MODE
from tui.safe_text import clean_line
from tui.tapes.lines import event_line, header_line
from tui.tapes.redaction import TapeRedaction
from tui.tapes.tape import VERSION, Header
from tui.tapes.wire import Answered, Arrived, Asked, Ended, Told, Wire

_PATH_CHARS = 400

LEFT_OUT = (
    "header values but status, content type and the retry and rate headers",
    "cookies and keys",
    "all of the sign-in",
    "the e-mail address of the profile (but what an answer spells out piece by piece stays)",
)
"""What is on no tape."""
HOST = "the name of the host"


def left_out(*, keeps_host: bool) -> str:
    """Return what is on no tape, as a list in words, divided by semicolons."""
    names = LEFT_OUT if keeps_host else (*LEFT_OUT, HOST)
    return "; ".join(names)


def header_of(
    api: str, began_at: datetime, *, bot: str = "", host: str = "", masks_host: bool = False
) -> Header:
    """Return the first line of a tape of an API; `host` is one that is kept."""
    return Header(
        runnel_tape=VERSION,
        api=api,
        began_at=began_at,
        bot=bot,
        host=host,
        runnel=__version__,
        left_out=(*LEFT_OUT, HOST) if masks_host else LEFT_OUT,
    )


class Recording:
    """Writes a wire to `file`, until it is closed or cannot be written.

    `forms` is what to mask, as `forms_of` gives it: more may be known later. Each line is there as
    soon as it has happened: what a crash leaves plays up to there. `tell_failure` is told why, when
    it cannot be written any more.
    """

    def __init__(
        self,
        file: RawIOBase,
        wire: Wire,
        header: Header,
        forms: Callable[[], Collection[str]],
        tell_failure: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.failure = ""
        """Why it ended before it was closed; empty while all is well."""
        self._tell_failure = tell_failure
        self._wire = wire
        self._last_s = wire.clock()
        self._calls = set[int]()
        """Those whose beginning is on the tape, and whose end is not."""
        self._redaction = TapeRedaction(forms)
        self._file = file
        self._listening = ExitStack()
        self._listening.enter_context(wire.heard_by(self._take))
        self._write(header_line(header))

    def close(self) -> None:
        """End the recording; a second time is as good."""
        self._listening.close()
        self._file.close()

    def _take(self, event: Told) -> None:
        match event:
            case Asked(call):
                self._calls.add(call)
            case Answered(call) | Arrived(call) | Ended(call) if call not in self._calls:
                # begun before the recording
                return
            case Ended(call):
                self._calls.remove(call)
        for each in self._redaction.redacted(event):
            self._put(each)

    def _put(self, event: Told) -> None:
        interval_s = max(0.0, event.at_s - self._last_s)
        self._last_s += interval_s
        self._write(event_line(event, interval_s))

    def _write(self, line: bytes) -> None:
        try:
            while line and not self._file.closed:
                line = line[self._file.write(line) or 0 :]
        except OSError as error:
            self.failure = clean_line(error.strerror or "unknown reason")
            self.close()
            self._tell_failure(self.failure)


def write_tape(
    path: Path, told: Iterable[Told], header: Header, forms: Callable[[], Collection[str]]
) -> int:
    """Write what a log kept to a new file, and return how many calls are in it.

    Raises:
        BadInput: the file cannot be made, or not be written.
    """
    events = [*told]
    wire = Wire(clock=lambda: events[0].at_s if events else 0.0)
    recording = Recording(new_file(path), wire, header, forms)
    for event in events:
        wire.tell(event)
    recording.close()
    if recording.failure:
        raise unwritten(path, recording.failure)
    return sum(isinstance(each, Asked) for each in events)


def unwritten(path: Path, reason: str) -> BadInput:
    return BadInput(f"The tape {clean_line(str(path), _PATH_CHARS)} cannot be written: {reason}.")


def new_file(path: Path) -> RawIOBase:
    """Return a new file for our eyes only, which keeps nothing back.

    Raises:
        BadInput: it cannot be made, or is there already.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return FileIO(os.open(path, flags, FILE_MODE), "wb")
    except FileExistsError:
        shown = clean_line(str(path), _PATH_CHARS)
        raise BadInput(f"{shown} is there already.", hint="Name another file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unwritten(path, clean_line(reason)) from None
