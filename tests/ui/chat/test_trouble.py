from __future__ import annotations

import asyncio

import pytest
from textual.events import Key

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.ui.harness import NO_FOLDER, Stage, other_profile, ready, stage
from tui.conversation import Connection
from tui.errors import AccessRefused, NotFound, RunnelError, SettingsError, Unreachable
from tui.model import Bot, Profile, Session
from tui.safe_text import SafeText
from tui.ui.app import RunnelApp
from tui.ui.dialogs.pick import PickScreen
from tui.ui.dialogs.unasked_pick import UnaskedPick
from tui.ui.search.screen import SearchScreen


class RefusingBackend(ScriptedBackend):
    """Fails at the first call of a connection, until `error` is taken away."""

    error: RunnelError | None = None

    async def bots(self) -> list[Bot]:
        if self.error is not None:
            raise self.error
        return await super().bots()


def refusing(error: RunnelError) -> RefusingBackend:
    backend = RefusingBackend(histories={"a": [user("q", "Q"), assistant("a", "A")]})
    backend.listed = [Session("a", SafeText("Session A"), updated_at=NOON)]
    backend.error = error
    return backend


async def test_an_unreachable_server_is_told_and_the_app_goes_on() -> None:
    backend = refusing(Unreachable("No server answers.", hint="Start it.", sent=False))
    async with stage(backend) as it:
        assert "No server answers." in it.notice
        assert "Start it." in it.notice
        await it.write("still here")
        assert it.composer.whole_text == "still here"
        assert "No server answers." in it.notice


async def test_f5_asks_again_and_closes_the_note() -> None:
    backend = refusing(AccessRefused("The key is wrong.", hint="Check the token."))
    async with stage(backend) as it:
        assert "The key is wrong." in it.notice
        assert list(it.list.rows) == []
        backend.error = None
        await it.press("f5")
        await it.until(lambda: not it.notice)
        assert [row.session.id for row in it.list.rows] == ["a"]


async def test_of_two_files_that_cannot_be_written_both_are_told_and_each_once() -> None:
    async with stage(ScriptedBackend()) as it:
        for file in ("store.db", "choices.json", "store.db"):
            it.app.tell(f"{file} cannot be written.")
        await it.until(lambda: "choices.json cannot be written." in it.notice)
        assert it.notice.count("store.db cannot be written.") == 1
        await it.press("escape")
        await it.until(lambda: not it.notice)
        it.app.tell("store.db cannot be written.")
        await it.until(lambda: "store.db cannot be written." in it.notice)


async def test_escape_closes_a_note() -> None:
    async with stage(refusing(AccessRefused("The key is wrong."))) as it:
        await it.press("escape")
        assert it.notice == ""


async def test_text_typed_without_a_connection_is_not_lost() -> None:
    async def connect(name: str) -> Connection:
        raise SettingsError("The profile 'work' needs a key.", hint="Set its token.")

    profile = Profile("work", "gpt-trainer", "http://127.0.0.1:1")
    app = RunnelApp(connect, [profile], "work", config_folder=NO_FOLDER, now=StillClock().now)
    async with app.run_test() as pilot:
        it = Stage(app, pilot)
        await ready(it)
        assert "needs a key" in it.notice
        assert "Set its token." in it.notice
        await it.ask("My question")
        assert it.composer.whole_text == "My question"
        assert "no connection" in it.notice


async def test_a_session_that_is_gone_is_told_when_opened() -> None:
    backend = ScriptedBackend(
        listed=[Session("gone", SafeText("Gone"), updated_at=NOON)],
        histories={"a": [user("q", "Q"), assistant("a", "A")]},
        read_errors=[NotFound("This session is gone.", hint="Read the list again with F5.")],
    )
    async with stage(backend) as it:
        await it.open("gone")
        await it.until(lambda: "This session is gone." in it.notice)
        await it.open("a")
        await it.settled()
        assert it.texts == ["Q", "A"]


async def test_a_session_that_is_gone_is_told_though_the_list_can_be_read() -> None:
    backend = ScriptedBackend(histories={"a": [user("q", "Q"), assistant("a", "A")], "b": []})
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        backend.read_errors = [NotFound("This session is gone.")]
        await it.press("f5")
        await it.until(lambda: not backend.read_errors)
        await it.until(lambda: not it.chat.workers)
        assert "The server has deleted this session." in it.notice
        await it.open("b")
        await it.until(lambda: it.notice == "")


async def test_the_local_copy_shows_while_the_server_cannot_be_read() -> None:
    backend = ScriptedBackend(
        histories={"a": [user("q", "Q"), assistant("x", "A")], "b": []},
        listed=[Session("a", SafeText("A"), updated_at=NOON)],
    )
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.press("ctrl+n")
        backend.read_errors = [Unreachable("No server answers.")]
        await it.open("a")
        await it.until(lambda: "No server answers." in it.notice)
        assert it.texts == ["Q", "A"]


async def test_a_notice_of_the_start_stands_beside_errors_until_it_is_closed() -> None:
    backend = refusing(Unreachable("No server answers."))
    async with stage(backend, notices=["The file can be read by others."]) as it:
        assert "The file can be read by others." in it.notice
        assert "No server answers." in it.notice
        backend.error = None
        await it.press("f5")
        await it.until(lambda: "No server answers." not in it.notice)
        assert "The file can be read by others." in it.notice
        await it.press("escape")
        assert it.notice == ""


async def test_errors_with_markup_are_text() -> None:
    async with stage(refusing(Unreachable("[/nope] [@click=app.quit]x", hint="[/b]"))) as it:
        assert "[/nope] [@click=app.quit]x" in it.drawn


async def test_a_profile_that_cannot_be_opened_leaves_the_open_one_alone() -> None:
    clock = StillClock()
    here, there = ScriptedBackend(scripts=[says("Yes")]), ScriptedBackend()

    async def connect(name: str) -> Connection:
        if name == "lab":
            raise SettingsError("The profile 'lab' needs a password.")
        return connection(here, clock)

    lab = other_profile("lab", there, clock).profile
    test = Profile("test", "hardwire", "http://127.0.0.1:1")
    app = RunnelApp(connect, [test, lab], "test", config_folder=NO_FOLDER, now=clock.now)
    async with app.run_test() as pilot:
        it = Stage(app, pilot)
        await ready(it)
        app.front.profiles.open("lab")
        await it.until(lambda: "needs a password" in it.notice)
        assert it.status.place == "test/Bot"
        await it.ask("Still there?")
        await it.settled()
        assert it.texts == ["Still there?", "Yes"]


class TwoBots(ScriptedBackend):
    bots_gate: asyncio.Event | None = None

    async def bots(self) -> list[Bot]:
        if self.bots_gate is not None:
            await self.bots_gate.wait()
        return [Bot("small", SafeText("Small")), Bot("large", SafeText("Large"))]


def takes_keys(it: Stage) -> bool:
    """The picker that nobody asked for has been on the screen for a moment."""
    return isinstance(it.app.screen, UnaskedPick) and it.app.screen.takes_keys


async def leave_open(it: Stage) -> None:
    """Go over to a profile with two bots, and choose neither in the picker that opens then."""
    it.app.front.profiles.open("lab")
    await it.until(lambda: takes_keys(it))
    await it.press("escape")
    await it.until(lambda: it.app.screen is it.chat)


async def test_a_key_for_the_chat_acts_though_a_picker_has_opened_by_itself() -> None:
    clock, backend = StillClock(), TwoBots()
    undecided = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), undecided, clock=clock) as it:
        await leave_open(it)
        await it.write("Anybody?")
        for key, opened in (("f3", SearchScreen), ("f6", PickScreen)):
            await it.press("enter")
            await it.until(lambda: isinstance(it.app.screen, UnaskedPick))
            await it.press(key)
            await it.until(lambda: type(it.app.screen) in (SearchScreen, PickScreen))
            assert isinstance(it.app.screen, opened)
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)
            assert (it.composer.whole_text, len(it.app.screen_stack)) == ("Anybody?", 2)
        assert backend.sent == []


async def test_a_profile_without_a_settled_bot_leads_into_its_picker_once() -> None:
    clock, backend = StillClock(), TwoBots()
    undecided = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), undecided, clock=clock) as it:
        await leave_open(it)
        assert "No model chosen yet." in it.notice
        assert "Press F6 to choose one." in it.notice
        await it.write("Anybody?")
        await it.press("f5")
        await it.settled_reading()
        assert it.app.screen is it.chat
        await it.press("f6")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.press("enter")
        await it.until(lambda: it.notice == "")
        assert backend.sent == []
        assert it.composer.whole_text == "Anybody?"


async def test_the_picker_of_a_profile_does_not_open_over_what_is_being_written() -> None:
    clock, backend, gate = StillClock(), TwoBots(), asyncio.Event()
    undecided = other_profile("lab", backend, clock, bot_id="")
    backend.bots_gate = gate
    async with stage(ScriptedBackend(), undecided, clock=clock) as it:
        it.app.front.profiles.open("lab")
        await it.until(lambda: it.status.place.startswith("lab"))
        await it.write("Anybody?")
        gate.set()
        await it.until(lambda: "No model chosen yet." in it.notice)
        await it.settled_reading()
        assert it.app.screen is it.chat
        assert it.composer.whole_text == "Anybody?"


@pytest.mark.parametrize("closing", ["escape", "enter"])
async def test_what_is_typed_before_its_picker_is_seen_is_written_and_picks_nothing(
    closing: str,
) -> None:
    clock, backend = StillClock(), TwoBots(scripts=[says("Yes")])
    undecided = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), undecided, clock=clock) as it:
        await leave_open(it)
        await it.write("one")
        for key in ("enter", *"twp", "backspace", "o", "enter", *"three", "enter"):
            it.app.post_message(Key(key, key if len(key) == 1 else None))
        await it.until(lambda: takes_keys(it))
        assert backend.sent == []
        await it.press(closing)
        await it.until(lambda: it.app.screen is it.chat)
        if closing == "escape":
            await it.until(lambda: it.composer.whole_text == "one\ntwo\nthree")
            assert backend.sent == []
        else:
            await it.until(lambda: backend.sent == ["one"])
            await it.settled()
            assert it.composer.whole_text == "two\nthree"


async def test_a_question_typed_into_its_picker_is_written_when_that_is_left() -> None:
    clock = StillClock()
    others = [other_profile(name, TwoBots(), clock, bot_id="") for name in ("lab", "attic")]
    async with stage(ScriptedBackend(), *others, clock=clock) as it:
        # of the second one a bot is found by it: it was meant for the filter
        for name, typed, written in (("lab", "anybody?", "anybody?"), ("attic", "lar", "")):
            it.app.front.profiles.open(name)
            await it.until(lambda: takes_keys(it))
            await it.press(*typed, "escape")
            await it.until(lambda: it.app.screen is it.chat)
            await it.settled_reading()
            assert it.composer.whole_text == written
            await it.press("ctrl+c")


async def test_a_question_without_a_settled_bot_asks_for_one_and_is_sent_then() -> None:
    clock, backend = StillClock(), TwoBots(scripts=[says("Yes")])
    undecided = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), undecided, clock=clock) as it:
        await leave_open(it)
        await it.ask("Anybody?")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.press("escape")
        assert it.composer.whole_text == "Anybody?"
        assert backend.sent == []
        await it.press("enter")
        await it.until(lambda: takes_keys(it))
        await it.press("l", "a", "r", "enter")
        await it.until(lambda: backend.sent == ["Anybody?"])
        await it.settled()
        assert it.status.place == "lab/Large"
        assert it.composer.whole_text == ""


async def test_a_retry_without_a_settled_bot_sends_its_question_and_not_the_draft() -> None:
    history = [user("q", "Anybody?"), assistant("a", "No")]
    clock, backend = StillClock(), TwoBots(histories={"s": history}, scripts=[says("Yes")])
    undecided = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), undecided, clock=clock) as it:
        await leave_open(it)
        await it.open("s")
        await it.settled()
        await it.write("a draft")
        it.transcript.focus()
        await it.press("r")
        await it.until(lambda: takes_keys(it))
        await it.press("enter")
        await it.until(lambda: backend.sent != [])
        await it.settled()
        assert backend.sent == ["Anybody?"]
        assert it.composer.whole_text == "a draft"


async def test_quitting_in_the_middle_of_a_stream_ends_cleanly() -> None:
    backend = ScriptedBackend(scripts=[[*says("Begun")[:2], asyncio.Event()]])
    async with stage(backend) as it:
        await it.ask("Go")
        await it.until(lambda: "Begun" in it.texts)
        await it.press("ctrl+q", "ctrl+q")
    assert it.app.return_code == 0
