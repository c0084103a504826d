"""Keys that come faster than they are acted on: from a script, a slow line, a stalled program."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual import events
from textual.keys import key_to_character
from textual.widget import Widget
from textual.widgets import Input

from tests.fakes import NOON, ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage
from tests.waiting import until
from tui.errors import StreamBroken
from tui.events import Started
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_routing import SETTLE_S
from tui.ui.sessions.picker import SessionsScreen


def burst(it: Stage, *keys: str) -> None:
    """Press keys before the app can act on the first one."""
    for key in keys:
        it.app.post_message(events.Key(key, key_to_character(key)))


def one_session() -> ScriptedBackend:
    return ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]}, scripts=[says("1"), says("2")]
    )


@pytest.mark.parametrize("place", ["#composer", "#transcript", "SessionList"])
async def test_letters_behind_a_new_session_are_written_there(place: str) -> None:
    backend = one_session()
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.chat.query_one(place))
        # r, e, d and j would mean something where the focus was
        burst(it, "ctrl+n", *"reddj")
        await it.until(lambda: len(it.composer.text) == 5)
        assert it.composer.text == "reddj"
        assert it.transcript.conversation is not None
        assert it.transcript.conversation.session_id is None
        await it.open("s")
        assert it.composer.text == ""
        assert backend.sent == []


@pytest.mark.parametrize("place", ["#composer", "#transcript", "SessionList"])
async def test_letters_before_a_new_session_stay_behind(place: str) -> None:
    async with stage(one_session()) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.chat.query_one(place))
        burst(it, *"hum", "ctrl+n", *"bath")
        await it.until(lambda: it.composer.text == "bath")
        await it.open("s")
        assert it.composer.text == "hum"


async def stall(turns: int) -> None:
    """Stand still for longer than a key waits, in so many turns of the loop one after the other."""
    for _ in range(turns):
        time.sleep(SETTLE_S * 1.1)  # noqa: ASYNC251 - that is what a stalled program does
        await asyncio.sleep(0)


async def test_letters_behind_a_key_wait_for_it_in_a_program_that_stalls() -> None:
    backend = ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        scripts=[[Started(), asyncio.Event()], says("2")],
    )
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        await it.ask("old")
        await it.until(lambda: backend.sent == ["old"])
        # n would mean something there
        it.chat.set_focus(it.transcript)
        burst(it, "ctrl+n", *"new", "enter")
        stalling = asyncio.ensure_future(stall(2))
        await it.until(lambda: len(backend.sent) == 2)
        await stalling
        assert backend.sent == ["old", "new"]
        await it.open("s")
        assert (it.queued, it.composer.text) == ([], "")


async def test_at_no_moment_the_text_of_one_session_stands_in_the_box_of_another() -> None:
    async with stage(one_session()) as it:
        await it.open("s")
        await it.settled()
        old = it.chat.open_chat.conversation
        await it.write("old")
        opening = asyncio.ensure_future(it.chat.controllers.navigation.new_session())
        while not opening.done():
            await asyncio.sleep(0)
            is_old = it.chat.open_chat.conversation is old
            assert it.composer.text == ("old" if is_old else "")
        await it.open("s")
        assert it.composer.text == "old"


@pytest.mark.parametrize("place", ["#composer", "#transcript", "SessionList"])
async def test_what_is_pasted_behind_a_new_session_is_written_there(place: str) -> None:
    async with stage(one_session()) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.chat.query_one(place))
        burst(it, "ctrl+n")
        it.app.post_message(events.Paste("pasted"))
        burst(it, *"by")
        await it.until(lambda: it.composer.text == "pastedby")
        await it.open("s")
        assert it.composer.text == ""


async def test_a_question_sent_before_a_new_session_is_asked_in_the_old_one() -> None:
    backend = one_session()
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        burst(it, *"old", "enter", "ctrl+n", *"new", "enter")
        await it.until(lambda: len(backend.sent) == 2)
        await it.settled()
        asked = {key: [each.text for each in told] for key, told in backend.histories.items()}
        assert [texts[-2] for texts in asked.values()] == ["old", "new"]
        assert it.composer.text == ""


async def test_enter_behind_a_switch_sends_no_draft_that_nobody_has_seen() -> None:
    backend = one_session()
    backend.listed = [Session("s", SafeText("Title"), updated_at=NOON)]
    async with stage(backend) as it:
        await it.write("new")
        await it.press("alt+j")
        await it.write("half a thought")
        await it.press("ctrl+n")
        for leads_there, text in (("alt+j", "half a thought hi"), ("ctrl+n", "new hi")):
            burst(it, leads_there, *" hi", "enter")
            await it.until(lambda: it.composer.text == text)  # noqa: B023 - called at once
            await it.until(lambda: "Not sent yet: a draft stood in this session" in it.notice)
            assert backend.sent == []
        # who has seen it sends it
        await it.press("enter")
        await it.until(lambda: backend.sent == ["new hi"])
        assert "Not sent yet" not in it.notice
        await it.settled()
        # a letter typed by itself was typed at the draft, whatever comes right behind
        await it.open("s")
        await it.press("!")
        await it.until(lambda: it.composer.text == "half a thought hi!")
        burst(it, "!", "enter")
        await it.until(lambda: backend.sent[1:] == ["half a thought hi!!"])


async def test_a_draft_that_is_there_to_see_is_sent_though_the_switch_is_not_done() -> None:
    backend = one_session()
    backend.listed = [Session("s", SafeText("Title"), updated_at=NOON)]
    is_done = asyncio.Event()
    async with stage(backend) as it:
        await it.press("alt+j")
        await it.write("half a thought")
        await it.press("ctrl+n")
        around = it.composer.parent
        assert isinstance(around, Widget)
        # a key is done when all around where it acted have seen to it
        around.call_later(is_done.wait)
        burst(it, "alt+j")
        # not as the stage waits, which is until the key is done
        await until(lambda: it.composer.text == "half a thought")
        assert "half a thought" in it.drawn
        assert it.composer.is_drawn_by(time.monotonic())
        burst(it, *" hi", "enter")
        is_done.set()
        await it.until(lambda: backend.sent == ["half a thought hi"])


async def test_a_new_session_behind_the_first_question_of_one_is_another() -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2")])
    async with stage(backend) as it:
        burst(it, *"old", "enter", "ctrl+n", *"new", "enter")
        await it.until(lambda: len(backend.sent) == 2)
        await it.settled()
        asked = [told[0].text for told in backend.histories.values()]
        assert asked == ["old", "new"]


async def test_questions_typed_ahead_are_asked_one_after_the_other() -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2"), says("3")])
    async with stage(backend) as it:
        burst(it, *"first", "enter", *"second", "enter", *"third", "enter")
        await it.until(lambda: len(backend.sent) == 3)
        await it.settled()
        assert backend.sent == ["first", "second", "third"]
        assert list(backend.histories) == ["new-0"]
        assert it.composer.text == ""


async def test_what_was_typed_ahead_of_an_answer_that_fails_waits_for_a_word() -> None:
    backend = ScriptedBackend(scripts=[[Started(), StreamBroken("The answer was cut short.")]])
    async with stage(backend) as it:
        # the last Enter is for a queue that nobody has seen waiting
        burst(it, *"first", "enter", *"second", "enter", "enter")
        await it.until(lambda: it.queued == ["second"] and "waits for your word" in it.drawn)
        burst(it, *"third")
        await it.until(lambda: it.composer.text == "third")
        await it.settled()
        assert (backend.sent, it.queued) == (["first"], ["second"])


async def test_stopping_an_answer_keeps_what_was_typed_ahead() -> None:
    backend = ScriptedBackend(scripts=[[Started(), asyncio.Event()]])
    async with stage(backend) as it:
        burst(it, *"first", "enter", *"second", "enter")
        await it.until(lambda: backend.sent == ["first"] and it.composer.text == "")
        await it.press("escape")
        await it.until(lambda: "waits for your word" in it.drawn)
        await it.settled()
        assert (backend.sent, it.queued, it.composer.text) == (["first"], ["second"], "")


async def test_keys_behind_one_that_opens_a_dialog_go_there() -> None:
    backend = one_session()
    async with stage(backend, size=(90, 30)) as it:
        await it.open("s")
        await it.settled()
        for opens in ("f1", "f3", "f4", "f6", "f7", "ctrl+p", "ctrl+r", "f2"):
            burst(it, opens, *"zqx", opens, "f1", "ctrl+p")
            await it.until(lambda: it.app.screen is not it.chat)
            await it.pilot.pause()
            burst(it, "escape", "escape", "escape", "escape")
            await it.until(lambda: it.app.screen is it.chat)
            await it.pilot.pause()
            assert (opens, it.composer.text) == (opens, "")
        assert backend.sent == []


async def test_the_palette_and_the_help_over_it_open_once() -> None:
    async with stage(ScriptedBackend()) as it:
        burst(it, "ctrl+p", "f1", "ctrl+p", "f1", "ctrl+p")
        await it.until(lambda: it.app.screen is not it.chat)
        await it.pilot.pause()
        assert len(it.app.screen_stack) == 3


async def test_letters_behind_the_key_that_finds_are_looked_for() -> None:
    async with stage(one_session()) as it:
        await it.open("s")
        await it.settled()
        burst(it, "ctrl+f", *"abc")
        await it.until(lambda: len(it.chat.query("FindBar Input")) == 1)
        field = it.chat.query_one("FindBar Input", Input)
        await it.until(lambda: field.value == "abc")
        burst(it, "ctrl+n", *"new")
        await it.until(lambda: it.composer.text == "new")
        assert field.value == "abc"


async def test_letters_behind_the_key_of_the_list_narrow_it() -> None:
    async with stage(one_session(), size=(90, 30)) as it:
        burst(it, "ctrl+s", *"abc")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        field = it.app.screen.query_one(Input)
        await it.until(lambda: field.value == "abc")
        assert it.composer.text == ""


async def test_a_second_label_key_means_nothing_to_what_is_behind() -> None:
    backend = ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "Run:\n\n```sh\nmake\n```\n")]}
    )
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.transcript)
        for again in ("a", "d", "x", "escape"):
            burst(it, "f", "escape" if again == "escape" else "a", again)
            await it.pilot.pause()
            await it.until(lambda: it.app.screen is it.chat)
            await it.pilot.pause()
            assert it.app.screen is it.chat
            assert (again, it.composer.text) == (again, "")
            assert it.transcript.has_focus


async def test_enter_twice_in_a_dialog_does_not_send_what_is_behind() -> None:
    backend = one_session()
    async with stage(backend) as it:
        await it.write("not yet")
        burst(it, "f7", "enter", "enter")
        await it.until(lambda: it.app.screen is it.chat)
        await it.pilot.pause()
        assert backend.sent == []
        assert it.composer.text == "not yet"


async def test_a_dialog_that_is_closed_already_closes_nothing_else() -> None:
    async with stage(one_session()) as it:
        await it.press("f1")
        dialog = it.app.screen
        assert isinstance(dialog, Dialog)
        dialog.dismiss()
        dialog.dismiss()
        await it.until(lambda: it.app.screen is it.chat)
        await it.pilot.pause()
        assert it.app.screen is it.chat
