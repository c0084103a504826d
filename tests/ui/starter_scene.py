"""Scene of the demo that is played: its first screen, and the answer to its first starter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.fakes import Step, user
from tests.ui import scenes
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolProgressed, ToolReturned
from tui.model import Profile, Run
from tui.safe_text import SafeText
from tui.server import HARDWIRE_STARTERS
from tui.server.scripted.scripts import Call, Pause, Return, Say, Script, script_for

DEMO = Profile(
    "demo-hardwire",
    "hardwire",
    "http://127.0.0.1:3026",
    embedded=True,
    starters=HARDWIRE_STARTERS,
)
RUN = "s0"
"""The session in which a run goes on: the newest."""
_ROWS_AT_FIRST = 4
"""So many rows of the table are there before the others."""


@dataclass
class StarterScene:
    """What the embedded server says to the first starter; it stops where a person would look.

    Each of the `gates` lets it go on.
    """

    gates: list[asyncio.Event] = field(default_factory=list)

    def steps(self) -> list[Step]:
        script = script_for(HARDWIRE_STARTERS[0]).without_markers()
        return [Started(), *self._answer(script), Completed()]

    def _answer(self, script: Script) -> Iterator[Step]:
        called = 0
        for step in script.steps:
            match step:
                case Say(text):
                    *before, last = self._pieces(text)
                    for piece in before:
                        yield TextDelta(SafeText(piece))
                        yield self._gate()
                    yield TextDelta(SafeText(last))
                case Pause():
                    yield self._gate()
                case Call(name, arguments):
                    yield ToolCalled(called, SafeText(name), arguments)
                case Return(_, result):
                    failed = isinstance(result, dict) and "error" in result
                    yield ToolReturned(called, result, failed=failed)
                    called += 1

    def _pieces(self, text: str) -> Sequence[str]:
        """Return a text in one piece, a table and what is behind it in three."""
        lines = text.splitlines(keepends=True)
        table = [at for at, line in enumerate(lines) if line.startswith("|")]
        if not table:
            return [text]
        first, end = table[0] + _ROWS_AT_FIRST, table[-1] + 1
        return ["".join(each) for each in (lines[:first], lines[first:end], lines[end:])]

    def _gate(self) -> asyncio.Event:
        self.gates.append(asyncio.Event())
        return self.gates[-1]


def demo(scene: StarterScene) -> scenes.Library:
    """Return a server like the embedded one: `scene` answers, and a run goes on elsewhere."""
    run: list[Step] = [
        Started(),
        ToolCalled(0, SafeText("read_timetables"), {"month": "June"}),
        ToolProgressed(0, SafeText("20 % · 3 of 14 trains")),
        asyncio.Event(),
    ]
    backend = scenes.library(run, scene.steps())
    backend.offers |= {"workflows"}
    backend.histories[RUN] = [user("run", "Make me a travel book.")]
    return backend


def let_run(backend: scenes.Library) -> None:
    """Let the run go on from now on."""
    backend.going_on[RUN] = Run("run", "run")
