"""Recording a tape (`--record FILE`): the file, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.options import RecordTo
from tui.cli.output import narrate, warn
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.conversation.taping import TapeRecorder

_PATH_CHARS = 400


@contextmanager
def recorder_for(record: RecordTo | None) -> Iterator[TapeRecorder | None]:
    """Yield what records, with the file of `record` made; say what is left out, and how it ended.

    Without `record` it yields `None`, and nothing is imported for it.

    Raises:
        BadInput: the file cannot be made, or is there already.
    """
    if record is None:
        yield None
        return
    from tui.conversation.taping import TapeRecorder
    from tui.tapes.recording import left_out, new_file

    recorder = TapeRecorder()
    shown = clean_line(record.path, _PATH_CHARS)
    recorder.expect(new_file(Path(record.path)), shown, keeps_host=record.keeps_host)
    narrate(f"Recording to {shown}. Not on the tape: {left_out(keeps_host=record.keeps_host)}.")
    try:
        yield recorder
    finally:
        recorder.stop()
        for each in recorder.troubles:
            warn(each)


@contextmanager
def recorded(connection: Connection, record: RecordTo | None) -> Iterator[None]:
    """Record the calls of a connection for the time inside."""
    with recorder_for(record) as recorder:
        if recorder is not None:
            recorder.begin_expected(connection)
        yield
