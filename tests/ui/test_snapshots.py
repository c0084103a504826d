from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot

from tests import screenshots
from tests.event_loops import IdleLoop
from tests.fakes import Step, assistant, connection, present, says
from tests.ui import scenes
from tests.ui.harness import Stage, app_of, ready
from tests.ui.painting import unpainted
from tui.model import Bot
from tui.safe_text import SafeText
from tui.ui.app import RunnelApp
from tui.ui.commands.screen import CommandsScreen, KeysScreen
from tui.ui.desk.checks import ChecksScreen
from tui.ui.desk.comparison import ComparisonScreen
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.sessions.picker import SessionsScreen

Act = Callable[[Stage], Awaitable[None]]


@pytest.fixture(autouse=True)
def what_draws_a_screen_runs_on_a_loop_that_tells_when_it_is_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("asyncio.events.new_event_loop", IdleLoop)


class Compare(Protocol):
    def __call__(
        self,
        app: RunnelApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[None]], Awaitable[None]],
    ) -> bool: ...


async def open_app(it: Stage) -> None:
    await it.until(lambda: bool(it.list.rows))


async def open_picker(it: Stage) -> None:
    await it.press("f2")
    await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
    await it.press("down", "down")


async def open_help(it: Stage) -> None:
    await it.press("f1")
    await it.until(lambda: isinstance(it.app.screen, KeysScreen))


async def open_palette(it: Stage) -> None:
    await it.press("ctrl+p")
    await it.until(lambda: isinstance(it.app.screen, CommandsScreen))


async def focus_list(it: Stage) -> None:
    await it.press("ctrl+s", "down")


async def queue_questions(it: Stage) -> None:
    await screenshots.ask_and_watch(it)
    await it.ask("Does a VPN change anything about the loss?")
    await it.ask("And what does mosh do differently?")


async def select_message(it: Stage) -> None:
    await screenshots.ask_and_read(it)
    await it.press("alt+up", "alt+up")


async def find_everywhere(it: Stage) -> None:
    await screenshots.ask_and_read(it)
    await it.press("f3", *"the")
    await it.until(lambda: "2 hits" in it.drawn)


async def label_all(it: Stage) -> None:
    await screenshots.ask_and_read(it)
    await it.press("alt+up", "f")
    await it.until(lambda: isinstance(it.app.screen, HintsScreen))


async def inspect_summary(it: Stage) -> None:
    await screenshots.ask_and_inspect(it)
    await it.press("2")
    await it.until(lambda: "First token" in it.drawn)


@pytest.mark.parametrize(
    ("act", "script", "size", "theme"),
    [
        pytest.param(open_app, scenes.whole, (120, 36), "runnel-dark", id="welcome"),
        pytest.param(
            screenshots.ask_and_watch, scenes.streaming, (120, 36), "runnel-dark", id="streaming"
        ),
        pytest.param(queue_questions, scenes.streaming, (60, 20), "runnel-dark", id="queued"),
        pytest.param(screenshots.ask_and_read, scenes.whole, (60, 20), "runnel-dark", id="60x20"),
        pytest.param(screenshots.ask_and_read, scenes.whole, (80, 24), "runnel-dark", id="80x24"),
        pytest.param(screenshots.ask_and_read, scenes.whole, (200, 60), "runnel-dark", id="200x60"),
        pytest.param(screenshots.ask_and_read, scenes.whole, (120, 36), "runnel-light", id="light"),
        pytest.param(
            screenshots.ask_and_read, scenes.whole, (120, 36), "high-contrast", id="contrast"
        ),
        pytest.param(screenshots.ask_and_read, scenes.whole, (120, 36), "sixteen", id="sixteen"),
        pytest.param(
            screenshots.ask_and_read, scenes.failing, (120, 36), "runnel-dark", id="error"
        ),
        pytest.param(select_message, scenes.whole, (120, 36), "runnel-dark", id="selected"),
        pytest.param(focus_list, scenes.whole, (120, 36), "runnel-dark", id="list"),
        pytest.param(open_picker, scenes.whole, (80, 24), "runnel-dark", id="sessions"),
        pytest.param(open_help, scenes.whole, (100, 40), "runnel-dark", id="help"),
        pytest.param(open_palette, scenes.whole, (100, 40), "runnel-dark", id="palette"),
        pytest.param(find_everywhere, scenes.whole, (60, 20), "runnel-dark", id="everything"),
        pytest.param(
            screenshots.ask_and_inspect, scenes.whole, (80, 24), "runnel-dark", id="inspector-80x24"
        ),
        pytest.param(
            screenshots.ask_and_inspect, scenes.whole, (120, 40), "runnel-dark", id="inspector"
        ),
        pytest.param(
            inspect_summary, scenes.whole, (60, 16), "runnel-light", id="inspector-summary"
        ),
        pytest.param(label_all, scenes.whole, (100, 30), "runnel-light", id="labels"),
    ],
)
def test_the_screen_looks_as_it_did(
    snap_compare: Compare,
    act: Act,
    script: Callable[[], list[Step]],
    size: tuple[int, int],
    theme: str,
) -> None:
    backend = scenes.library(script())
    app = app_of(connection(backend, backend.clock), clock=backend.clock, theme=theme)

    async def run_before(pilot: Pilot[None]) -> None:
        it = Stage(app, pilot)
        with unpainted():
            await ready(it)
        await act(it)
        await it.pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=run_before)


SUITE = """
name = "Mosh"
[[case]]
name = "What it costs on a bad line"
ask = "What does packet loss do?"
contains = "local echo"

[[case]]
name = "Ports are told"
ask = "Which ports does it take?"
contains = "60000"

[[case]]
name = "Not asked yet"
ask = "Does it roam?"
"""
PORTS = "It takes UDP ports; [one of many]. **Which** depends on the server."


async def run_suite(it: Stage) -> None:
    await it.press("alt+c")
    await it.until(lambda: isinstance(it.app.screen, ChecksScreen) and "Mosh" in it.drawn)
    await it.press("tab")
    await it.until(lambda: "· new" in it.drawn)
    await it.press("r")
    await it.until(lambda: "✓ holds" in it.drawn and "[####" in it.drawn)
    await it.press("down", "r")
    await it.until(lambda: "✗ fails" in it.drawn and "[####" in it.drawn)


async def ask_again(it: Stage) -> None:
    link = present(it.chat.open_chat.connection)
    before = [assistant("old", "It takes *some* ports.\n\n- 22\n- and others")]
    it.chat.controllers.desk.comparing.ask_again(
        link, "Which ports does it take?", Bot("bot", SafeText("Lantern")), before
    )
    await it.until(lambda: isinstance(it.app.screen, ComparisonScreen))
    await it.until(lambda: "Before → Now: " in it.drawn)


@pytest.mark.parametrize(
    ("act", "answers", "size"),
    [
        pytest.param(run_suite, ["With local echo, little.", PORTS], (120, 36), id="checks"),
        pytest.param(ask_again, [PORTS], (120, 36), id="beside"),
    ],
)
def test_the_desk_looks_as_it_did(
    snap_compare: Compare,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    answers: list[str],
    size: tuple[int, int],
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "mosh.toml").write_text(SUITE)
    monkeypatch.chdir(folder)
    backend = scenes.library(*(says(each) for each in answers))
    app = app_of(connection(backend, backend.clock), clock=backend.clock)

    async def run_before(pilot: Pilot[None]) -> None:
        it = Stage(app, pilot)
        with unpainted():
            await ready(it)
        await act(it)
        await it.pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=run_before)
