"""Name of a tape's file, as a person gives it, with what is left out of the tape."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tui.file_reading import path_of
from tui.formatting.counts import counted
from tui.safe_text import SafeText, clean_line
from tui.tapes.recording import left_out, unwritten
from tui.ui.dialogs.ask import Ask
from tui.ui.dialogs.name_file import NameFileScreen

_PATH_CHARS = 400
PLAYS = "runnel replay plays it."


async def name_tape(ask: Ask, doing: str, now: datetime) -> Path | None:
    """Have the file named for a tape, `None` for no tape; `doing` says what goes on it.

    Raises:
        BadInput: no file can have this name.
    """
    title = f"{doing} as …\nLeft out: {left_out(keeps_host=False)}."
    named = await ask(NameFileScreen(title, f"runnel-{now:%Y-%m-%d-%H%M}.tape"))
    if named is None:
        return None
    try:
        return path_of(named).absolute()
    except OSError as error:
        raise unwritten(Path(named), clean_line(error.strerror or "")) from None


def shown_path(path: Path) -> SafeText:
    return clean_line(str(path), _PATH_CHARS)


def saved_words(calls: int, path: Path) -> str:
    return f"Saved {counted(calls, 'call')} as {shown_path(path)}: {PLAYS}"
