"""What shows a key or looks pressable acts on a click, and a click loses nothing."""

from __future__ import annotations

import re

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tui.model import Citation, CitationsPart, Failure, Message, Session, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.chat.notice import Topic
from tui.ui.commands.screen import CommandsScreen
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.transcript.sources import SourceList

ANSWER = "See [the docs](https://example.org) and [3.4].\n\n```sh\nmake all\n```"
DRAFT = "a draft of mine"
PARTS = (
    ToolPart(0, SafeText("weather"), {"city": "Oslo"}, ToolState.DONE, "7 degrees"),
    ANSWER,
    CitationsPart((Citation(SafeText("3.4"), SafeText("Handbook"), SafeText("https://e.org/h")),)),
)


def failed(message: Message) -> Message:
    return Message(
        message.id, message.role, message.parts, failure=Failure("It broke.", status=500)
    )


def backend() -> ScriptedBackend:
    return ScriptedBackend(
        histories={
            "s": [user("q", "Q"), failed(assistant("a", *PARTS))],
            "t": [user("p", "Other?"), assistant("b", "Other answer")],
        },
        listed=[
            Session("s", SafeText("First one"), updated_at=NOON),
            Session("t", SafeText("Other one"), updated_at=NOON),
        ],
    )


def places(it: Stage, pattern: str, first_column: int) -> list[tuple[int, int]]:
    """Where a pattern finds something on the screen: its group, else all of it."""
    sought = re.compile(pattern)
    found = [(sought.search(row, first_column), y) for y, row in enumerate(it.drawn.split("\n"))]
    return [(each.start(each.lastindex or 0), y) for each, y in found if each is not None]


async def click(it: Stage, pattern: str, *, in_list: bool = False) -> None:
    first_column = it.list.region.right if it.app.screen is it.chat and not in_list else 0
    await it.until(lambda: bool(places(it, pattern, first_column)))
    await it.pilot.click(offset=places(it, pattern, first_column)[0])
    await it.pilot.pause()


async def test_what_shows_a_key_or_looks_pressable_acts_on_a_click() -> None:
    async with stage(backend(), size=(120, 44)) as it:
        await it.open("s")
        await it.settled()
        await it.write(DRAFT)
        await it.until(lambda: "It broke." in it.drawn)
        place = it.transcript.scroll_offset
        await click_what_an_answer_shows(it)
        await click_labels_and_notes(it)
        assert it.composer.whole_text == DRAFT
        assert it.transcript.scroll_offset == place

        await click(it, r"\[3\.4\]")
        await it.until(lambda: it.one(SourceList).has_focus)
        await click(it, r"Handbook")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await click(it, r"Esc (cancel)")
        await it.until(lambda: it.app.screen is it.chat)

        await click(it, r"Other one", in_list=True)
        await it.until(lambda: "Other answer" in it.drawn)
        await click(it, r"First one", in_list=True)
        await it.until(lambda: it.composer.whole_text == DRAFT)


async def click_what_an_answer_shows(it: Stage) -> None:
    await click(it, r"c copy")
    await it.until(lambda: it.app.clipboard == "make all\n")

    await click(it, r"the docs")
    await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
    await click(it, r"n (no)")
    await it.until(lambda: it.app.screen is it.chat)

    await click(it, r"weather\(")
    await it.until(lambda: not it.tools[0].collapsed)
    await click(it, r"weather\(")
    await it.until(lambda: it.tools[0].collapsed)

    await click(it, r"i (details)")
    await it.until(lambda: isinstance(it.app.screen, InspectorScreen))
    await click(it, r"Esc (close)")
    await it.until(lambda: it.app.screen is it.chat)


async def click_labels_and_notes(it: Stage) -> None:
    it.transcript.focus()
    await it.press("f")
    await it.until(lambda: isinstance(it.app.screen, HintsScreen))
    await click(it, r"a\s*▶")
    await it.until(lambda: not it.tools[0].collapsed)
    it.tools[0].collapsed = True

    it.chat.notice.show(Topic.ACTION, "Something happened.")
    await click(it, r"Esc (close)")
    await it.until(lambda: not it.chat.notice.is_open)

    await click(it, r"F1 Keys")
    await it.until(lambda: isinstance(it.app.screen, CommandsScreen))
    await click(it, r"Esc (close)")
    await it.until(lambda: it.app.screen is it.chat)


async def test_a_click_leaves_the_keys_where_they_were() -> None:
    async with stage(backend(), size=(120, 44)) as it:
        await it.open("s")
        await it.settled()
        await it.until(lambda: "It broke." in it.drawn)
        for pattern in (r"It broke", r"weather\(", r"❝ 1 source", r"i (details)"):
            await click(it, pattern)
            if it.app.screen is not it.chat:
                await it.press("escape")
                await it.until(lambda: it.app.screen is it.chat)
            assert it.composer.has_focus
            await it.press("k")
        assert it.composer.whole_text == "kkkk"
        # who reads with the keys goes on reading
        await it.press("alt+up")
        await click(it, r"It broke")
        assert it.transcript.has_focus
        await it.press("k")
        assert it.composer.whole_text == "kkkk"


async def test_a_row_of_a_picker_is_picked_by_a_click() -> None:
    async with stage(backend()) as it:
        await it.press("f7")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await click(it, r"high-contrast")
        await it.until(lambda: it.app.theme == "high-contrast")
        await it.until(lambda: it.app.screen is it.chat)


@pytest.mark.parametrize("words", ["composer", "list"])
async def test_the_wheel_scrolls_what_is_under_it_wherever_the_focus_is(words: str) -> None:
    long = {"s": [user("q", "Q"), assistant("a", "Words.\n\n" * 200)]}
    async with stage(ScriptedBackend(histories=long)) as it:
        await it.open("s")
        await it.settled()
        (it.composer if words == "composer" else it.list).focus()
        focused = it.app.focused
        await it.until(lambda: it.transcript.scroll_y > 100)
        before, (x, y) = it.transcript.scroll_y, it.transcript.region.center
        for kind in (MouseScrollUp, MouseScrollUp, MouseScrollDown):
            wheel = kind(None, int(x), int(y), 0, 0, 0, False, False, False, int(x), int(y))
            it.app.screen._forward_event(wheel)
            await it.pilot.pause()
        await it.until(lambda: it.transcript.scroll_y < before)
        assert not it.transcript.following
        assert it.app.focused is focused
