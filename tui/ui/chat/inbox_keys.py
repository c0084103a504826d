"""Keys of the inbox: from one session that the list shows to the next, wherever the keys are."""

from __future__ import annotations

from textual.binding import Binding

INBOX_KEYS = [
    Binding("alt+j", "command('next_session')", "Next session", show=False, id="inbox.next"),
    Binding(
        "alt+k", "command('previous_session')", "Previous session", show=False, id="inbox.previous"
    ),
    Binding("alt+m", "command('read_on')", "Mark as read, go on", show=False, id="inbox.read-on"),
    Binding("alt+q", "command('next_query')", "Next saved query", show=False, id="inbox.query"),
]
