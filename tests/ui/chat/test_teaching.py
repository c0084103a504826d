from __future__ import annotations

import asyncio

from textual.widgets import Input

from tests.fakes import assistant, says, user
from tests.ui.harness import Stage, offered, stage
from tests.unit.conversation.test_teaching import School
from tui.errors import ServerFailed
from tui.facts import SourceStatus
from tui.ui.desk.comparison import ComparisonScreen
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen, TextField


def school() -> School:
    history = [user("q1", "To Norway?"), assistant("a1", "I do not know.")]
    return School({"s": history}, states=[SourceStatus.READY, SourceStatus.FAILED])


async def written(it: Stage, *, shows: str, answer: str | None = None) -> None:
    await it.until(lambda: isinstance(it.app.screen, EditTextScreen) and shows in it.drawn)
    if answer is not None:
        it.app.screen.query_one(TextField).put(answer)
    screen = it.app.screen
    assert "Enter next" in it.drawn
    await it.press("enter")
    await it.until(lambda: it.app.screen is not screen)


async def stored_at_once(it: Stage, backend: School, times: int) -> None:
    """Teach what was written before."""
    await it.press("t")
    await written(it, shows="Do you ship to Norway?")
    await written(it, shows="Yes.")
    await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
    await it.press("enter")
    await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
    await it.press("y")
    await it.until(lambda: len(backend.taught) == times)


async def refused_and_declined(it: Stage) -> None:
    """Write an address that is none, which is told before anything is to be agreed to; then no."""
    await it.press("t")
    await written(it, shows="To Norway?", answer="Do you ship to Norway?")
    await written(it, shows="I do not know.", answer="Yes.")
    await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
    it.app.screen.query_one(Input).value = "https://?"
    await it.press("enter")
    await it.until(lambda: it.app.screen is it.chat and "no web address" in it.drawn)

    await it.press("t")
    await written(it, shows="Do you ship to Norway?")
    await written(it, shows="Yes.")
    await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
    it.app.screen.query_one(Input).value = "https://shop.example"
    await it.press("enter")
    await it.until(lambda: isinstance(it.app.screen, ConfirmScreen) and "Yes." in it.drawn)
    assert "y/Enter yes" in it.drawn
    await it.press("n")
    await it.until(lambda: it.app.screen is it.chat)


async def test_t_teaches_the_right_answer_and_nothing_written_is_lost() -> None:
    backend = school()
    async with stage(backend) as it:
        assert "read.teach" in offered(it)
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("alt+up")
        await refused_and_declined(it)
        assert backend.taught == []

        backend.errors.append(ServerFailed("The server is full.", status=500))
        await stored_at_once(it, backend, 1)
        await it.until(lambda: it.app.screen is it.chat and "The server is full." in it.drawn)
        await stored_at_once(it, backend, 2)
        assert backend.taught[-1] == (
            "bot", "Do you ship to Norway?", "Yes.", "https://shop.example"
        )  # fmt: skip
        assert it.toasts == ["Stored at the server. The bot takes it in now."]
        await it.until(lambda: "The bot has learnt “Price?”." in it.notice)
        assert "taught: r asks it again" in it.drawn

        backend.gate = asyncio.Event()
        await it.press("t")
        await written(it, shows="To Norway?")
        await written(it, shows="I do not know.", answer="Never.")
        await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: len(backend.taught) == 3)
        # another one that is begun does not cut it off
        await it.press("t")
        await it.until(lambda: isinstance(it.app.screen, EditTextScreen))
        backend.gate.set()
        await it.until(lambda: "The bot could not learn “Price?”." in it.notice)


async def learnt(it: Stage) -> None:
    """Teach the answer to what is selected as it is suggested, and wait until it is learnt."""
    await it.press("t")
    await written(it, shows="To Norway?")
    await written(it, shows="I do not know.")
    await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
    await it.press("enter")
    await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
    await it.press("y")
    await it.until(lambda: "Alt+V asks it again" in it.notice)


async def asked_again(it: Stage, key: str) -> str:
    """Ask again by a key, and return what is shown when the answer is there."""
    await it.press(key)
    await it.until(lambda: isinstance(it.app.screen, ComparisonScreen))
    await it.until(lambda: "Before → Now: " in it.drawn or "no answer" in it.drawn)
    drawn = it.drawn
    await it.press("escape")
    await it.until(lambda: it.app.screen is it.chat)
    return drawn


async def test_what_was_taught_is_asked_again_in_a_new_session_beside_the_old_answer() -> None:
    backend = school()
    backend.scripts = [says("I do ship."), says("Never.")]
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("alt+v")
        await it.until(
            lambda: any(each.startswith("No bot has learnt anything yet;") for each in it.toasts)
        )
        await it.press("alt+up")
        await learnt(it)
        drawn = await asked_again(it, "alt+v")
        assert "To Norway?" in drawn
        assert "I do not know." in drawn
        assert "I do [-not know.-] {+ship.+}" in drawn
        assert it.notice == ""
        # where it was taught the key that retries asks it again
        drawn = await asked_again(it, "r")
        assert "Never." in drawn
        assert backend.sent == ["To Norway?", "To Norway?"]
        # nothing of it went into the session, and nothing is left of the new ones
        await it.until(lambda: {*backend.histories} == {"s"})
        assert len(backend.histories["s"]) == 2
