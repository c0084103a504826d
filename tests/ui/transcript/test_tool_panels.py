from __future__ import annotations

import asyncio

from textual.widget import Widget

from tests.fakes import ScriptedBackend, Step, StillClock, assistant, user
from tests.ui.contrast import TERMINALS, cells, contrast
from tests.ui.harness import Stage, said, stage
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import Citation, CitationsPart, ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText, clean
from tui.ui.themes.files import shipped_folder
from tui.ui.transcript.tool_panel import ToolPanel
from tui.ui.widgets.expandable_text import FIRST_CHARS, MOST_CHARS, ExpandableText, More
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.plain_text import Plain


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
    return str(panel.panel_title.label)


async def test_a_call_shows_as_running_then_done_in_the_same_panel() -> None:
    gate = asyncio.Event()
    async with stage(ScriptedBackend(scripts=[script(gate)])) as it:
        await it.ask("Trip?")
        await it.until(lambda: len(it.tools) == 1)
        panel, replies = it.tools[0], it.replies
        assert title(panel) == '● weather(query="weather?") · running'
        gate.set()
        await it.settled()
        assert it.tools[0] is panel
        assert it.replies[0] is replies[0]
        assert title(panel) == '✓ weather(query="weather?") → degrees=7 · 0.0 s'


async def test_a_running_call_counts_seconds_and_draws_nothing_between_them() -> None:
    gate, clock = asyncio.Event(), StillClock()
    async with stage(ScriptedBackend(scripts=[script(gate)]), clock=clock) as it:
        await it.ask("Trip?")
        await it.until(lambda: len(it.tools) == 1)
        panel = it.tools[0]
        shown = panel.panel_title.label
        for seconds, told in (
            (0.9, "running"),
            (3.2, "running · 3 s"),
            (64.0, "1 min 4 s"),
        ):
            clock.seconds = seconds
            it.transcript.show_seconds()
            await it.until(lambda: title(panel).endswith(told))  # noqa: B023 - called at once
            if seconds < 1:
                assert panel.panel_title.label is shown
        gate.set()
        await it.settled()
        assert title(panel).endswith("degrees=7 · 1 min 4 s")


async def test_success_is_folded_and_failure_opens_by_itself() -> None:
    gate = asyncio.Event()
    gate.set()
    async with stage(ScriptedBackend(scripts=[script(gate)])) as it:
        await it.ask("Trip?")
        await it.settled()
        assert [panel.collapsed for panel in it.tools] == [True, False]
        assert title(it.tools[1]).startswith('✗ trains(query="trains?") → no timetable · failed')
        assert it.tools[1].has_class("-failed")
        assert "no timetable" in it.drawn
        assert '"degrees": 7' not in it.drawn


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
        it.tools[1].panel_title.focus()
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
        assert it.app.focused is it.tools[0].panel_title


async def test_markup_in_a_tool_is_text() -> None:
    part = ToolPart(
        0, clean("[@click=app.quit]x[/]"), "[/no]", ToolState.FAILED, {"[b]": "[/nope]"}
    )
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", part)]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        assert "[@click=app.quit]x[/]" in it.drawn
        assert said(it.tools[0].query_one(".arguments > Plain", Plain)) == "[/no]"
        assert "[/nope]" in it.drawn


def with_result(result: JsonValue) -> ScriptedBackend:
    part = ToolPart(0, SafeText("tool"), {"n": 1}, ToolState.DONE, result)
    return ScriptedBackend(
        histories={"s": [user("q", "Q\n" * 60), assistant("a", part, "After the tool\n\n" * 60)]}
    )


def shown_chars(it: Stage) -> list[int]:
    return [len(said(each)) for each in it.tools[0].query(".result > Plain").results(Plain)]


async def test_a_folded_panel_holds_nothing_but_its_title() -> None:
    async with stage(history([ToolState.DONE])) as it:
        await it.open("s")
        await it.settled()
        assert not it.tools[0].query(ExpandableText)
        await it.press("ctrl+o")
        assert len(it.tools[0].query(ExpandableText)) == 2


async def test_a_cut_text_says_how_much_is_missing() -> None:
    async with stage(with_result("x" * (FIRST_CHARS + 1234))) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+o")
        await it.until(lambda: bool(it.tools[0].query(More)))
        more = it.tools[0].query_one(More)
        await it.until(lambda: said(more) == "… show more: 1,234 more characters")


async def test_json_longer_than_all_pieces_is_shown_piece_by_piece_in_place() -> None:
    rows: JsonValue = [{"number": number, "text": "some words"} for number in range(6_000)]
    async with stage(with_result(rows)) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+o")
        await it.until(lambda: bool(it.tools[0].query(More)))
        more = it.tools[0].query_one(More)
        await it.until(lambda: "characters of JSON in all" in said(more))
        sizes = shown_chars(it)
        assert FIRST_CHARS // 2 < sizes[0] <= FIRST_CHARS
        it.transcript.scroll_to_widget(more, animate=False, immediate=True)
        await it.until(lambda: "… show more" in it.drawn)
        top = it.rows(it.transcript)[0]
        for step, way in enumerate(("enter", "space", "click", "enter")):
            if way == "click":
                assert await it.pilot.click(more)
            else:
                more.focus(scroll_visible=False)
                await it.press(way)
            await it.until(lambda: len(shown_chars(it)) == step + 3)  # noqa: B023 - called at once
            assert it.rows(it.transcript)[0] == top
            it.transcript.scroll_to_widget(more, animate=False, immediate=True)
            await it.pilot.pause()
            top = it.rows(it.transcript)[0]
        assert max(shown_chars(it)) <= MOST_CHARS
        assert not it.tools[0].collapsed


async def test_the_last_piece_says_that_it_is_the_last() -> None:
    async with stage(with_result("x" * (FIRST_CHARS + 1234))) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+o")
        await it.until(lambda: bool(it.tools[0].query(More)))
        more = it.tools[0].query_one(More)
        more.focus(scroll_visible=False)
        await it.press("enter")
        await it.until(lambda: said(more) == "that is all")
        await it.press("enter")
        assert shown_chars(it) == [FIRST_CHARS, 1234, len("that is all")]
        assert more.has_focus


async def test_a_result_that_comes_while_the_panel_is_open_takes_its_place() -> None:
    gate = asyncio.Event()
    async with stage(ScriptedBackend(scripts=[script(gate)])) as it:
        await it.ask("Trip?")
        await it.until(lambda: len(it.tools) == 1)
        await it.press("ctrl+o")
        await it.until(lambda: "still running" in it.drawn)
        gate.set()
        await it.settled()
        await it.until(lambda: "still running" not in it.drawn)
        assert "degrees" in it.drawn


async def test_a_head_under_the_cursor_keeps_its_glyph_its_words_and_its_time() -> None:
    parts = [
        ToolPart(at, SafeText(f"tool{at}"), {}, state, "r", 12.0)
        for at, state in enumerate(ToolState)
    ]
    cited = CitationsPart((Citation(SafeText("1"), SafeText("T")),))
    history = {"s": [user("q", "Q"), assistant("a", *parts, cited)]}
    async with stage(ScriptedBackend(histories=history)) as it:
        await it.open("s")
        await it.settled()
        panels = list(it.transcript.query(FoldingPanel))
        assert len(panels) == len(parts) + 1
        for theme in [file.stem for file in shipped_folder().glob("*.toml")]:
            it.app.theme_switch.show(theme)
            for panel in panels:
                it.chat.set_focus(None)
                await it.pilot.pause()
                before = it.rows(panel.panel_title)
                panel.panel_title.focus(scroll_visible=False)
                await it.pilot.pause()
                assert it.rows(panel.panel_title) == ["▌" + before[0].removeprefix(" ")]
                assert ("12 s" in before[0]) == isinstance(panel, ToolPanel)
                assert_readable(it, panel.panel_title)


def assert_readable(it: Stage, widget: Widget) -> None:
    area = widget.region
    row = cells(it)[area.y][area.x : area.right]
    for cell in (each for each in row if each.text.strip()):
        for terminal in TERMINALS:
            ratio = contrast(cell.style, terminal)
            assert ratio >= cell.least, f"{cell.text!r} has {ratio:.1f} in {cell.style}"
