"""Draws the README's screenshots: `python -m tests.screenshots [--check]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes import Step
from tests.ui import scenes
from tests.ui.harness import Stage, stage
from tui.model import Profile
from tui.ui.transcript.reading_pane import ReadingPane

FOLDER = Path(__file__).parent.parent / "screenshots"

_DEMO = Profile("demo", "hardwire", "http://127.0.0.1:3026", embedded=True)
_WORK = Profile("work", "hardwire", "https://chat.example.com")


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen to be drawn; `act` brings the app, just started, to what is to be seen."""

    act: Callable[[Stage], Awaitable[None]]
    script: Callable[[], list[Step]] = scenes.whole
    size: tuple[int, int] = (120, 36)
    theme: str = "runnel-dark"
    profile: Profile = _WORK

    @asynccontextmanager
    async def staged(self) -> AsyncGenerator[Stage, None]:
        """Run the app until it shows what is to be drawn."""
        backend = scenes.library(self.script())
        async with stage(
            backend, clock=backend.clock, profile=self.profile, size=self.size, theme=self.theme
        ) as it:
            await self.act(it)
            await it.pilot.pause()
            yield it


async def welcome(it: Stage) -> None:
    await it.until(lambda: bool(it.list.rows))


async def ask(it: Stage) -> None:
    await it.open("s0")
    await it.settled()
    await it.ask(scenes.QUESTION)


async def ask_and_watch(it: Stage) -> None:
    """Ask, and stop where the answer is in the middle."""
    await ask(it)
    await it.until(lambda: len(it.replies) == 2 and it.in_line)
    await it.until(lambda: it.status.state.startswith("streaming 3 s"))
    # where in the view the text stands depends on when its frames came
    it.transcript.begin_anew()
    it.transcript.refresh(layout=True)


async def ask_and_read(it: Stage) -> None:
    """Ask, wait for the whole answer, and look at its end."""
    await ask(it)
    await it.settled()
    # how much is mounted above the view depends on how it got there: now all of it is
    await it.transcript.selection.first()
    await it.pilot.pause()
    it.one(ReadingPane).action_last()


SHOTS: Mapping[str, Shot] = {
    "welcome": Shot(welcome, profile=_DEMO),
    "streaming": Shot(ask_and_watch, scenes.streaming),
    "narrow": Shot(ask_and_read, size=(60, 20)),
    "light": Shot(ask_and_read, theme="runnel-light"),
    "error": Shot(ask_and_read, scenes.failing),
}


async def draw(shot: Shot) -> str:
    """Return a shot as SVG, the same for the same code."""
    async with shot.staged() as it:
        return it.app.export_screenshot(title="Runnel") + "\n"


def stale(folder: Path, shots: Mapping[str, Shot] = SHOTS) -> list[str]:
    """Return the names of the files in `folder` that are missing or not as they would be drawn."""
    names: list[str] = []
    for name, shot in shots.items():
        file = folder / f"{name}.svg"
        if not file.exists() or file.read_text(encoding="utf-8") != asyncio.run(draw(shot)):
            names.append(file.name)
    return names


def write(folder: Path, shots: Mapping[str, Shot] = SHOTS) -> None:
    """Draw all shots into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, shot in shots.items():
        (folder / f"{name}.svg").write_text(asyncio.run(draw(shot)), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Draw, or with `--check` only tell what is stale; return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tests.screenshots [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write(FOLDER)
        return 0
    names = stale(FOLDER)
    for name in names:
        print(f"stale: screenshots/{name} (draw it: python -m tests.screenshots)", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
