from __future__ import annotations

import asyncio

from textual import events

from tests.tables import each_row
from tui.ui.chat.typed_ahead import FirstFrame, acted, first_question
from tui.ui.editing.typed import as_typed

ENTER = events.Key("enter", "\r")
NEW_LINE = events.Key("ctrl+j", None)
BACK = events.Key("backspace", "\x7f")
Typed = events.Key | events.Paste


def keys(text: str) -> list[Typed]:
    return [as_typed(events.Key(each, each)) for each in text]


@each_row(
    ("typed", "question", "count"),
    [
        ([], "", 0),
        (keys("Why?"), "", 0),
        ([*keys("Why?"), ENTER], "Why?", 5),
        ([*keys("Why?"), ENTER, *keys("And"), ENTER], "Why?", 5),
        ([*keys("Why?"), ENTER, events.Paste("and"), NEW_LINE, BACK], "Why?", 5),
        ([*keys("Why?"), ENTER, events.Key("escape", "\x1b")], "", 0),
        ([*keys("Why?"), ENTER, events.Key("ctrl+c", "\x03"), *keys("x")], "", 0),
        ([*keys(" ä 漢"), ENTER], " ä 漢", 5),
        ([ENTER, *keys("Why?"), ENTER], "", 0),
        ([*keys("  "), ENTER], "", 0),
        ([*keys("two\\"), ENTER, *keys("lines"), ENTER], "", 0),
        ([*keys("Wy"), BACK, *keys("hy?"), ENTER], "", 0),
        ([*keys("two"), NEW_LINE, *keys("lines"), ENTER], "", 0),
        ([events.Paste("pasted"), ENTER], "", 0),
        ([events.Key("f2", None), *keys("Why?"), ENTER], "", 0),
        ([events.Key("up", None), ENTER], "", 0),
        ([*keys("Why?"), events.Key("ctrl+x", "\x18"), ENTER], "", 0),
    ],
)
def test_a_question_is_letters_and_enter(typed: list[Typed], question: str, count: int) -> None:
    assert first_question(typed) == (question, count)


async def test_the_first_frame_waits_for_keys_and_what_they_ask_and_not_for_ever() -> None:
    settled, looks = asyncio.Event(), iter([True, True, False])

    async def settle() -> None:
        await settled.wait()

    settled.set()
    await FirstFrame().wait_for(acted(settle(), lambda: next(looks)))
    assert next(looks, None) is None
    settled.clear()
    frame = FirstFrame()
    for _ in range(2):
        await frame.wait_for(acted(settle(), lambda: True))
