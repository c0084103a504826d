"""Keys of the chat: each names a command, and so do the actions that only the palette has."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.ui.chat.inbox_keys import INBOX_KEYS
from tui.ui.key_bindings import KeyHelp

CHAT_KEYS: list[BindingType] = [
    Binding("escape", "command('stop')", "Stop", id="chat.stop"),
    Binding("escape", "command('stop_reading')", "Stop reading", id="chat.stop-reading"),
    Binding("escape", "command('back')", "Close", id="chat.back"),
    Binding("f8", "command('wait_on')", "Wait longer", id="chat.wait"),
    # the footer has it only while it does something; pressed at other times it tells why not
    Binding("f8", "why_not('wait_on')", "Wait longer", show=False, id="chat.wait"),
    Binding("ctrl+n", "command('new_session')", "New", tooltip="New session", id="chat.new"),
    Binding(
        "ctrl+s,f2",
        "command('sessions')",
        "Sessions",
        tooltip="Show sessions",
        id="chat.sessions",
    ),
    *INBOX_KEYS,
    Binding("ctrl+o", "command('fold_tools')", "Fold tools", show=False, id="chat.fold"),
    Binding("alt+up", "command('previous')", "Previous message", show=False, id="chat.previous"),
    Binding("alt+down", "command('next')", "Next message", show=False, id="chat.next"),
    Binding("ctrl+end", "command('last')", "Jump to end", show=False, id="chat.last"),
    Binding(
        "ctrl+y",
        "command('copy_last')",
        "Copy last answer",
        show=False,
        priority=True,
        id="chat.copy",
    ),
    Binding("ctrl+f", "command('find')", "Find here", show=False, priority=True, id="chat.find"),
    Binding("f3,alt+f", "command('search')", "Find in everything", show=False, id="chat.search"),
    Binding("alt+l", "command('neighbours')", "Sessions near this one", show=False, id="chat.near"),
    Binding("alt+o", "command('outbox')", "Questions not sent yet", show=False, id="chat.outbox"),
    Binding("ctrl+r", "command('recall')", "Search questions", show=False, id="chat.recall"),
    Binding("ctrl+g", "command('edit')", "Write in editor", show=False, id="chat.editor"),
    Binding("f5", "command('reread')", "Reload", show=False, priority=True, id="chat.reread"),
    Binding(
        "f6",
        "command('pick_bot')",
        "Choose chatbot or model",
        show=False,
        priority=True,
        id="chat.bot",
    ),
    Binding("f9", "command('pick_workflow')", "Run a workflow", show=False, id="chat.workflow"),
    Binding("alt+c", "command('checks')", "Checks", show=False, id="chat.checks"),
    Binding(
        "alt+v",
        "command('ask_taught')",
        "Ask again what was taught",
        show=False,
        id="chat.ask-taught",
    ),
    Binding(
        "alt+s",
        "command('pause_sync')",
        "Pause or resume the sync",
        show=False,
        id="chat.sync-pause",
    ),
]

CHAT_PALETTE_ONLY = [
    KeyHelp("app.sign-out", "command('sign_out')", "Sign out", ()),
    KeyHelp("chat.plain-text", "command('plain_text')", "Plain text of this session", ()),
    KeyHelp("chat.numbers", "command('numbers')", "Numbers of what is kept here", ()),
    KeyHelp("chat.compare", "command('compare')", "Compare bots …", ()),
    KeyHelp("chat.forget", "command('forget')", "Forget this session here …", ()),
    KeyHelp("chat.sync", "command('sync')", "Keep a local copy of all sessions", ()),
    KeyHelp("chat.sync-end", "command('end_sync')", "Stop copying all sessions", ()),
    KeyHelp("chat.record", "command('record')", "Record a tape …", ()),
    KeyHelp("chat.record-end", "command('end_record')", "Stop recording", ()),
    KeyHelp("chat.save-tape", "command('save_tape')", "Save a tape of the last minutes …", ()),
    KeyHelp("list.fold", "command('fold_list')", "Hide or show the session list", ()),
    KeyHelp("list.wider", "command('widen_list')", "Make the session list wider", ()),
    KeyHelp("list.narrower", "command('narrow_list')", "Make the session list narrower", ()),
]
"""Too rare for a key."""
