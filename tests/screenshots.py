"""Draws the README's screenshots, still and moving: `python -m tests.screenshots [--check]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.animation import Frame, animated
from tests.command_line import run_inside
from tests.fakes import Step
from tests.made_files import run_command
from tests.ui import inspected_scene, scenes
from tests.ui.harness import Stage, stage
from tui.model import Profile
from tui.ui.transcript.reading_pane import ReadingPane

FOLDER = Path(__file__).parent.parent / "screenshots"

MOMENTS = ((1.3, 1.6), (2.5, 1.4), (4.0, 1.6), (5.2, 1.6), (6.3, 0.9), (7.0, 0.9), (9.0, 5.0))
"""Seconds of the tape, and how long each is looked at."""

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
    """The packaged tape `demo` at some of its moments, one after the other."""

    size: tuple[int, int] = (110, 52)
    """High enough for all of it: where a text that is followed stands is not worth a look."""
    moments: tuple[tuple[float, float], ...] = MOMENTS

    def frames(self) -> Iterator[Frame]:
        """Yield what `runnel tape svg` draws of each moment."""
        columns, rows = self.size
        for at_s, seconds in self.moments:
            size = f"{columns}x{rows}"
            code, picture, told = run_inside(
                "tape", "svg", "demo", "--at", str(at_s), "--size", size, environment={}
            )
            assert code == 0, told
            yield Frame(picture, seconds)


SHOTS: Mapping[str, Shot | Film] = {
    "play": Film(),
    "streaming": Shot(ask_and_watch, scenes.streaming),
    "narrow": Shot(ask_and_read, size=(60, 20)),
    "light": Shot(ask_and_read, theme="runnel-light"),
    "error": Shot(ask_and_read, scenes.failing),
    "inspector": Shot(ask_and_inspect),
}


def draw(shot: Shot | Film) -> str:
    """Return a shot as SVG, the same for the same code."""
    return animated([*shot.frames()]) if isinstance(shot, Film) else asyncio.run(drawn(shot))


async def drawn(shot: Shot) -> str:
    async with shot.staged() as it:
        return it.app.export_screenshot(title="Runnel") + "\n"


def stale(folder: Path, shots: Mapping[str, Shot | Film] = SHOTS) -> list[str]:
    """Return the names of the files in `folder` that are missing or not as they would be drawn."""
    names: list[str] = []
    for name, shot in shots.items():
        file = folder / f"{name}.svg"
        if not file.exists() or file.read_text(encoding="utf-8") != draw(shot):
            names.append(file.name)
    return names


def write(folder: Path, shots: Mapping[str, Shot | Film] = SHOTS) -> None:
    """Draw all shots into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, shot in shots.items():
        (folder / f"{name}.svg").write_text(draw(shot), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Draw, or with `--check` only tell what is stale; return the exit status."""
    return run_command(arguments, "tests.screenshots", FOLDER, write, stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
