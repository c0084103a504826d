"""Visitors: who sits at the terminal without any ability, and what every command is for them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.dom import DOMNode

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.outside_reach import outside_reach
from tests.ui.harness import Stage, stage
from tui.abilities import NO_ABILITY
from tui.ui.app import RunnelApp
from tui.ui.chat.screen import ChatScreen
from tui.ui.commands.contexts import CONTEXTS
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.dialogs.plain_text import PlainTextScreen
from tui.ui.dialogs.select_lines import LineSelectionScreen
from tui.ui.key_bindings import bindings_of, palette_only
from tui.ui.transcript.reading_pane import ReadingPane

DIALOGS: dict[type[DOMNode], str] = {
    PlainTextScreen: "chat.plain-text",
    LineSelectionScreen: "read.lines",
    InspectorScreen: "read.inspect",
}
"""By what opens them: those in which something is needed."""
ANSWER = "Words, and [a link](https://example.org).\n\n```python\nprint(1)\n```\n"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PAGER", "VISUAL", "EDITOR", "BROWSER"):
        monkeypatch.setenv(name, str(tmp_path / "program"))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def backend() -> ScriptedBackend:
    history = [user("q", "Question?"), assistant("a", ANSWER)]
    return ScriptedBackend(scripts=[says("More.")] * 20, histories={"s": history})


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


def shows(it: Stage, dialog: type[DOMNode]) -> bool:
    return isinstance(it.app.screen, dialog)


async def run_at_the_chat(it: Stage) -> None:
    """Run every action that has an id at the part of the chat that it belongs to."""
    owners: list[type[DOMNode]] = [RunnelApp, *(each.owner for each in CONTEXTS)]
    for owner in owners:
        for action in actions_of(owner):
            await back_to_the_message(it)
            if owner is RunnelApp:
                await it.app.run_action(action)
            elif found := list(it.app.screen.walk_children(owner, with_self=True)):
                await it.app.run_action(action, found[-1])
            await it.pilot.pause()


async def run_in_dialogs(it: Stage) -> None:
    """Run every action in each dialog that has one for which something is needed."""
    for dialog, opening in DIALOGS.items():
        for action in actions_of(dialog):
            await back_to_the_message(it)
            await it.app.front.catalogue.run(opening)
            await it.until(partial(shows, it, dialog))
            await it.app.run_action(action, it.app.screen)
            await it.pilot.pause()


async def test_no_command_leads_a_visitor_out_of_the_chat(tmp_path: Path) -> None:
    async with stage(backend(), abilities=NO_ABILITY, copies_folder=tmp_path) as it:
        with outside_reach() as reached:
            await run_in_dialogs(it)
            await run_at_the_chat(it)
        assert reached == []
