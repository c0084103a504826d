"""Local store of Runnel: its protocol, and one that lives as long as the process."""

from tui.store.base import (
    PREVIEW_CHARS,
    TITLE_CHARS,
    AccountKey,
    AccountStore,
    Digest,
    Send,
    SessionMarks,
    SessionSummary,
    Store,
    StoredMessage,
    digest_of,
    joined,
)
from tui.store.memory import MemoryAccount, MemoryStore

__all__ = [
    "PREVIEW_CHARS",
    "TITLE_CHARS",
    "AccountKey",
    "AccountStore",
    "Digest",
    "MemoryAccount",
    "MemoryStore",
    "Send",
    "SessionMarks",
    "SessionSummary",
    "Store",
    "StoredMessage",
    "digest_of",
    "joined",
]
