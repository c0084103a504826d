"""Questions asked before there is a connection, or before it is known what can answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.fakes import ScriptedBackend, StillClock, connection, says
from tests.ui.harness import NO_FOLDER, Stage, ready, stage
from tests.waiting import until
from tui.backends.base import Capabilities
from tui.conversation import Connection
from tui.errors import RunnelError, SettingsError, Unreachable
from tui.model import Bot
from tui.safe_text import SafeText
from tui.ui.app import RunnelApp
from tui.ui.dialogs.unasked_pick import UnaskedPick
from tui.ui.sessions.rows import RowState

CHATBOTS = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)
TWO = [Bot("a", SafeText("Ann")), Bot("b", SafeText("Ben"))]


@dataclass
class SlowStart(ScriptedBackend):
    """Says what can answer when `settles` is set."""

    can: Capabilities = CHATBOTS
    settles: asyncio.Event = field(default_factory=asyncio.Event)
    error: RunnelError | None = None

    async def bots(self) -> list[Bot]:
        await self.settles.wait()
        if self.error is not None:
            raise self.error
        return await super().bots()


class Opening:
    """The first connection on its way: `ends` with a connection, or with `error`."""

    def __init__(self, backend: ScriptedBackend, error: RunnelError | None = None) -> None:
        self.clock = StillClock()
        self.made = connection(backend, self.clock)
        self.made.bot_id = ""
        self.ends = asyncio.Event()
        self.error = error

    async def __call__(self, name: str) -> Connection:
        await self.ends.wait()
        if self.error is not None:
            raise self.error
        return self.made


@asynccontextmanager
async def unconnected(opening: Opening) -> AsyncIterator[Stage]:
    """Run the app up to its chat, with nothing to ask in it yet."""
    profiles = [opening.made.profile]
    app = RunnelApp(opening, profiles, "", config_folder=NO_FOLDER, now=opening.clock.now)
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: app._front is not None)
        yield it


async def test_they_are_shown_and_sent_in_their_order_when_the_connection_is_there() -> None:
    backend = SlowStart(scripts=[says("1"), says("2")])
    opening = Opening(backend)
    async with unconnected(opening) as it:
        await it.ask("First?")
        await it.ask("Second?")
        await it.write("third")
        assert "Sent once connected:\n  First?\n  Second?\n" in it.notice
        assert it.composer.whole_text == "third"
        opening.ends.set()
        await it.until(lambda: it.texts[:1] == ["First?"])
        assert backend.sent == []
        assert [row.state for row in it.list.rows] == [RowState.WAITING]
        backend.settles.set()
        await it.until(lambda: backend.sent == ["First?", "Second?"])
        await it.settled()
        assert it.texts == ["First?", "1", "Second?", "2"]
        assert (it.composer.whole_text, it.notice) == ("third", "")


async def test_a_new_session_before_they_are_sent_leaves_them_to_the_one_before() -> None:
    backend = SlowStart(scripts=[says("1"), says("2"), says("3")])
    backend.settles.set()
    opening = Opening(backend)
    async with unconnected(opening) as it:
        await it.ask("First?")
        await it.ask("Second?")
        opening.ends.set()
        # at once: they are sent when it is shown
        await until(lambda: it.chat.open_chat.conversation is not None)
        assert it.chat.open_chat.early_questions == ["First?", "Second?"]
        await it.chat.controllers.navigation.new_session()
        await it.ask("Elsewhere?")
        await it.until(lambda: len(backend.sent) == 3)
        await it.settled()
        told = [[each.text for each in texts] for texts in backend.histories.values()]
        asked = sorted([text for text in texts if text.endswith("?")] for texts in told)
        assert asked == [["Elsewhere?"], ["First?", "Second?"]]


async def test_a_session_in_which_a_question_is_about_to_be_sent_is_not_new() -> None:
    async with stage(ScriptedBackend(scripts=[says("1"), says("2")])) as it:
        assert it.chat.open_chat.is_new
        it.chat.controllers.asking.sender.submit("First?")
        assert not it.chat.open_chat.is_new


@pytest.mark.parametrize("has_connection", [False, True])
async def test_escape_gives_them_back_before_what_was_written_since(has_connection: bool) -> None:
    backend = SlowStart()
    opening = Opening(backend)
    async with unconnected(opening) as it:
        if has_connection:
            opening.ends.set()
            await it.until(lambda: it.chat.open_chat.conversation is not None)
        await it.ask("First?")
        await it.write("second")
        await it.press("escape")
        await it.until(lambda: it.composer.whole_text == "First?\nsecond")
        assert (list(it.texts), it.notice, list(it.list.rows)) == ([], "", [])
        opening.ends.set()
        backend.settles.set()
        await ready(it)
        assert backend.sent == []
        assert it.composer.whole_text == "First?\nsecond"


async def test_without_a_connection_they_come_back_beside_the_reason() -> None:
    opening = Opening(ScriptedBackend(), SettingsError("The profile needs a key."))
    async with unconnected(opening) as it:
        await it.ask("First?")
        opening.ends.set()
        await it.until(lambda: it.composer.whole_text == "First?")
        assert "The profile needs a key." in it.notice
        await it.press("enter")
        assert "There is no connection.\n  F4 picks a profile." in it.notice
        assert it.composer.whole_text == "First?"


async def test_one_that_cannot_be_asked_stands_as_unsent_and_is_asked_again_with_one_key() -> None:
    backend = SlowStart(scripts=[says("1")], error=Unreachable("No server answers.", sent=False))
    opening = Opening(backend)
    opening.ends.set()
    backend.settles.set()
    async with unconnected(opening) as it:
        await ready(it)
        await it.ask("First?")
        await it.until(lambda: it.drawn.count("No server answers.") == 2)
        assert it.texts == ["First?", ""]
        backend.error = None
        await it.press("alt+up", "r")
        await it.until(lambda: backend.sent == ["First?"])
        await it.settled()


@pytest.mark.parametrize("picks_at_once", [True, False])
async def test_a_question_that_lacks_a_chatbot_asks_for_one_and_goes_to_it(
    picks_at_once: bool,
) -> None:
    backend = SlowStart(scripts=[says("1"), says("2")], offered=TWO)
    opening = Opening(backend)
    opening.ends.set()
    async with unconnected(opening) as it:
        await it.until(lambda: it.chat.open_chat.conversation is not None)
        await it.ask("First?")
        await it.until(lambda: it.texts == ["First?", ""])
        await it.ask("Second?")
        backend.settles.set()
        await it.until(lambda: isinstance(it.app.screen, UnaskedPick))
        if not picks_at_once:
            await picking(it)
            assert "Which chatbot? Your question is sent to it." in it.drawn
            await it.press(*"zz")
            await it.until(lambda: "Esc writes this in the box." in it.drawn)
            await it.press("escape")
            assert "No chatbot is chosen." in it.drawn
            assert it.composer.whole_text == "zz"
            assert (backend.sent, it.queued) == ([], ["Second?"])
            await it.press("alt+up", "r")
            await it.until(lambda: isinstance(it.app.screen, UnaskedPick))
        await picking(it)
        await it.press(*"ben", "enter")
        await it.until(lambda: backend.asked_bots == ["b", "b"])
        await it.settled()
        assert backend.sent == ["First?", "Second?"]
        assert it.status.place == "test/Ben"
        assert (it.texts, it.notice) == (["First?", "1", "Second?", "2"], "")


async def picking(it: Stage) -> None:
    """Wait until the picker takes keys."""
    picker = it.app.screen
    assert isinstance(picker, UnaskedPick)
    await it.until(lambda: picker.takes_keys)


async def test_a_new_session_leaves_the_waiting_one_in_the_list() -> None:
    backend = SlowStart(scripts=[says("1")])
    opening = Opening(backend)
    opening.ends.set()
    async with unconnected(opening) as it:
        await it.until(lambda: it.chat.open_chat.conversation is not None)
        await it.ask("First?")
        await it.until(lambda: len(it.list.rows) == 1)
        await it.press("ctrl+n")
        await it.until(lambda: list(it.texts) == [])
        assert [row.state for row in it.list.rows] == [RowState.WAITING]
        assert "First?" in it.chat.controllers.unsent.text
        backend.settles.set()
        await it.until(lambda: backend.sent == ["First?"])
        await it.until(lambda: it.list.rows[0].state is RowState.FINISHED)


@pytest.mark.parametrize("asked", [[], ["First?", "Second?"]])
@pytest.mark.parametrize("typed", ["", "thi"])
@pytest.mark.parametrize("draft", ["", "two\nlines"])
async def test_a_draft_of_an_earlier_start_never_stands_before_what_is_typed_early(
    asked: list[str], typed: str, draft: str
) -> None:
    backend = ScriptedBackend(scripts=[says(str(n)) for n in range(4)])
    opening = Opening(backend)
    opening.made.bot_id = "bot"
    opening.made.local.save_draft("", draft)
    async with unconnected(opening) as it:
        for question in asked:
            await it.ask(question)
        if typed:
            await it.write(typed)
        opening.ends.set()
        await ready(it)
        await it.until(lambda: backend.sent == asked)
        await it.settled()
        is_early = bool(asked or typed)
        assert it.composer.whole_text == (typed if is_early else draft)
        assert ("among the earlier questions" in it.notice) is bool(is_early and draft)
        if is_early:
            await it.ask("rd?")
            await it.until(lambda: backend.sent == [*asked, f"{typed}rd?"])
            assert (draft in opening.made.local.questions()) is bool(draft)
