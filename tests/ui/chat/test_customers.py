"""Questions typed in a session that a customer of the bot began."""

from __future__ import annotations

from textual.events import Key

from tests.fakes import NOON, ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage
from tui.backends.base import Capabilities
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.chat.customers import TITLE
from tui.ui.dialogs.unasked_pick import UnaskedPick


def shop() -> ScriptedBackend:
    return ScriptedBackend(
        histories={"s": [user("q", "Where is it?"), assistant("a", "Here.")]},
        listed=[Session("s", SafeText("Theirs"), updated_at=NOON)],
        scripts=[says(each) for each in ("One", "Two", "Three", "Four")],
        can=Capabilities("chatbot", sessions_belong_to_bot=True, operators=True),
    )


async def answered(it: Stage, *keys: str) -> None:
    """Answer the question that is asked now with these keys."""
    await it.until(lambda: isinstance(it.app.screen, UnaskedPick) and it.app.screen.takes_keys)
    assert TITLE in it.drawn
    await it.press(*keys)
    await it.until(lambda: it.app.screen is it.chat)


async def test_a_question_stands_in_a_new_session_unless_somebody_wants_it_there() -> None:
    backend = shop()
    async with stage(backend) as it:
        await it.open("s")
        await it.ask("And when?")
        await answered(it, "escape")
        assert (backend.sent, it.composer.whole_text) == ([], "And when?")
        await it.press("enter")
        await answered(it, "enter")
        await it.until(lambda: it.texts == ["And when?", "One"])
        assert it.composer.whole_text == ""
        # begun here, it is asked in without a word, and what is the customer's is as it was
        await it.ask("And why?")
        await it.until(lambda: it.texts[-1] == "Two")
        assert [each.text for each in backend.histories["s"]] == ["Where is it?", "Here."]


async def test_who_decides_to_ask_there_is_asked_once() -> None:
    backend = shop()
    async with stage(backend) as it:
        await it.open("s")
        await it.press("alt+up", "r")
        await answered(it, "down", "enter")
        await it.until(lambda: it.texts == ["Where is it?", "Here.", "Where is it?", "One"])
        await it.ask("And when?")
        await it.until(lambda: it.texts[-1] == "Two")
        assert it.app.screen is it.chat


async def test_what_is_typed_before_anybody_saw_the_question_answers_nothing() -> None:
    backend = shop()
    async with stage(backend) as it:
        await it.open("s")
        await it.write("And when?")
        for key in ("enter", "n", "o", "enter", "w"):
            it.app.post_message(Key(key, key if len(key) == 1 else None))
        await answered(it, "escape")
        assert backend.sent == []
        assert it.composer.whole_text == "And when?\nno\nw"
