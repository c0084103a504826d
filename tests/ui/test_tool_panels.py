from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBackend, Step, assistant, user
from tests.ui.harness import said, stage
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import ToolPart, ToolState
from tui.safe_text import SafeText, clean
from tui.ui.widgets.plain import Plain
from tui.ui.widgets.tool_panel import SHOWN_CHARS, ToolPanel, pretty


def called(call: int, name: str) -> ToolCalled:
    return ToolCalled(call, SafeText(name), {"query": f"{name}?"})


def script(gate: asyncio.Event) -> list[Step]:
    return [
        Started(),
        TextDelta(SafeText("Looking. ")),
        called(0, "weather"),
        gate,
        ToolReturned(0, {"degrees": 7}),
        called(1, "trains"),
        ToolReturned(1, "no timetable", failed=True),
        TextDelta(SafeText("Cold.")),
        Completed(),
    ]


def title(panel: ToolPanel) -> str:
    return str(panel._title.label)


async def test_a_call_shows_as_running_then_done_in_the_same_panel() -> None:
    gate = asyncio.Event()
    async with stage(ScriptedBackend(scripts=[script(gate)])) as it:
        await it.ask("Trip?")
        await it.until(lambda: len(it.tools) == 1)
        panel, replies = it.tools[0], it.replies
        assert title(panel).startswith("● weather  running")
        gate.set()
        await it.settled()
        assert it.tools[0] is panel
        assert it.replies[0] is replies[0]
        assert title(panel).startswith("✓ weather  done")


async def test_success_is_folded_and_failure_opens_by_itself() -> None:
    gate = asyncio.Event()
    gate.set()
    async with stage(ScriptedBackend(scripts=[script(gate)])) as it:
        await it.ask("Trip?")
        await it.settled()
        assert [panel.collapsed for panel in it.tools] == [True, False]
        assert title(it.tools[1]).startswith("✗ trains  failed")
        assert "no timetable" in it.drawn
        assert "degrees" not in it.drawn


async def test_a_stopped_answer_leaves_no_tool_running() -> None:
    backend = ScriptedBackend(
        scripts=[[Started(), called(0, "weather"), asyncio.Event()]],
        stores=lambda session_id, question, streamed: [user("q", question)],
    )
    async with stage(backend) as it:
        await it.ask("Trip?")
        await it.until(lambda: len(it.tools) == 1)
        panel = it.tools[0]
        await it.press("escape")
        await it.until(lambda: it.status.state == "recovering")
        await it.press("escape")
        await it.settled()
        assert it.tools[0] is panel
        assert "no result came" in title(panel)


def history(states: list[ToolState]) -> ScriptedBackend:
    parts = [
        ToolPart(call, SafeText(f"tool{call}"), {"n": call}, state, f"result {call}")
        for call, state in enumerate(states)
    ]
    return ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", *parts, "After the tools")]}
    )


async def test_ctrl_o_unfolds_all_and_folds_all() -> None:
    async with stage(history([ToolState.DONE] * 3)) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+o")
        assert [panel.collapsed for panel in it.tools] == [False] * 3
        assert "result 2" in it.drawn
        await it.press("ctrl+o")
        assert [panel.collapsed for panel in it.tools] == [True] * 3


async def test_ctrl_o_folds_all_when_any_is_open() -> None:
    async with stage(history([ToolState.DONE, ToolState.FAILED])) as it:
        await it.open("s")
        await it.settled()
        assert [panel.collapsed for panel in it.tools] == [True, False]
        await it.press("ctrl+o")
        assert [panel.collapsed for panel in it.tools] == [True, True]


async def test_space_and_enter_fold_the_panel_in_focus_alone() -> None:
    async with stage(history([ToolState.DONE] * 2)) as it:
        await it.open("s")
        await it.settled()
        it.tools[1]._title.focus()
        await it.press("space")
        assert [panel.collapsed for panel in it.tools] == [True, False]
        await it.press("enter")
        assert [panel.collapsed for panel in it.tools] == [True, True]
        assert it.composer.whole_text == ""


async def test_a_panel_can_be_reached_by_tab() -> None:
    async with stage(history([ToolState.DONE])) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("tab")
        assert it.app.focused is it.tools[0]._title


async def test_a_cut_result_says_how_much_is_missing() -> None:
    assert pretty(SafeText("x" * (SHOWN_CHARS + 1234))).endswith("… 1,234 more characters")


async def test_markup_in_a_tool_is_text() -> None:
    part = ToolPart(
        0, clean("[@click=app.quit]x[/]"), "[/no]", ToolState.FAILED, {"[b]": "[/nope]"}
    )
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", part)]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        assert "[@click=app.quit]x[/]" in it.drawn
        assert said(it.tools[0].query_one(".arguments", Plain)) == "[/no]"
        assert "[/nope]" in it.drawn
