"""The keys that go through what is longer than the screen, in every dialog that may be."""

from __future__ import annotations

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tui.model import Bot, Session
from tui.safe_text import SafeText

SIZE = (80, 24)
TEXT = "\n\n".join(f"Row {at} of many." for at in range(200))
DIALOGS = [
    (("f1",), "In the composer"),
    (("ctrl+p",), "Commands"),
    (("f7",), "nord"),
    (("f6",), "Row 00"),
    (("ctrl+r",), "Question 39"),
    (("ctrl+s",), "Row 00"),
    (("alt+up", "i"), '"session"'),
    (("v",), "Row 0 of many."),
    (("ctrl+p", *"plain text", "enter"), "Row 0 of many."),
    (("f3", *"row"), "newest first"),
]
"""The keys that open each, and what is seen of it when it is filled."""


def library() -> ScriptedBackend:
    names = [f"Row {at:02}" for at in range(60)]
    history = [user("q", "Q"), assistant("a", TEXT)]
    return ScriptedBackend(
        dict.fromkeys(names, history),
        listed=[Session(each, SafeText(each), updated_at=NOON) for each in names],
        offered=[Bot(each, SafeText(each)) for each in names],
    )


async def test_pages_and_ends_are_a_key_away_in_all_that_is_longer_than_the_screen() -> None:
    async with stage(library(), size=SIZE) as it:
        for at in range(40):
            it.chat.open_chat.remember_question(f"Question {at}")
        await it.open("Row 00")
        await it.settled()
        for keys, filled in DIALOGS:
            await it.press(*(each.replace(" ", "space") for each in keys))
            await goes_through(it, filled)
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)


async def goes_through(it: Stage, filled: str) -> None:
    await it.until(lambda: it.app.screen is not it.chat and filled in it.drawn)
    await it.press("home")
    seen = [it.drawn]
    for key in ("pagedown", "end", "pageup", "home"):
        await it.press(key)
        await it.until(lambda: it.drawn != seen[-1])
        seen.append(it.drawn)
    assert seen[-1] == seen[0]
    assert len({*seen}) == len(seen) - 1
