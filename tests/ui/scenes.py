"""Conversations for looking at: the same every time, and lively enough to judge a screen by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta

from tests.fakes import NOON, ScriptedBackend, Step, StillClock, assistant, user
from tui.errors import AnswerFailed
from tui.events import Completed, Started, StreamEvent, TextDelta, ToolCalled, ToolReturned
from tui.model import Bot, Message, Session
from tui.safe_text import SafeText

EVENT_EVERY_S = 0.4
_SESSIONS: tuple[tuple[str, str, timedelta], ...] = (
    ("Why SSH stutters on the train", "Three things add up here, and only one is", timedelta()),
    ("Lentil soup for nine", "Then double the cumin, not the salt.", timedelta(minutes=25)),
    ("Window functions, slowly", "A frame is what the function may look at", timedelta(hours=3)),
    ("Haiku about a compiler", "Errors fall like rain", timedelta(hours=5)),
    ("Sourdough that will not rise", "It is the temperature: 19 °C is too", timedelta(days=1)),
    ("Nachtzüge über die Alpen", "Umsteigen in Zürich, dann", timedelta(days=1, hours=4)),
    ("CSV with commas in it", "Quote the field, double the quotes.", timedelta(days=2)),
    ("Backpressure in plain words", "Imagine a bathtub with a very small", timedelta(days=3)),
    ("git bisect on a Friday", "Start with the last release that worked.", timedelta(days=5)),
    ("Dumplings for beginners", "Fold, do not roll.", timedelta(days=9)),
    ("A regex for dates, but readable", "Use the verbose flag and name the", timedelta(days=16)),
    ("What to plant on a north balcony", "Ferns, ivy, and patience.", timedelta(days=40)),
    ("Vim, the three commands", "Escape, colon, q.", timedelta(days=120)),
    ("Attention is all you need?", "Mostly, and a lot of memory.", timedelta(days=420)),
)

QUESTION = "Why does my SSH session stutter on the train, and what can I do about it today?"

OPENING = "I will measure before guessing: the link, the route and your settings.\n\n"

ANSWER = """\
## The tunnel, mostly

The link loses **4 %** of its packets, and TCP answers each loss by *halving* its speed:

1. the tunnel near km 31 drops the connection for two seconds,
2. the carrier buffers far too much: 1.9 s at worst,
3. your client waits for the echo of every key.

### What helps today

Use `mosh`, which echoes locally. Until you have it, let SSH compress:

```sshconfig
Host home
    Compression yes
    ServerAliveInterval 15
```
"""

_TOOLS: tuple[Step, ...] = (
    ToolCalled(0, SafeText("ping"), {"host": "home.example", "count": 50}),
    ToolReturned(0, {"loss_percent": 4, "median_ms": 83, "worst_ms": 1921}),
    ToolCalled(1, SafeText("trace_route"), "home.example, 30 hops at most"),
    ToolReturned(1, "hop 7 does not answer: the tunnel is in the way", failed=True),
    ToolCalled(2, SafeText("read_settings"), {"file": "~/.ssh/config"}),
    ToolReturned(2, {"Compression": "no", "ServerAliveInterval": None}),
)


@dataclass
class Library(ScriptedBackend):
    """A dozen sessions of different ages, a bot with a name, and events at a steady pace."""

    clock: StillClock = field(default_factory=StillClock)

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(super().stream(session_id, bot_id, text)) as events:
            async for event in events:
                self.clock.seconds += EVENT_EVERY_S
                yield event

    async def bots(self) -> list[Bot]:
        return [Bot("bot", SafeText("Larch 2"), SafeText("careful, a little slow"))]


def library(*scripts: list[Step]) -> Library:
    backend = Library(scripts=list(scripts), stores=_stored_as_streamed)
    for at, (title, preview, age) in enumerate(_SESSIONS):
        session_id = f"s{at}"
        told = NOON - age
        backend.histories[session_id] = [
            user(f"{session_id}q", f"{title}: tell me more."),
            assistant(f"{session_id}a", preview),
        ]
        backend.listed.append(Session(session_id, SafeText(title), SafeText(preview), told, told))
    backend.histories["s0"] = []
    return backend


def streaming() -> list[Step]:
    """An answer with tools that stays in the middle of its code block."""
    at = ANSWER.index("    ServerAlive")
    return [
        Started(),
        TextDelta(SafeText(OPENING)),
        *_TOOLS,
        TextDelta(SafeText(ANSWER[:at])),
        asyncio.Event(),
    ]


def whole() -> list[Step]:
    return [
        Started(),
        TextDelta(SafeText(OPENING)),
        *_TOOLS,
        TextDelta(SafeText(ANSWER)),
        Completed(),
    ]


def failing() -> list[Step]:
    """An answer that the server gives up in the middle."""
    return [
        Started(),
        TextDelta(SafeText(OPENING)),
        AnswerFailed(
            "The model stopped answering: it is overloaded.",
            hint="Its operators are told; another model may answer now (F6).",
            status=503,
            request_id="req-5f0c",
        ),
    ]


def _stored_as_streamed(session_id: str, question: str, streamed: str) -> list[Message]:
    """What the server keeps: without ids or times that differ from run to run."""
    return [user("q", question), assistant("a", streamed)]
