from __future__ import annotations

import asyncio
from itertools import product

import pytest
from textual.widgets import Input

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.ui.harness import Stage, app_of, ready, stage
from tui.events import Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.chat.notice import Topic
from tui.ui.sessions.panel import SessionPanel

every_frame = pytest.mark.every_frame
"""For those in which a size that is passed through could be one too many."""

SIZES = [(200, 60), (120, 36), (100, 30), (99, 30), (80, 24), (60, 20)]


def library() -> ScriptedBackend:
    answer = "# Title\n\n" + "A sentence that is long enough to be wrapped somewhere. " * 12
    return ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", answer)]},
        listed=[Session("s", SafeText("A session"), updated_at=NOON)],
    )


async def test_the_composer_is_in_sight_and_focused_at_every_size() -> None:
    # a window that has had other sizes stands as one that has not: see `test_resizing`
    async with stage(library(), size=SIZES[0]) as it:
        await it.open("s")
        await it.settled()
        for size in SIZES:
            await it.pilot.resize_terminal(*size)
            await it.until(lambda: it.app.size == size)  # noqa: B023 - called at once
            assert it.composer.has_focus
            assert it.composer.region.bottom <= size[1]
            assert it.composer.region.height >= 3
            assert it.transcript.region.height >= size[1] // 2
            assert it.one(SessionPanel).display is (size[0] >= 100)
            assert all(len(row) == size[0] for row in it.drawn.splitlines())


@every_frame
async def test_resizing_keeps_the_text_and_the_end_in_sight() -> None:
    async with stage(library()) as it:
        await it.open("s")
        await it.settled()
        await it.write("draft")
        for size in [*SIZES, *reversed(SIZES)]:
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause()
            assert it.composer.whole_text == "draft"
            assert it.composer.has_focus
            assert "somewhere." in "\n".join(it.rows(it.transcript))


@every_frame
async def test_resizing_in_the_middle_of_a_stream_loses_nothing() -> None:
    gate, backend = asyncio.Event(), library()
    backend.scripts = [
        [Started(), TextDelta(SafeText("before ")), gate, TextDelta(SafeText("after"))]
    ]
    async with stage(backend) as it:
        await it.ask("Resize?")
        await it.until(lambda: "before " in it.texts)
        await it.pilot.resize_terminal(60, 20)
        gate.set()
        await it.settled()
        await it.pilot.resize_terminal(200, 60)
        await it.pilot.pause()
        assert it.texts == ["Resize?", "before after"]
        assert "before after" in it.drawn


@every_frame
async def test_the_list_in_focus_gives_the_focus_away_when_it_goes() -> None:
    async with stage(library()) as it:
        await it.press("ctrl+s")
        assert it.one(SessionPanel).has_keys
        await it.pilot.resize_terminal(80, 24)
        await it.pilot.pause()
        await it.press("a")
        assert it.composer.whole_text == "a"


async def test_the_reading_column_is_no_wider_than_can_be_read() -> None:
    backend = library()
    backend.histories["s"] = [user("q", "word " * 99), assistant("a", "word " * 99)]
    async with stage(backend, size=(200, 60)) as it:
        await it.open("s")
        await it.settled()
        for view in it.views:
            words = [row.strip(" ▎") for row in it.rows(view) if "word word" in row]
            assert 90 < max(map(len, words)) <= 104


async def test_no_dialog_cuts_the_line_that_tells_its_keys() -> None:
    asked = [user(f"q{n}", f"question {n}") for n in range(60)]
    backend = library()
    backend.histories["s"] += asked
    mine = connection(backend)
    for message in asked:
        mine.local.remember_question(message.text)
    app = app_of(mine, clock=StillClock())
    async with app.run_test(size=(60, 20)) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.open("s")
        await it.settled()
        for size in ((60, 20), (120, 36)):
            await it.pilot.resize_terminal(*size)
            await it.until(lambda: it.app.size == size)  # noqa: B023 - called at once
            for key in ("f1", "f7", "ctrl+r", "f3", "f2"):
                # on a wide screen F2 goes to the list first
                await it.press(*([key] * (2 if key == "f2" and size[0] >= 100 else 1)))
                await it.until(lambda: it.app.screen is not it.chat)
                await it.press(*("question" if key == "f3" else ""))
                hint = it.app.screen.query_one(".hint")
                box = it.app.screen.query_one(".box")
                assert hint.region.height
                assert hint.region.bottom <= box.content_region.bottom
                await it.press("escape")
                await it.until(lambda: it.app.screen is it.chat)


@every_frame
async def test_every_dialog_fits_the_smallest_screen() -> None:
    async with stage(library(), size=(60, 20)) as it:
        for key in ("f1", "f7", "ctrl+p", "ctrl+r", "f3"):
            await it.press(key)
            await it.until(lambda: it.app.screen is not it.chat)
            await it.pilot.pause()
            for widget in it.app.screen.children:
                assert widget.region.right <= 60
                assert widget.region.bottom <= 20
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)


async def test_a_send_works_on_the_smallest_screen() -> None:
    async with stage(ScriptedBackend(scripts=[says("Small but whole")]), size=(60, 20)) as it:
        await it.ask("Hi")
        await it.settled()
        assert "Small but whole" in it.drawn


SMALL = [(10, 5), (10, 24)]
DIALOGS = ("ctrl+f", "f2", "f3", "f7", "ctrl+p")


@every_frame
@pytest.mark.parametrize("size", SMALL)
async def test_what_is_typed_is_in_sight_on_any_usable_screen(size: tuple[int, int]) -> None:
    async with stage(library(), size=size) as it:
        await it.open("s")
        await it.settled()
        it.chat.notice.show(Topic.ACTION, "A long note about something. " * 6, "And a hint.")
        await it.press(*"typed")
        await it.until(lambda: "typed" in it.drawn)
        assert it.composer.region.bottom <= size[1]
        await it.press("ctrl+c")
        for key in DIALOGS:
            await it.press(key)
            await it.until(lambda: isinstance(it.app.focused, Input))
            await it.press(*"typ")
            await it.until(lambda: "typ" in it.drawn)
            # the first clears what filters the sessions
            await it.press("escape", "escape")
            await it.until(lambda: not isinstance(it.app.focused, Input))


@every_frame
async def test_no_size_ends_the_app_or_changes_the_draft() -> None:
    async with stage(library()) as it:
        await it.open("s")
        await it.settled()
        await it.write("draft")
        for key, size in zip(("f1", *DIALOGS), product([1, 7, 200], [1, 4, 60]), strict=False):
            await it.press(key)
            await it.pilot.resize_terminal(*size)
            await it.press("escape")
        await it.pilot.resize_terminal(*SIZES[0])
        await it.until(lambda: it.app.size == SIZES[0])
        await it.until(lambda: it.app.screen is it.chat)
        assert it.composer.whole_text == "draft"


@every_frame
async def test_at_no_width_the_layout_goes_on_for_ever() -> None:
    async with stage(library(), size=(13, 30)) as it:
        await it.open("s")
        await it.settled()
        layouts: list[object] = []
        it.chat.screen_layout_refresh_signal.subscribe(it.chat, layouts.append, immediate=True)
        for columns in range(12, 0, -1):
            await it.pilot.resize_terminal(columns, 30)
            await it.pilot.pause()
            layouts.clear()
            await it.pilot.pause()
            assert layouts == [], columns
