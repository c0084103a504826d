"""The only send path: journal, stream, re-read, reconcile. Screen and command line both use it."""

from tui.conversation.connection import Connection
from tui.conversation.conversation import Conversation
from tui.conversation.progress import Phase, Progress

__all__ = ["Connection", "Conversation", "Phase", "Progress"]
