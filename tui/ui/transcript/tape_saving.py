"""Saving of a message's wire as a tape."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui.conversation.taping import Taping
from tui.errors import BadInput
from tui.formatting.counts import counted
from tui.inspection.excerpt import excerpt_of
from tui.inspection.inspected import Inspected
from tui.safe_text import clean_line
from tui.tapes.recording import left_out
from tui.tapes.wire import Told
from tui.ui.dialogs.ask import Ask
from tui.ui.dialogs.name_file import NameFileScreen

_PATH_CHARS = 400


async def save_tape(inspected: Inspected, ask: Ask) -> str:
    """Have a file named, write the tape, and return one sentence about it; empty for no file."""
    told = excerpt_of(inspected)
    if not told:
        return inspected.note or "There is nothing to save."
    title = f"Save what went over the wire as …\nLeft out: {left_out(keeps_host=False)}."
    named = await ask(NameFileScreen(title, "message.tape"))
    return "" if named is None else _saved(inspected, told, named)


def _saved(inspected: Inspected, told: Sequence[Told], named: str) -> str:
    try:
        path = Path(named).expanduser()
        calls = Taping(inspected.connection).save(path, told)
    except BadInput as error:
        return f"{error.sentence} {error.hint}".rstrip()
    except (OSError, RuntimeError, ValueError) as error:
        return f"The tape could not be saved: {clean_line(str(error))}."
    return f"Saved {counted(calls, 'call')} as {clean_line(str(path), _PATH_CHARS)}"
