"""Excerpt of a wire log: the question of a message, and the calls that were made for it."""

from __future__ import annotations

from tui.inspection.inspected import Inspected, window_of
from tui.tapes.wire import Act, Asked, Sent, Told


def excerpt_of(inspected: Inspected) -> list[Told]:
    """Return what a tape of this one send holds: nothing of other sessions, nor of the list."""
    record, log = inspected.record, inspected.connection.wire.log
    if record is None or log is None:
        return []
    window, told = window_of(inspected.conversation, record), log.told()
    sessions = (window.session_id, "")
    questions = [
        each
        for each in told
        if isinstance(each, Sent) and each.session in sessions and each.at_s <= window.begins_at
    ]
    calls = {
        each.call
        for each in told
        if isinstance(each, Asked) and window.holds(each.at_s) and _is_of(each, window.session_id)
    }
    return [
        *questions[-1:],
        *(each for each in told if not isinstance(each, Act) and each.call in calls),
    ]


def _is_of(asked: Asked, session_id: str) -> bool:
    # what makes a session belongs to none yet; lists name those of others
    makes_session = not asked.session and asked.method == "POST"
    return makes_session or (bool(session_id) and asked.session == session_id)
