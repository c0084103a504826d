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
from tests.ui import inspected_scene, scenes
from tests.ui.harness import Stage, stage
from tui.cli.replay import use_zone_of
from tui.model import Profile
from tui.tapes.reading import read_tape
from tui.tapes.tape import Tape
from tui.ui.replay import ReplayApp, Replaying
from tui.ui.transcript.reading_pane import ReadingPane
from tui.wiring.replay import replay_app

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
    """Stills of a replay of the packaged tape `demo`, one after the other."""

    size: tuple[int, int] = (110, 52)
    """High enough for all of it: where a text that is followed stands depends on its frames."""
    moments: tuple[tuple[float, float], ...] = MOMENTS

    async def frames(self) -> AsyncIterator[Frame]:
        tape = read_tape("demo")
        for at_s, seconds in self.moments:
            yield Frame(await self._still(tape, at_s), seconds)

    async def _still(self, tape: Tape, at_s: float) -> str:
        """Return the screen of a moment, as `runnel tape svg --at` draws it."""
        how = Replaying(until_s=at_s)
        app = replay_app(tape, how, theme="runnel-dark", few_colours=False, kind=ReplayApp)
        async with app.run_test(size=self.size) as pilot:
            it = Stage(app, pilot)
            await it.until(lambda: app.player.is_over and it.in_line)
            await it.pilot.pause()
            # the seconds, which are told once a second only
            it.chat.controllers.state.draw()
            await it.pilot.pause()
            assert it.transcript.max_scroll_y == 0, "the film needs more rows"
            return app.export_screenshot(title="Runnel")


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
    """Return the names of the files in `folder` that are missing or not as they would be drawn.

    A film is only missed where there is none: how its rows fall into pieces hangs on its frames.
    """
    return [
        f"{name}.svg" for name, shot in shots.items() if _is_stale(folder / f"{name}.svg", shot)
    ]


def _is_stale(file: Path, shot: Shot | Film) -> bool:
    if isinstance(shot, Film) or not file.exists():
        return not file.exists()
    return file.read_text(encoding="utf-8") != asyncio.run(draw(shot))


def write(folder: Path, shots: Mapping[str, Shot | Film] = SHOTS) -> None:
    """Draw all shots into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, shot in shots.items():
        (folder / f"{name}.svg").write_text(asyncio.run(draw(shot)), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Draw, or with `--check` only tell what is stale; return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tests.screenshots [--check]", file=sys.stderr)
        return 2
    # a replay tells its times in the zone of this process
    use_zone_of(read_tape("demo"))
    if not arguments:
        write(FOLDER)
        return 0
    names = stale(FOLDER)
    for name in names:
        print(f"stale: screenshots/{name} (draw it: python -m tests.screenshots)", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
