from __future__ import annotations

import asyncio
import os
from pathlib import Path

from textual.pilot import Pilot

from tests.fakes import NOON, present
from tests.ui.harness import Stage
from tests.unit.cli.test_cli_tape import QUESTION, TAPE
from tui.abilities import EVERY_ABILITY, Ability
from tui.conversation import Connection
from tui.errors import BadInput
from tui.model import Role
from tui.settings.appearance import Appearance
from tui.tapes.player import TapePlayer
from tui.tapes.recording import header_of
from tui.tapes.summary import words_of
from tui.tapes.tape import Mark, Tape
from tui.tapes.wire import (
    Answered,
    Arrived,
    Asked,
    End,
    Ended,
    Named,
    NamedSession,
    Opened,
    Sent,
)
from tui.ui.commands.needs import NEEDS
from tui.ui.replay import ReplayApp, Replaying
from tui.ui.replay_cast import CastApp
from tui.ui.splash import SplashScreen
from tui.ui.widgets.time_line import TimeLine
from tui.wiring.replay import profile_of, replay_app, replayed_connection


def rows(app: ReplayApp) -> list[str]:
    chat = app.front.chat
    lines = chat.composer.screen._compositor.render_strips()
    return [strip.text for strip in lines if "× " not in strip.text]


async def end_of(it: Stage, app: ReplayApp) -> list[str]:
    """Return the rows that are on show once all is played."""
    await it.until(lambda: app.player.is_over)
    await it.until(lambda: any("The connection broke" in each for each in rows(app)))
    await it.pilot.pause()
    return rows(app)


async def ends_of(how: Replaying) -> list[list[str]]:
    app = replay_app(TAPE, how, kind=ReplayApp)
    async with app.run_test(size=(90, 30)) as pilot:
        it = Stage(app, pilot)
        if not how.steps:
            return [await end_of(it, app)]
        await it.until(lambda: bool(app.screen.query(TimeLine)))
        await it.until(app.front.profiles.opened.is_set)
        await it.until(lambda: any("A tape plays here." in each for each in rows(app)))
        await pilot.press(*["full_stop"] * len(TAPE.events))
        ends = [await end_of(it, app)]
        # back to the beginning, and once more
        await pilot.press("left")
        await it.until(lambda: not app.player.is_over)
        await pilot.press("plus", "space")
        ends.append(await end_of(it, app))
        assert app.player.speed == 2.0
        return ends


async def test_a_tape_comes_to_the_same_screen_at_any_speed_by_steps_and_from_anew() -> None:
    ways = (Replaying(), Replaying(speed=16.0), Replaying(steps=True))
    ends = [end for how in ways for end in await ends_of(how)]
    shown = "\n".join(ends[0])
    assert QUESTION in shown
    assert "Because it breaks there" in shown
    for end in ends[1:]:
        assert end == ends[0]


async def begun(app: ReplayApp, pilot: Pilot[None]) -> Stage:
    """Wait until a replay takes keys."""
    it = Stage(app, pilot)
    await it.until(lambda: bool(app.screen.query(TimeLine)))
    await it.until(app.front.profiles.opened.is_set)
    return it


async def test_what_is_typed_before_a_replay_is_there_is_not_asked() -> None:
    gate = asyncio.Event()

    class HeldReplay(ReplayApp):
        async def _show_chat(self) -> None:
            await gate.wait()
            await super()._show_chat()

    app = replay_app(TAPE, Replaying(), kind=HeldReplay)
    async with app.run_test(size=(90, 30)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: isinstance(app.screen, SplashScreen))
        await pilot.press(*"No?", "enter")
        await pilot.pause()
        gate.set()
        assert await end_of(it, app) == (await ends_of(Replaying()))[0]


LONG = Tape(
    header_of("gpt-trainer", NOON),
    tuple(Mark(float(at_s), f"second {at_s}") for at_s in range(41)),
)


async def test_each_of_several_arrow_keys_counts_however_fast_they_come() -> None:
    app = replay_app(LONG, Replaying(steps=True), kind=ReplayApp)
    async with app.run_test(size=(90, 30)) as pilot:
        it = await begun(app, pilot)
        for keys, position_s in (
            ("right " * 6, 30.0),
            ("left " * 3, 15.0),
            ("left right right", 20.0),
        ):
            for key in keys.split():
                app.simulate_key(key)
            await it.until(lambda at_s=position_s: app.player.position_s == at_s)  # type: ignore[misc]


class NotedConnection(Connection):
    """Takes a while to be loaded, and notes that it was closed."""

    is_closed = False

    async def load(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        await super().load()

    async def aclose(self) -> None:
        await super().aclose()
        self.is_closed = True


async def test_however_often_it_begins_anew_one_connection_is_open_and_in_the_end_none() -> None:
    opened = list[NotedConnection]()

    def open_noted(player: TapePlayer) -> Connection:
        connection = replayed_connection(player)
        connection.__class__ = NotedConnection
        assert isinstance(connection, NotedConnection)
        opened.append(connection)
        return connection

    app = ReplayApp(
        LONG,
        profile_of(LONG),
        open_noted,
        Replaying(steps=True),
        looks=Appearance(),
        abilities=EVERY_ABILITY,
        config_folder=Path(os.devnull),
        few_colours=None,
    )
    async with app.run_test(size=(90, 30)) as pilot:
        it = await begun(app, pilot)
        for turns in range(60):
            app.action_seek(-1)
            for _ in range(turns):
                await asyncio.sleep(0)
        await it.until(lambda: not [each for each in app.workers if each.group == "restart"])
        assert len(opened) > 2
        assert [each.is_closed for each in opened] == [True] * (len(opened) - 1) + [False]
    assert all(each.is_closed for each in opened)


async def test_a_step_tells_what_it_played_of_which_nothing_may_be_seen() -> None:
    app = replay_app(TAPE, Replaying(steps=True), kind=ReplayApp)
    async with app.run_test(size=(140, 30)) as pilot:
        it = await begun(app, pilot)
        total = len(TAPE.events)
        for number in range(1, total):
            await pilot.press("full_stop")
            await it.until(lambda at=number: app.player.played == at)  # type: ignore[misc]
            words = str(words_of(TAPE.events[number - 1]))[:20]
            told = f"{number} of {total}  {words}"
            await it.until(lambda told=told: told in it.chat.query_one(TimeLine).words[1])  # type: ignore[misc]
        await pilot.press("space")
        await it.until(lambda: app.player.is_over)
        assert " of " not in it.chat.query_one(TimeLine).words[1]


async def test_a_replay_that_loops_begins_again_and_comes_to_the_same_screen() -> None:
    app = replay_app(TAPE, Replaying(speed=16.0, loops=True), kind=ReplayApp)
    async with app.run_test(size=(90, 30)) as pilot:
        it = await begun(app, pilot)
        first, ends = app.player, [await end_of(it, app)]
        await it.until(lambda: app.player is not first)
        ends.append(await end_of(it, app))
        assert ends[1] == ends[0]
        assert app.player.speed == 16.0


async def test_a_replay_is_left_without_a_question_for_nothing_ends_with_it() -> None:
    app = replay_app(TAPE, Replaying(steps=True), kind=ReplayApp)
    async with app.run_test(size=(90, 30)) as pilot:
        it = await begun(app, pilot)
        while not it.chat.send_workers.busy:
            await pilot.press("full_stop")
        await pilot.press("ctrl+c")
        assert it.toasts == ["Press Ctrl+C again to quit."]
        await pilot.press("ctrl+q")
        await it.until(lambda: app.return_code == 0)


def test_a_film_ends_with_what_failed_for_nobody_would_read_it() -> None:
    app = replay_app(TAPE, Replaying(), kind=CastApp)
    assert not app.show_fault(BadInput("It failed."))


LOST = Tape(
    header_of("gpt-trainer", NOON, bot="b1"),
    (
        Opened(0.0, ""),
        *(
            event
            for call, at_s in ((1, 0.1), (2, 1.0))
            for event in (
                Sent(at_s, "", QUESTION, bot="b1"),
                Asked(call, at_s, "POST", "/api/v1/chatbot/b1/session/create", "", b"{}"),
                Ended(call, at_s, End.UNANSWERED, ("ConnectError", "ConnectionRefusedError")),
            )
        ),
    ),
)

LISTED = Tape(
    header_of("gpt-trainer", NOON, bot="b1"),
    (
        Asked(1, 0.0, "GET", "/api/v1/chatbot/b1/sessions", "", b""),
        Answered(1, 0.0, 200, "application/json", ()),
        Arrived(1, 0.0, b'[{"uuid":"s1"},{"uuid":"s2"}]'),
        Ended(1, 0.0, End.WHOLE),
        Named(0.0, (NamedSession("s1", "Why bread is sour", "Because of\x1b[31m bacteria"),)),
        Opened(1.0, ""),
    ),
)


async def test_a_replay_names_listed_sessions_as_the_machine_did_that_recorded_them() -> None:
    app = replay_app(LISTED, Replaying(), kind=ReplayApp)
    async with app.run_test(size=(120, 30)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: app.player.is_over)
        await it.until(lambda: "Why bread is sour" in it.drawn)
        await it.until(lambda: "Because of" in it.drawn)


CHOSEN = Tape(
    header_of("gpt-trainer", NOON),
    (
        Asked(1, 0.0, "GET", "/api/v1/chatbots", "", b""),
        Answered(1, 0.0, 200, "application/json", ()),
        Arrived(1, 0.0, b'[{"uuid":"b1","name":"One"},{"uuid":"b2","name":"Two"}]'),
        Ended(1, 0.0, End.WHOLE),
        Opened(0.5, ""),
        # picked after the first list was there
        Sent(3.0, "", QUESTION, bot="b2"),
        Asked(2, 3.0, "POST", "/api/v1/chatbot/b2/session/create", "", b"{}"),
        Ended(2, 3.0, End.UNANSWERED, ("ConnectError", "ConnectionRefusedError")),
        Sent(4.0, "", QUESTION, bot="b1"),
        Asked(3, 4.0, "POST", "/api/v1/chatbot/b1/session/create", "", b"{}"),
        Ended(3, 4.0, End.UNANSWERED, ("ConnectError", "ConnectionRefusedError")),
    ),
)


async def test_who_answers_was_chosen_then_and_is_not_asked_for_in_a_replay() -> None:
    app = replay_app(CHOSEN, Replaying(), kind=ReplayApp)
    async with app.run_test(size=(100, 30)) as pilot:
        it = await begun(app, pilot)
        # for seconds: the whole screen is read when there is something to be seen
        for bot in ("Two", "One"):
            await it.until(lambda bot=bot: it.status.place == f"tape/{bot}")  # type: ignore[misc]
            await it.until(lambda bot=bot: f"tape/{bot}" in it.drawn)  # type: ignore[misc]
        await it.until(lambda: app.player.is_over)
        await it.until(lambda: "not sent" in it.drawn)
        assert app.screen is it.chat


ALL_KEYS = ("F1 Keys", "Space Pause", ". Step", "Left Back", "Right On", "+ Faster", "- Slower")


async def test_what_was_sent_in_vain_twice_stands_once_above_the_keys_of_a_replay() -> None:
    app = replay_app(LOST, Replaying(idle_limit_s=0.0), kind=ReplayApp)
    async with app.run_test(size=(100, 30)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: app.player.is_over)
        await it.until(lambda: not it.chat.send_workers.busy)
        await it.until(lambda: it.in_line)
        conversation = present(it.transcript.conversation)
        asked = [each.text for each in conversation.timeline if each.role is Role.USER]
        assert asked == [QUESTION]
        for columns, keys in ((100, ALL_KEYS), (80, ALL_KEYS[:-1]), (60, ALL_KEYS[:3])):
            await pilot.resize_terminal(columns, 30)
            await it.until(lambda keys=keys: all(key in rows(app)[-1] for key in keys))  # type: ignore[misc]
            assert "Send" not in rows(app)[-1]


async def test_a_replay_offers_nothing_that_would_ask_a_bot_and_says_why() -> None:
    app = replay_app(LOST, Replaying(idle_limit_s=0.0), kind=ReplayApp)
    async with app.run_test(size=(140, 30)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: app.player.is_over)
        await it.until(lambda: not it.chat.send_workers.busy)
        await it.until(lambda: "details" in it.drawn)
        for offer in ("New", "retry", "edit"):
            assert offer not in it.drawn
        offers = {each.action_id for each in app.front.catalogue.command_rows()}
        assert not offers & {each for each, needed in NEEDS.items() if needed is Ability.ASKING}
        await pilot.press("ctrl+n")
        await it.until(lambda: Ability.ASKING.value in it.toasts)
