"""The app on scripted backends, and waiting for what it should show."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self, TypeVar

from textual.notifications import Notifications
from textual.pilot import Pilot
from textual.widget import Widget

from tests.event_loops import idle
from tests.fakes import ScriptedBackend, StillClock, connection
from tests.ui.painting import unpainted
from tests.ui.shown import Shown
from tests.ui.shown import said as said
from tests.waiting import Condition, unmet
from tui.abilities import EVERY_ABILITY, Abilities
from tui.conversation import Connection
from tui.model import Profile
from tui.settings.appearance import Appearance
from tui.settings.servers import ServerAdding
from tui.store import Store
from tui.store.choices import LookChoices
from tui.ui.app import RunnelApp
from tui.ui.chat.screen import ChatScreen
from tui.ui.sessions.rows import RowState

NO_FOLDER = Path("no-such-folder")
WIDE = (120, 36)
LEAST_STEPS, LEAST_WAIT_S = 600, 20.0
"""So often and so long a test looks whether something has come true.

Both: a machine that others use may take seconds for few steps, or leave none to a thread or a
program that is waited for.
"""

W = TypeVar("W", bound=Widget)


class Pauses:
    """Waits that are over when a test says so."""

    def __init__(self) -> None:
        self.asked_s: list[float] = []
        self._over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked_s.append(seconds)
        await self._over.wait()
        self._over.clear()

    def end(self) -> None:
        """End the wait that is going on, else the next one."""
        self._over.set()


class Stage(Shown):
    """A running app, what a person sees of it, and what they do."""

    def __init__(self, app: RunnelApp, pilot: Pilot[None]) -> None:
        super().__init__(app)
        self.pilot = pilot

    async def until(self, condition: Condition) -> None:
        """Let the app go on until `condition` holds.

        Raises:
            AssertionError: it never did; with its values and the screen.
        """
        began_at, steps = time.monotonic(), 0
        while steps < LEAST_STEPS or time.monotonic() - began_at < LEAST_WAIT_S:
            if condition():
                return
            await self.pilot.pause()
            if condition():
                return
            await asyncio.sleep(0.01)
            steps += 1
        raise AssertionError(unmet(condition, last_seen(self)))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Put `text` into the composer as typing would."""
        self.composer.focus()
        self.composer.type(text)
        await self.until(lambda: self.composer.whole_text.endswith(text))
        await self.pilot.pause()

    async def ask(self, text: str) -> None:
        with unpainted():
            await self.write(text)
        await self.press("enter")

    async def open(self, session_id: str) -> None:
        await self.chat.controllers.navigation.open_session(session_id)
        await self.pilot.pause()

    async def settled(self) -> None:
        """Wait until no answer is coming and everything that came is drawn."""
        await self.until(lambda: not self.chat.send_workers.busy)
        await self.until(lambda: self.in_line)
        await self.pilot.pause()

    async def settled_reading(self) -> None:
        """Wait until the conversation in view was read from the server, whatever else goes on."""
        shown = self.transcript.conversation
        assert shown is not None
        await self.until(lambda: shown.stored.history.is_verified)
        await self.until(lambda: self.in_line)


def last_seen(it: Stage) -> str:
    """Return what is drawn, after what became of an app that has ended and draws no more."""
    ended = f"the app has ended with {it.app.return_code}\n" if it.app._exit else ""
    return f"{ended}{it.drawn}"


def offered(it: Stage) -> Sequence[str]:
    """Return the ids of what the palette can do now."""
    return [each.action_id for each in it.app.front.catalogue.command_rows() if not each.why_not]


def row_state(it: Stage, session_id: str) -> RowState:
    """Return what the session list shows of a session."""
    return next(row.state for row in it.list.rows if row.session.id == session_id)


def app_of(
    *connections: Connection,
    clock: StillClock,
    theme: str = "runnel-dark",
    keys: Mapping[str, str] | None = None,
    notices: Sequence[str] = (),
    pauses: Pauses | None = None,
    copies_folder: Path | None = None,
    gates: Mapping[str, asyncio.Event] | None = None,
    config_folder: Path = NO_FOLDER,
    few_colours: bool = False,
    chosen: LookChoices | None = None,
    continues: bool = False,
    looks: Appearance | None = None,
    kind: type[RunnelApp] = RunnelApp,
    adding: Callable[[], ServerAdding] | None = None,
    abilities: Abilities = EVERY_ABILITY,
) -> RunnelApp:
    """Return the app over these connections, the first one opened at the start.

    A profile with one of the `gates` opens when that does.
    """
    by_name = {each.profile.name: each for each in connections}

    async def connect(name: str) -> Connection:
        if gates is not None and name in gates:
            await gates[name].wait()
        return by_name[name]

    return kind(
        connect,
        [each.profile for each in connections],
        connections[0].profile.name,
        looks=looks or Appearance(theme, dict(keys or {}), theme),
        chosen=chosen,
        continues=continues,
        few_colours=few_colours,
        config_folder=config_folder,
        copies_folder=copies_folder,
        notices=notices,
        adding=adding,
        abilities=abilities,
        now=clock.now,
        pause=pauses or Pauses(),
    )


class _LastingNotifications(Notifications):
    """Toasts that do not go while a slow machine takes its time over a test."""

    def _reap(self) -> Self:
        return self


@asynccontextmanager
async def stage(
    backend: ScriptedBackend,
    *others: Connection,
    clock: StillClock | None = None,
    profile: Profile | None = None,
    size: tuple[int, int] = WIDE,
    theme: str = "runnel-dark",
    keys: Mapping[str, str] | None = None,
    notices: Sequence[str] = (),
    pauses: Pauses | None = None,
    copies_folder: Path | None = None,
    store: Store | None = None,
    looks: Appearance | None = None,
    draws_toasts: bool = False,
    abilities: Abilities = EVERY_ABILITY,
) -> AsyncGenerator[Stage, None]:
    """Run the app on `backend` until its first reading of the server is over."""
    clock = clock or StillClock()
    first = connection(backend, clock, profile=profile, store=store)
    app = app_of(
        first,
        *others,
        clock=clock,
        theme=theme,
        keys=keys,
        notices=notices,
        pauses=pauses,
        copies_folder=copies_folder,
        looks=looks,
        abilities=abilities,
    )
    if not draws_toasts:
        app._notifications = _LastingNotifications()
    async with AsyncExitStack() as stack:
        # how a start looks on its way is the same in a thousand tests; some paint every frame
        with unpainted():
            test = app.run_test(size=size, notifications=draws_toasts)
            running = Stage(app, await stack.enter_async_context(test))
            await ready(running)
        yield running
        # what stands at the end
        await idle()


async def ready(running: Stage) -> None:
    """Wait until the first profile is open and its server was asked."""
    app = running.app
    await running.until(lambda: any(isinstance(s, ChatScreen) for s in app.screen_stack))
    # what looks for arrivals does so as long as the app runs
    await running.until(lambda: all(each.group == "arrivals" for each in app.workers))
    await running.pilot.pause()


def other_profile(
    name: str, backend: ScriptedBackend, clock: StillClock, *, bot_id: str = "bot"
) -> Connection:
    made = connection(backend, clock)
    made.profile = Profile(name, "hardwire", "http://127.0.0.1:2")
    made.bot_id = bot_id
    return made
