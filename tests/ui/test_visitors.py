"""Visitors: who sits at the terminal without any ability, and what every command is for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.dom import DOMNode
from textual.screen import Screen

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.outside_reach import outside_reach
from tests.ui.harness import Stage, stage
from tests.ui.painting import unpainted
from tui.abilities import VISITING
from tui.model import Bot, Citation, CitationsPart, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.app import RunnelApp
from tui.ui.chat.screen import ChatScreen
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.commands.needs import lacking
from tui.ui.desk.checks import ChecksScreen
from tui.ui.desk.comparison import ComparisonScreen
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.edit_text import EditTextScreen, TextField
from tui.ui.dialogs.pick_several import PickSeveralScreen
from tui.ui.key_bindings import bindings_of, palette_only
from tui.ui.transcript.reading_pane import ReadingPane

ADDRESS = "https://example.org/book"
CITED = CitationsPart((Citation(SafeText("1"), SafeText("A book"), SafeText(ADDRESS)),))
ANSWER = "Words, and [a link](https://example.org).\n\n```python\nprint(1)\n```\n"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PAGER", "VISUAL", "EDITOR", "BROWSER"):
        monkeypatch.setenv(name, str(tmp_path / "program"))
    # a desktop of the host, at which no visitor sits
    monkeypatch.setenv("DISPLAY", ":0")


def backend() -> ScriptedBackend:
    long = ToolPart(0, SafeText("look up"), None, ToolState.DONE, "line\n" * 2_000)
    history = [user("q", "Question?"), assistant("a", ANSWER, long, CITED)]
    made = ScriptedBackend(scripts=[says("More.")] * 200, histories={"s": history})
    made.offered = [Bot(each, SafeText(each)) for each in ("ann", "ben", "cem")]
    return made


async def back_to_the_message(it: Stage) -> None:
    while not isinstance(it.app.screen, ChatScreen):
        it.app.pop_screen()
        await it.pilot.pause()
    if it.chat.open_chat.session_id != "s":
        await it.open("s")
    if it.chat.query_one(ReadingPane).selected is None:
        await it.press("alt+up")


def actions_of(owner: type[DOMNode]) -> list[str]:
    actions = [each.action for each in bindings_of(owner)]
    actions += [each.action for each in palette_only(owner)]
    return [each for each in dict.fromkeys(actions) if each not in ("quit", "close")]


async def run(it: Stage, owner: type[DOMNode], action: str) -> bool:
    """Run an action at the last of its owners on the screen; say whether there is one."""
    if owner is RunnelApp:
        await it.app.run_action(action)
    elif found := list(it.app.screen.walk_children(owner, with_self=True)):
        await it.app.run_action(action, found[-1])
    else:
        return False
    await it.pilot.pause()
    return True


def name_of(owner: type[DOMNode], action: str) -> str:
    return f"{owner.__name__}.{action}"


Opening = Callable[[], Awaitable[object]]


async def run_at_the_chat(it: Stage, ran: set[str]) -> dict[type[Screen[Any]], Opening]:
    """Run every action of the chat, and return what opens each screen that came of it."""
    opened = dict[type[Screen[Any]], Opening]()
    owners: list[type[DOMNode]] = [RunnelApp, *(each.owner for each in CONTEXTS)]
    for owner in owners:
        for action in actions_of(owner):
            await back_to_the_message(it)
            if await run(it, owner, action):
                ran.add(name_of(owner, action))
                opened.setdefault(type(it.app.screen), partial(run, it, owner, action))
    del opened[ChatScreen]
    return opened


async def run_in_dialogs(
    it: Stage, ran: set[str], opened: Mapping[type[Screen[Any]], Opening]
) -> None:
    """Run every action of the dialogs, each in the first one where it is, as that is opened."""
    for screen, opening in opened.items():
        await open_anew(it, screen, opening)
        as_opened = it.drawn
        parts = [type(each) for each in it.app.screen.walk_children(with_self=True)]
        owners = [
            each.owner for each in DIALOG_CONTEXTS if any(issubclass(p, each.owner) for p in parts)
        ]
        for owner in owners:
            for action in actions_of(owner):
                if name_of(owner, action) in ran:
                    continue
                # half of them change nothing, and to open a dialog takes longest
                if not shows(it, screen) or it.drawn != as_opened:
                    await open_anew(it, screen, opening)
                assert await run(it, owner, action)
                ran.add(name_of(owner, action))


async def open_anew(it: Stage, screen: type[Screen[Any]], opening: Opening) -> None:
    await back_to_the_message(it)
    await opening()
    await it.until(partial(shows, it, screen))


def shows(it: Stage, screen: type[Screen[Any]]) -> bool:
    return isinstance(it.app.screen, screen)


async def compared(it: Stage) -> None:
    """Have two answers side by side."""
    await it.app.front.catalogue.run("chat.compare")
    await it.until(partial(shows, it, PickSeveralScreen))
    await it.press("down", "space", "down", "space", "enter")
    await it.until(partial(shows, it, EditTextScreen))
    it.app.screen.query_one(TextField).put("How much?")
    await it.press("enter")


async def test_no_command_leads_a_visitor_out_of_the_chat(tmp_path: Path) -> None:
    ran = set[str]()
    async with stage(backend(), abilities=VISITING, copies_folder=tmp_path, size=(100, 12)) as it:
        with outside_reach() as reached, unpainted():
            opened = await run_at_the_chat(it, ran)
            asked = partial(it.app.push_screen, ConfirmScreen("Really?"))
            opened |= {ComparisonScreen: partial(compared, it), ConfirmScreen: asked}
            await run_in_dialogs(it, ran, opened)
        assert reached == []
    # nobody gets there without an ability
    assert lacking("chat.checks", VISITING)
    owners = [
        each.owner for each in (*CONTEXTS, *DIALOG_CONTEXTS) if each.owner is not ChecksScreen
    ]
    every = {name_of(owner, action) for owner in owners for action in actions_of(owner)}
    assert every - ran == set()
