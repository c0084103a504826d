"""Local store of Runnel: its protocol, one that lives as long as the process, kept choices.

The names below come from modules that are imported when one of them is first asked for: what a
person chose is read before the first frame, which waits for no more of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.store.base import AccountKey, AccountStore, Store
    from tui.store.changes import Changes, ChangeTopic
    from tui.store.choices import AccountChoices, ChoiceStore, Chosen, LastSession, in_force
    from tui.store.copies import CopyState, CopyStore, SessionVersion
    from tui.store.digests import PREVIEW_CHARS, TITLE_CHARS, Digest, digest_of
    from tui.store.drafts import DraftStore, QuestionStore
    from tui.store.histories import HistoryStore, StoredMessage
    from tui.store.lessons import KeptLesson, LessonStore
    from tui.store.lists import SessionListStore
    from tui.store.marks import NO_MARKS, ExchangeMarks, MarkStore, SessionMarks, merged_marks
    from tui.store.memory import MemoryAccount, MemoryStore
    from tui.store.partly_kept import PartlyKeptStore
    from tui.store.runs import KeptRun, RunStore
    from tui.store.sends import Again, AtRest, Claim, New, QueueStore, Send, SendStore, joined

__all__ = [
    "NO_MARKS",
    "PREVIEW_CHARS",
    "TITLE_CHARS",
    "AccountChoices",
    "AccountKey",
    "AccountStore",
    "Again",
    "AtRest",
    "ChangeTopic",
    "Changes",
    "ChoiceStore",
    "Chosen",
    "Claim",
    "CopyState",
    "CopyStore",
    "Digest",
    "DraftStore",
    "ExchangeMarks",
    "HistoryStore",
    "KeptLesson",
    "KeptRun",
    "LastSession",
    "LessonStore",
    "MarkStore",
    "MemoryAccount",
    "MemoryStore",
    "New",
    "PartlyKeptStore",
    "QuestionStore",
    "QueueStore",
    "RunStore",
    "Send",
    "SendStore",
    "SessionListStore",
    "SessionMarks",
    "SessionVersion",
    "Store",
    "StoredMessage",
    "digest_of",
    "in_force",
    "joined",
    "merged_marks",
]

_MODULES = (
    "choices",
    "changes",
    "copies",
    "marks",
    "digests",
    "drafts",
    "histories",
    "lessons",
    "lists",
    "runs",
    "sends",
    "base",
    "memory",
    "partly_kept",
)


def __getattr__(name: str) -> object:
    if name in __all__:
        for module in _MODULES:
            names = vars(import_module(f"tui.store.{module}"))
            if name in names:
                return names[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
