"""Conversations and their only send path (journal, stream, re-read, reconcile), for both fronts."""

from tui.conversation.connection import Connection
from tui.conversation.conversation import Conversation
from tui.conversation.early_send import EarlySend
from tui.conversation.progress import Phase, Progress

__all__ = ["Connection", "Conversation", "EarlySend", "Phase", "Progress"]
