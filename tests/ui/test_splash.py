from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from rich.console import RenderableType
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, StillClock, connection, says
from tests.ui.harness import NO_FOLDER, Stage, ready
from tui.conversation import Connection
from tui.errors import SettingsError, Unreachable
from tui.events import TextDelta
from tui.safe_text import SafeText
from tui.settings.appearance import Appearance
from tui.ui.app import RunnelApp
from tui.ui.chat.screen import ChatScreen
from tui.ui.sessions.panel import SessionPanel
from tui.ui.splash import SplashScreen


class HeldApp(RunnelApp):
    """Stays at its splash until it is let go on."""

    def __init__(
        self,
        looks: Appearance | None = None,
        *scripts: Sequence[Step],
        asks_early: bool = True,
    ) -> None:
        self.gate = asyncio.Event()
        self.asked_for: list[str] = []
        self.sent_when_drawn: list[list[str]] = []
        """What was at the server each time that the chat was drawn."""
        self.backend = ScriptedBackend(scripts=[*scripts] or [says("So."), says("Thus.")])
        clock = StillClock()
        self.first = first = connection(self.backend, clock)

        async def connect(name: str) -> Connection:
            self.asked_for.append(name)
            return first

        super().__init__(
            connect,
            [first.profile],
            "",
            looks=looks,
            config_folder=NO_FOLDER,
            asks_early=asks_early,
            now=clock.now,
        )

    async def _show_chat(self) -> None:
        await self.gate.wait()
        await super()._show_chat()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if isinstance(screen, ChatScreen):
            self.sent_when_drawn.append([*self.backend.sent])


async def at_splash(pilot: Pilot[None]) -> Stage:
    it = Stage(pilot.app, pilot)  # type: ignore[arg-type]
    await it.until(lambda: isinstance(pilot.app.screen, SplashScreen))
    await it.until(lambda: pilot.app.screen.is_mounted)
    return it


def question(app: RunnelApp) -> str:
    return str(app.screen.query_one("#question", Static).content)


async def test_what_is_typed_at_once_is_seen_and_goes_into_the_composer() -> None:
    app = HeldApp()
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        assert "Ask something" in question(app)
        await pilot.press(*"soap", "backspace", "?")
        await it.until(lambda: question(app) == "soa?")
        app.gate.set()
        await ready(it)
        await it.until(lambda: it.composer.whole_text == "soa?")


@pytest.mark.parametrize("keys", ["new", "new\n", "new\nmore"])
async def test_a_draft_of_an_earlier_start_does_not_stand_before_what_is_typed_at_once(
    keys: str,
) -> None:
    app = HeldApp(asks_early=False)
    app.first.local.save_draft("", "old")
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*("enter" if key == "\n" else key for key in keys))
        app.gate.set()
        await ready(it)
        question, enter, rest = keys.partition("\n")
        await it.until(lambda: it.composer.whole_text == (rest if enter else question))
        await it.until(lambda: app.backend.sent == [question] * len(enter))
        await it.settled()
        assert "old" in app.first.local.questions()


async def test_keys_pressed_at_once_do_what_they_do_once_they_can() -> None:
    app = HeldApp()
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Hi", "ctrl+j", *"there", "f2")
        app.gate.set()
        await ready(it)
        await it.until(lambda: it.one(SessionPanel).has_keys)
        assert it.composer.whole_text == "Hi\nthere"


@unhurried
async def test_a_question_asked_at_once_goes_out_before_the_chat_is_drawn() -> None:
    # the first frame waits for it, but not for long by the clock of the machine
    app = HeldApp()
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter")
        app.gate.set()
        await it.until(lambda: app.sent_when_drawn != [])
        assert app.sent_when_drawn[0] == ["Why?"]
        await it.until(lambda: "Why?" in it.drawn)


async def test_a_question_asked_at_once_goes_out_before_there_is_a_chat_and_once() -> None:
    app = HeldApp()
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter", *"and")
        await it.until(lambda: app.backend.sent == ["Why?"])
        splash = app.screen
        assert isinstance(splash, SplashScreen)
        await pilot.press(*" then")
        # to a signal nothing else is kept as a draft
        await it.until(lambda: splash.written == "and then")
        app.gate.set()
        await ready(it)
        await it.until(lambda: "So." in it.drawn)
        await it.until(lambda: it.composer.whole_text == "and then")
        await it.until(lambda: it.chat.send_workers.busy == [])
        assert app.backend.sent == ["Why?"]
        conversation = app.conversation
        assert conversation is not None
        assert [each.text for each in conversation.timeline] == ["Why?", "So."]


async def test_esc_behind_one_that_went_out_before_there_is_a_chat_stops_its_answer() -> None:
    app = HeldApp(None, [TextDelta(SafeText("So")), asyncio.Event()])
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter")
        await it.until(lambda: app.backend.sent == ["Why?"])
        await pilot.press("escape")
        app.gate.set()
        await it.until(lambda: "You stopped here." in it.drawn)
        assert app.backend.streams_open == 0
        assert app.backend.sent == ["Why?"]


class HeldConnection(Connection):
    """Is loaded at once until it is held."""

    gate: asyncio.Event | None = None

    async def load(self) -> None:
        if self.gate is not None:
            await self.gate.wait()
        await super().load()


async def test_one_asked_at_once_is_shown_though_its_profile_is_opened_anew_meanwhile() -> None:
    app = HeldApp()
    first = app.first
    first.__class__ = HeldConnection
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter")
        await it.until(lambda: app.backend.sent == ["Why?"])
        assert isinstance(first, HeldConnection)
        first.gate = asyncio.Event()
        app.gate.set()
        await it.until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.pause()
        app.front.profiles.open("")
        await pilot.pause()
        first.gate.set()
        await it.until(lambda: "So." in it.drawn)
        assert app.backend.sent == ["Why?"]


async def test_of_two_questions_asked_at_once_the_second_is_sent_behind_the_first_answer() -> None:
    app = HeldApp()
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter", *"How?", "enter")
        await it.until(lambda: app.backend.sent == ["Why?"])
        app.gate.set()
        await ready(it)
        await it.until(lambda: app.backend.sent == ["Why?", "How?"])
        await it.until(lambda: "Thus." in it.drawn)
        assert it.composer.whole_text == ""


async def test_one_asked_with_keys_of_a_persons_own_waits_for_the_chat_which_knows_them() -> None:
    app = HeldApp(Appearance(keys={"composer.send": "f11", "composer.newline": "enter"}))
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter", *"So", "f11")
        app.gate.set()
        await ready(it)
        await it.until(lambda: app.backend.sent == ["Why?\nSo"])


async def test_one_asked_at_once_is_kept_where_the_app_ends_before_there_is_a_chat() -> None:
    app = HeldApp(None, [TextDelta(SafeText("So")), asyncio.Event()])
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter")
        await it.until(lambda: app.first.busy != [])
        (conversation,) = app.first.busy
        await it.until(lambda: [each.text for each in conversation.timeline] == ["Why?", "So"])
        app.exit()
    await app.first.aclose()
    assert [each.text for each in conversation.timeline] == ["Why?", "So"]
    assert app.first.busy == []


async def test_what_asked_at_once_could_not_be_sent_says_why_in_the_chat() -> None:
    app = HeldApp()
    app.backend.create_errors.append(Unreachable("The host is off.", sent=False))
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"Why?", "enter")
        splash = app.screen
        assert isinstance(splash, SplashScreen)
        await it.until(lambda: app.first.failed_questions != [])
        assert splash.written == "Why?"
        app.gate.set()
        await ready(it)
        await it.until(lambda: "The host is off." in it.drawn)
        assert app.backend.sent == []
        assert "Why?" in it.drawn


async def test_all_lines_of_a_paste_are_kept() -> None:
    app = HeldApp()
    async with app.run_test(size=(120, 36)) as pilot:
        it = await at_splash(pilot)
        await pilot.press(*"So:", "ctrl+j")
        app.post_message(events.Paste("one\r\ntwo\nthree"))
        await it.until(lambda: question(app) == "three")
        splash = app.screen
        assert isinstance(splash, SplashScreen)
        assert splash.written == "So:\none\ntwo\nthree"
        app.gate.set()
        await ready(it)
        await it.until(lambda: it.composer.whole_text == "So:\none\ntwo\nthree")


@pytest.mark.parametrize("columns", [80, 120])
async def test_the_splash_stands_where_the_chat_will(columns: int) -> None:
    app = HeldApp()
    async with app.run_test(size=(columns, 36)) as pilot:
        it = await at_splash(pilot)
        box = app.screen.query_one("#question", Static).region
        app.gate.set()
        await ready(it)
        await it.until(lambda: it.composer.region == box)
        # all rules hold that do, though none is looked for again when the chat is shown
        nodes = [*it.chat.walk_children(with_self=True)]
        before = [each.styles.base.get_rules() for each in nodes]
        app.stylesheet.update(it.chat)
        assert [each.styles.base.get_rules() for each in nodes] == before


async def test_without_a_name_the_first_profile_is_opened_and_known_by_its_own() -> None:
    app = HeldApp()
    app.gate.set()
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        assert app.asked_for == [""]
        await it.press("f4")
        await it.until(lambda: "Which profile?" in it.drawn)


async def test_a_connection_that_cannot_be_opened_leaves_the_chat_standing() -> None:
    async def connect(name: str) -> Connection:
        raise SettingsError("The key is missing.")

    app = RunnelApp(connect, [], "", config_folder=NO_FOLDER, now=StillClock().now)
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.until(lambda: "The key is missing." in it.notice)


async def test_what_is_written_before_the_connection_stands_stays_in_the_box() -> None:
    clock, opened = StillClock(), asyncio.Event()
    first = connection(ScriptedBackend(), clock)

    async def connect(name: str) -> Connection:
        await opened.wait()
        return first

    app = RunnelApp(connect, [first.profile], "", config_folder=NO_FOLDER, now=clock.now)
    async with app.run_test() as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: isinstance(app.screen, ChatScreen))
        await it.press("e", "a", "r", "l", "y")
        await it.until(lambda: it.composer.whole_text == "early")
        await it.until(lambda: "early" in it.drawn)
        opened.set()
        await ready(it)
        assert it.composer.whole_text == "early"
