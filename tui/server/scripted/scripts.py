"""Scripts of answers: what is said, waited and called, chosen by a word in the question."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any, Protocol

from msgspec import Struct

from tui.safe_text import JsonValue
from tui.server.scripted.world import Chat, ScriptedSource, ToolRun, World
from tui.server.web.connection import TcpConnection

WORDS = (
    "markdown", "code", "table", "unicode", "links",
    "citations", "tools", "slow", "error", "long",
)  # fmt: skip
"""What a question may hold to get a script of that name; the first one in the question counts."""

_WORD = re.compile(rf"\b({'|'.join(word.removesuffix('s') for word in WORDS)})s?\b", re.IGNORECASE)
_ECHO = re.compile(r"echo[ ](.*)", re.IGNORECASE | re.DOTALL)
_MARKER = re.compile(r"[ ]?\[\d+\.\d+\]")
_QUOTED_CHARS = 60


class Say(Struct, frozen=True):
    text: str
    at_once: bool = False
    """Said in one piece and without a pause, not token by token."""


class Pause(Struct, frozen=True):
    seconds: float


class Call(Struct, frozen=True):
    name: str
    arguments: JsonValue


class Return(Struct, frozen=True):
    name: str
    result: JsonValue


class Fail(Struct, frozen=True):
    sentence: str


class OngoingAnswer(Protocol):
    """An answer on its way, as a step may change it."""

    world: World
    chat: Chat
    connection: TcpConnection

    def finish(self) -> None:
        """Store the whole answer now, whatever is still told of it."""

    async def wait(self, seconds: float) -> None:
        """Wait for real seconds, no longer than the reader is there."""


class Act(Struct, frozen=True):
    """Something that happens to the answer, or at the server, in its middle."""

    run: Callable[[OngoingAnswer], Awaitable[None]]


class Endless(Struct, frozen=True):
    """`text` again and again, until the reader leaves; such an answer is never stored."""

    text: str
    pause_s: float
    """Real seconds between two of them."""


Step = Say | Pause | Call | Return | Fail | Act | Endless


class Script(Struct, frozen=True):
    steps: tuple[Step, ...]
    sources: tuple[ScriptedSource, ...] = ()
    title: str = ""
    """What a chat that begins with it is called; empty: after the question."""

    @property
    def text(self) -> str:
        """All that it says."""
        return "".join(step.text for step in self.steps if isinstance(step, Say))

    def without_markers(self) -> Script:
        """Return the script for an API whose texts do not refer to their sources."""
        if not self.sources:
            return self
        steps = (
            Say(without_markers(step.text)) if isinstance(step, Say) else step
            for step in self.steps
        )
        return Script(tuple(steps), self.sources, self.title)


def is_scripted(question: str) -> bool:
    """Say whether `question` chooses its answer."""
    return bool(_ECHO.fullmatch(question) or _WORD.search(question))


def script_for(question: str) -> Script:
    """Return the answer to `question`."""
    if echo := _ECHO.fullmatch(question):
        return Script((Say(echo[1]),))
    if word := _WORD.search(question):
        return _load(next(name for name in WORDS if name.startswith(word[1].lower())))
    return _friendly(question)


def without_markers(text: str) -> str:
    """Return `text` without its `[3.4]`, for an API that does not know them."""
    return _MARKER.sub("", text)


def _friendly(question: str) -> Script:
    quoted = " ".join(question.split())
    if len(quoted) > _QUOTED_CHARS:
        quoted = quoted[: _QUOTED_CHARS - 1].rstrip() + "…"
    words = ", ".join(f"`{word}`" for word in WORDS)
    return Script(
        (
            Say(
                f"You said: “{quoted}”\n\n"
                "I am the demo server inside Runnel. I know a few things by heart and nothing "
                f"else. Put one of these words into a question to see what an answer can look "
                f"like: {words}.\n\nOr write `echo` and any text: it comes back as it is."
            ),
        )
    )


@functools.cache
def _load(name: str) -> Script:
    path = resources.files("tui.server") / "texts" / "replies" / f"{name}.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    steps = tuple(step for entry in data["step"] for step in _steps(entry))
    return Script(steps, read_sources(data), data.get("title", ""))


def _steps(entry: dict[str, Any]) -> list[Step]:
    match entry:
        case {"say": text}:
            return [Say(text)]
        case {"pause_s": seconds}:
            return [Pause(seconds)]
        case {"call": name, "arguments": arguments, "took_s": seconds, "result": result}:
            return [Call(name, arguments), Pause(seconds), Return(name, result)]
        case {"fail": sentence}:
            return [Fail(sentence)]
    raise ValueError(f"no such step: {entry}")


def read_sources(entry: dict[str, Any]) -> tuple[ScriptedSource, ...]:
    """Return the `source` tables of a TOML table."""
    return tuple(ScriptedSource(**source) for source in entry.get("source", ()))


def read_tools(entry: dict[str, Any]) -> tuple[ToolRun, ...]:
    """Return the `tool` tables of a TOML table."""
    return tuple(ToolRun(**tool) for tool in entry.get("tool", ()))
