"""Draws the README's screenshots, still and moving: `python -m tests.screenshots [--check]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.animation import Frame, animated
from tests.fakes import Step
from tests.made_files import run_command
from tests.ui import inspected_scene, scenes, starter_scene
from tests.ui.harness import Stage, row_state, stage
from tui.model import Profile
from tui.ui.sessions.rows import RowState
from tui.ui.transcript.reading_pane import ReadingPane

FOLDER = Path(__file__).parent.parent / "screenshots"

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


async def ask_and_inspect(it: Stage) -> None:
    """Ask, wait for the whole answer, and look into what came over the wire."""
    await ask_and_read(it)
    await inspected_scene.inspect_last(it, scenes.whole())
    # what a tool returned, as it came and as it was read
    await it.press(*["down"] * 16)


@dataclass(frozen=True, slots=True)
class Film:
    """The first screen of the demo, and what Enter plays."""

    size: tuple[int, int] = (110, 52)
    """High enough for all of it: where a text that is followed stands depends on its frames."""

    async def frames(self) -> AsyncIterator[Frame]:
        """Yield what is to be seen, each when the screen shows it."""
        scene = starter_scene.StarterScene()
        backend = starter_scene.demo(scene)
        async with stage(
            backend, clock=backend.clock, profile=starter_scene.DEMO, size=self.size
        ) as it:
            starter_scene.let_run(backend)
            await it.press("f5")
            await it.until(lambda: row_state(it, starter_scene.RUN) is RowState.STREAMING)
            async for seconds in _play(it, scene):
                await it.until(lambda: it.in_line)
                # the seconds, which are told once a second only
                it.chat.controllers.state.draw()
                await it.pilot.pause()
                assert it.transcript.max_scroll_y == 0, "the film needs more rows"
                yield Frame(it.app.export_screenshot(title="Runnel"), seconds)


async def _play(it: Stage, scene: starter_scene.StarterScene) -> AsyncIterator[float]:
    """Bring the screen from one moment to the next; yield how long each is to be looked at."""
    yield 3.0
    await it.press("enter")
    await it.until(lambda: len(it.tools) == 1)
    yield 1.2
    for tools, seconds in ((2, 1.6), (3, 1.6)):
        scene.gates.pop(0).set()
        await it.until(lambda tools=tools: len(it.tools) == tools)  # type: ignore[misc]
        yield seconds
    assert not it.tools[1].collapsed, "the one that failed opens itself"
    for words, seconds in (("Hendaye", 0.7), ("not checked", 0.9), ("only the bed", 5.0)):
        scene.gates.pop(0).set()
        await it.until(lambda words=words: words in it.replies[-1].text)  # type: ignore[misc]
        if not scene.gates:
            await it.until(lambda: it.status.state == "ready")
        yield seconds


SHOTS: Mapping[str, Shot | Film] = {
    "play": Film(),
    "streaming": Shot(ask_and_watch, scenes.streaming),
    "narrow": Shot(ask_and_read, size=(60, 20)),
    "light": Shot(ask_and_read, theme="runnel-light"),
    "error": Shot(ask_and_read, scenes.failing),
    "inspector": Shot(ask_and_inspect),
}


async def draw(shot: Shot | Film) -> str:
    """Return a shot as SVG, the same for the same code."""
    if isinstance(shot, Film):
        return animated([frame async for frame in shot.frames()])
    async with shot.staged() as it:
        return it.app.export_screenshot(title="Runnel") + "\n"


def stale(folder: Path, shots: Mapping[str, Shot | Film] = SHOTS) -> list[str]:
    """Return the names of the files in `folder` that are missing or not as they would be drawn."""
    names: list[str] = []
    for name, shot in shots.items():
        file = folder / f"{name}.svg"
        if not file.exists() or file.read_text(encoding="utf-8") != asyncio.run(draw(shot)):
            names.append(file.name)
    return names


def write(folder: Path, shots: Mapping[str, Shot | Film] = SHOTS) -> None:
    """Draw all shots into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, shot in shots.items():
        (folder / f"{name}.svg").write_text(asyncio.run(draw(shot)), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Draw, or with `--check` only tell what is stale; return the exit status."""
    return run_command(arguments, "tests.screenshots", FOLDER, write, stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
