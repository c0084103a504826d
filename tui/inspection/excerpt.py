"""Excerpt of a wire log: the question of a message, and the calls that were made for it."""

from __future__ import annotations

from tui.inspection.inspected import Inspected
from tui.tapes.wire import Act, Sent, Told


def excerpt_of(inspected: Inspected) -> list[Told]:
    """Return what a tape of this one send holds: nothing of other sessions, nor of the list."""
    record, log, reader = inspected.record, inspected.connection.wire.log, inspected.reader
    if record is None or log is None or reader is None:
        return []
    told, began_s = log.told(), record.progress.began_at
    sessions = (inspected.conversation.session_id or "", "")
    questions = [
        each
        for each in told
        if isinstance(each, Sent) and each.session in sessions and each.at_s <= began_s
    ]
    calls = (each for each in told if not isinstance(each, Act) and each.call in reader.calls)
    return [*questions[-1:], *calls]
