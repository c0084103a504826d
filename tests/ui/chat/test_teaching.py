from __future__ import annotations

import asyncio

from textual.widgets import Input

from tests.fakes import assistant, user
from tests.ui.harness import Stage, offered, stage
from tests.unit.conversation.test_teaching import School
from tui.errors import ServerFailed
from tui.facts import SourceStatus
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen, TextField


def school() -> School:
    history = [user("q1", "To Norway?"), assistant("a1", "I do not know.")]
    return School({"s": history}, states=[SourceStatus.READY])


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


async def test_t_teaches_the_right_answer_and_nothing_written_is_lost() -> None:
    backend = school()
    async with stage(backend) as it:
        assert "read.teach" in offered(it)
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("alt+up", "t")
        await written(it, shows="To Norway?", answer="Do you ship to Norway?")
        await written(it, shows="I do not know.", answer="Yes.")
        await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
        it.app.screen.query_one(Input).value = "https://?"
        await it.press("enter")
        # told before anything is to be agreed to
        await it.until(lambda: it.app.screen is it.chat and "no web address" in it.drawn)

        await it.press("t")
        await written(it, shows="Do you ship to Norway?")
        await written(it, shows="Yes.")
        await it.until(lambda: isinstance(it.app.screen, EditLineScreen))
        it.app.screen.query_one(Input).value = "https://shop.example"
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert "Yes." in it.drawn
        assert "y/Enter yes" in it.drawn
        await it.press("n")
        await it.until(lambda: it.app.screen is it.chat)
        assert backend.taught == []

        backend.errors.append(ServerFailed("The server is full.", status=500))
        await stored_at_once(it, backend, 1)
        await it.until(lambda: it.app.screen is it.chat and "The server is full." in it.drawn)
        await stored_at_once(it, backend, 2)
        assert backend.taught[-1] == (
            "bot", "Do you ship to Norway?", "Yes.", "https://shop.example"
        )  # fmt: skip
        await it.until(lambda: len(it.toasts) == 2)
        assert it.toasts == [
            "Stored at the server. The bot takes it in now.", "The bot has learnt “Price?”."
        ]  # fmt: skip

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
        await it.until(lambda: len(backend.looked_at) == 2)
