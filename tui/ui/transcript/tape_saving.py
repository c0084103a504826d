"""Saving of a message's wire as a tape."""

from __future__ import annotations

import asyncio

from tui.conversation.taping import Taping
from tui.errors import BadInput
from tui.inspection.excerpt import excerpt_of
from tui.inspection.inspected import Inspected
from tui.ui.dialogs.ask import Ask
from tui.ui.dialogs.name_tape import name_tape, saved_words

_READ_AT_ONCE = 2_000


async def read_and_save_tape(inspected: Inspected, ask: Ask) -> str:
    """Do as `save_tape` does with a message that nobody has looked into yet."""
    reader = inspected.reader
    is_read = reader is None
    while reader is not None and not is_read:
        is_read = not reader.read(_READ_AT_ONCE)
        await asyncio.sleep(0)
    return await save_tape(inspected, ask)


async def save_tape(inspected: Inspected, ask: Ask) -> str:
    """Have a file named, write the tape, and return one sentence about it; empty for no file."""
    told = excerpt_of(inspected)
    if not told:
        return inspected.note or "There is nothing to save."
    connection = inspected.connection
    try:
        path = await name_tape(ask, "Save what went over the wire", connection.now())
        if path is None:
            return ""
        calls = Taping(connection).save(path, told)
    except BadInput as error:
        return f"{error.sentence} {error.hint}".rstrip()
    return saved_words(calls, path)
