"""Index that the store's file has: the one place that names it."""

from __future__ import annotations

from tui.store.sqlite.indexing import MessageIndex
from tui.store.sqlite.message_index import FullTextIndex


def index_in_use() -> MessageIndex:
    """Return a new index for a file."""
    return FullTextIndex()
