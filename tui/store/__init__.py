"""Local store of Runnel: its protocol, one that lives as long as the process, kept choices.

The names below come from modules that are imported when one of them is first asked for: what a
person chose is read before the first frame, which waits for no more of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.store.base import (
        PREVIEW_CHARS,
        TITLE_CHARS,
        AccountKey,
        AccountStore,
        Digest,
        QueueStore,
        Send,
        SendStore,
        SessionListStore,
        SessionSummary,
        Store,
        StoredMessage,
        digest_of,
        joined,
    )
    from tui.store.changes import Changes, Topic
    from tui.store.choices import AccountChoices, Chosen, LastSession, in_force
    from tui.store.copies import CopyState, CopyStore, SessionVersion
    from tui.store.marks import NO_MARKS, ExchangeMarks, SessionMarks, merged_marks
    from tui.store.memory import MemoryAccount, MemoryStore
    from tui.store.partly_kept import PartlyKeptStore

__all__ = [
    "NO_MARKS",
    "PREVIEW_CHARS",
    "TITLE_CHARS",
    "AccountChoices",
    "AccountKey",
    "AccountStore",
    "Changes",
    "Chosen",
    "CopyState",
    "CopyStore",
    "Digest",
    "ExchangeMarks",
    "LastSession",
    "MemoryAccount",
    "MemoryStore",
    "PartlyKeptStore",
    "QueueStore",
    "Send",
    "SendStore",
    "SessionListStore",
    "SessionMarks",
    "SessionSummary",
    "SessionVersion",
    "Store",
    "StoredMessage",
    "Topic",
    "digest_of",
    "in_force",
    "joined",
    "merged_marks",
]

_MODULES = ("choices", "changes", "copies", "marks", "base", "memory", "partly_kept")


def __getattr__(name: str) -> object:
    if name in __all__:
        for module in _MODULES:
            names = vars(import_module(f"tui.store.{module}"))
            if name in names:
                return names[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
