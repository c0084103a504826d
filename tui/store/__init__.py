"""Local stores: what Runnel keeps on its own side."""

from tui.store.memory import MemoryStore, Send, Store

__all__ = ["MemoryStore", "Send", "Store"]
