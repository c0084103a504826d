"""Rows for the tests of stores: a key, a question, its send, parts of an answer."""

from __future__ import annotations

from tests.fakes import NOON, user
from tui.model import TextPart, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.store import AccountKey, Send
from tui.turn import QueuedQuestion
from tui.values import replace

KEY = AccountKey("hardwire", "http://127.0.0.1:1", "ada@example.org")
QUESTION = replace(user("local-q", "Hi"), raw="Hi\x1b[2J")
SEND = Send("local-a", "s", "bot", QUESTION, NOON, known_ids=frozenset({"m0"}))


def tool(state: ToolState, result: str = "") -> ToolPart:
    return ToolPart(0, SafeText("search"), {"q": "bread"}, state, result or None)


def text(words: str) -> TextPart:
    return TextPart(SafeText(words))


def queued(number: int, text: str = "Hi") -> QueuedQuestion:
    return QueuedQuestion(replace(user(f"local-w{number}", text), raw=f"{text}\x1b[2J"))
