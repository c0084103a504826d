"""Keys of the inbox: through the sessions that the list shows, and marks, wherever the keys are."""

from __future__ import annotations

from textual.binding import Binding

INBOX_KEYS = [
    Binding("alt+j", "command('next_session')", "Next session", show=False, id="inbox.next"),
    Binding(
        "alt+k", "command('previous_session')", "Previous session", show=False, id="inbox.previous"
    ),
    Binding("alt+m", "command('read_on')", "Mark as read, go on", show=False, id="inbox.read-on"),
    Binding(
        "alt+u",
        "command('mark_unread')",
        "This session unread or read",
        show=False,
        id="inbox.unread",
    ),
    Binding("alt+g", "command('mark_flag')", "Flag this session", show=False, id="inbox.flag"),
    Binding("alt+t", "command('mark_tag')", "Tags of this session", show=False, id="inbox.tag"),
    Binding("alt+n", "command('mark_note')", "Note on this session", show=False, id="inbox.note"),
    Binding("alt+q", "command('next_query')", "Next saved query", show=False, id="inbox.query"),
]
