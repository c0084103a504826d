from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tests.optional_parts import OFFERS
from tests.ui.harness import WIDE, Stage, app_of, said, stage
from tui.backends.base import Capabilities
from tui.backends.traffic import Quota
from tui.errors import AccessRefused, RunnelError, ServerFailed, Unreachable
from tui.model import ALWAYS, Bot, Period, Session
from tui.safe_text import SafeText
from tui.ui.chat.screen import ChatScreen
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.sessions.list_reading import ListReading, empty_words
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.picker import SessionsScreen
from tui.ui.widgets.plain_text import Plain

NAMES = ("Soup", "Bread", "Trains", "Regex", "Tea")


def library() -> ScriptedBackend:
    return ScriptedBackend(
        {name: [user(f"{name}q", "Q?"), assistant(f"{name}a", "A.")] for name in NAMES},
        listed=[Session(name, SafeText(name), updated_at=NOON) for name in NAMES],
    )


@asynccontextmanager
async def panel(
    place: str, backend: ScriptedBackend
) -> AsyncGenerator[tuple[Stage, SessionPanel], None]:
    async with stage(backend, size=(120, 30) if place == "list" else (60, 20)) as it:
        await it.press("ctrl+s")
        if place == "picker":
            await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        shown = it.app.screen.query_one(SessionPanel)
        await it.until(lambda: shown.has_keys)
        yield it, shown


def names(panel: SessionPanel) -> list[str]:
    return [row.session.id for row in panel.query_one(SessionList).rows]


def at(panel: SessionPanel) -> str:
    row = panel.query_one(SessionList).under_cursor
    return row.session.id if row is not None else ""


@pytest.mark.parametrize("place", ["list", "picker"])
async def test_the_same_keys_act_in_the_list_and_in_the_picker(place: str) -> None:
    backend = library()
    async with panel(place, backend) as (it, shown):
        for key, name in (
            ("down", "Bread"),
            ("end", "Tea"),
            ("up", "Regex"),
            ("home", "Soup"),
            ("pagedown", "Tea"),
            ("pageup", "Soup"),
        ):
            await it.press(key)
            assert at(shown) == name, key
        await it.press("e")
        assert names(shown) == ["Bread", "Regex", "Tea"]
        await it.press("down", "ctrl+t")
        assert names(shown) == ["Regex", "Bread", "Tea"]
        assert at(shown) == "Regex"
        await it.press("a")
        assert names(shown) == ["Bread", "Tea"]
        await it.press("escape")
        assert shown.words == ""
        assert names(shown) == ["Regex", "Soup", "Bread", "Trains", "Tea"]
        await it.press("ctrl+r")
        await it.until(lambda: "today · 5 of 5" in it.drawn)
        await it.press("end", "delete")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: "Tea" not in names(shown))
        assert it.composer.whole_text == ""
        if place == "list":
            shown.take_keys()
        await it.press(*"soup", "enter")
        await it.settled()
        assert it.texts == ["Q?", "A."]
        assert it.status.title == "Soup"
        assert it.composer.has_focus
        # what filtered is gone with what was looked for
        assert it.one(SessionPanel).words == ""


@pytest.mark.parametrize("columns", [(100, 28), (120, 31), (150, 39), (200, 44)])
async def test_the_list_is_as_wide_as_the_screen_allows(columns: tuple[int, int]) -> None:
    async with stage(ScriptedBackend(), size=(columns[0], 24)) as it:
        assert it.one(SessionPanel).outer_size.width == columns[1]


def unnamed(count: int) -> ScriptedBackend:
    ids = [f"s{number:03}" for number in range(count)]
    return ScriptedBackend(
        {each: [user(f"{each}q", f"About {each}?"), assistant(f"{each}a", "A.")] for each in ids},
        listed=[Session(each, updated_at=NOON) for each in ids],
    )


@pytest.mark.parametrize("place", ["list", "picker"])
async def test_a_filter_finds_sessions_whose_names_were_never_in_sight(place: str) -> None:
    async with panel(place, unnamed(60)) as (it, shown):
        await it.press(*"s057")
        await it.until(lambda: names(shown) == ["s057"])
        await it.until(lambda: "more session" not in it.drawn)
        await it.press("x")
        await it.until(lambda: "No title matches" in it.drawn)


async def test_a_filter_says_how_many_sessions_it_has_not_read() -> None:
    backend = unnamed(60)
    async with panel("picker", backend) as (it, shown):
        read = backend.reads
        backend.traffic.quota = Quota(100, 20, resets_at=1e12)
        await it.press(*"s05")
        await it.until(lambda: f"{60 - read} sessions not read yet" in it.drawn)
        assert backend.reads == read
        # as another window does that syncs
        link = it.chat.open_chat.connection
        assert link is not None
        for number in range(50, 55):
            link.rename(f"s{number:03}", SafeText(f"Named s{number:03}"))
        it.chat.controllers.state.draw()
        await it.until(lambda: f"{55 - read} sessions not read yet" in it.drawn)
        await it.press("ctrl+u", *"unread:")
        await it.until(lambda: "not read" not in it.drawn)
        await it.press("ctrl+u", *"s05")
        await it.until(lambda: "not read" in it.drawn)
        backend.traffic.quota = Quota(100, 90, resets_at=1e12)
        await it.press("7")
        await it.until(lambda: names(shown) == ["s057"])
        await it.until(lambda: "not read" not in it.drawn)


class FailingBackend(ScriptedBackend):
    error: RunnelError

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "offers", "told"),
    [
        (Unreachable("Cannot reach x."), OFFERS, ["Cannot reach the server.", "F5"]),
        (ServerFailed("Status 500."), OFFERS, ["could not be loaded", "F5"]),
        (AccessRefused("No."), OFFERS, ["Not signed in.", "F5"]),
        (AccessRefused("No."), OFFERS - {"sign_in"}, ["rejected this API key", "F4"]),
    ],
)
async def test_an_empty_list_says_why_it_could_not_be_read(
    error: RunnelError, offers: frozenset[str], told: list[str]
) -> None:
    backend = FailingBackend(offers=offers)
    backend.error = error
    async with stage(backend) as it:
        assert all(each in said_in(it) for each in told)


async def test_an_empty_list_without_a_bot_says_how_to_choose_one() -> None:
    backend = ScriptedBackend(offered=[Bot(each, SafeText(each)) for each in "ab"])
    clock = StillClock()
    backend.can = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)
    open_bot = connection(backend, clock)
    open_bot.bot_id = ""
    app = app_of(open_bot, clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: ChatScreen in map(type, it.app.screen_stack))
        await it.until(lambda: said_in(it) == "No chatbot chosen yet. Press F6.")


def said_in(it: Stage) -> str:
    return said(it.one(SessionPanel).query_one(".note", Plain))


@pytest.mark.parametrize("reading", ListReading)
def test_every_state_of_an_empty_list_names_what_to_press(reading: ListReading) -> None:
    keys = {"chat.reread": "F5", "chat.bot": "F6", "app.profile": "F4"}
    words = empty_words(reading, keys.__getitem__, "chatbot")
    assert any(each in words for each in (*keys.values(), "type", "typing")), words


def test_the_states_of_an_empty_list_are_told_apart() -> None:
    assert len({empty_words(each, str, "model") for each in ListReading}) == len(ListReading)


@pytest.mark.parametrize("key", ["alt+a", "ctrl+d"])
async def test_the_cursor_goes_on_to_the_next_when_its_session_is_put_away(key: str) -> None:
    async with panel("list", library()) as (it, shown):
        await it.press("down")
        rows, left = names(shown), [*names(shown)]
        for expected in (*rows[2:], rows[0]):
            gone = at(shown)
            await it.press(key)
            if key == "ctrl+d":
                await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
                await it.press("y")
            left.remove(gone)
            await it.until(lambda: names(shown) == left)
            assert at(shown) == expected


@pytest.mark.parametrize("place", ["list", "picker"])
async def test_the_cursor_is_in_sight_however_the_list_changes_under_it(place: str) -> None:
    backend = unnamed(60)
    async with panel(place, backend) as (it, shown):

        def in_sight() -> bool:
            return any(each.startswith("▌") for each in it.rows(shown.rows))

        await it.press(*["down"] * 4)
        size = it.app.size
        await it.pilot.resize_terminal(size.width, 11)
        await it.until(lambda: it.app.size.height == 11 and in_sight())
        # at the top there is another row first: nothing was scrolled without need
        await it.pilot.resize_terminal(*size)
        await it.press("alt+t")
        await it.pilot.resize_terminal(50, 30)
        await it.pilot.resize_terminal(*size)
        await it.press("escape")
        await it.until(in_sight)
        assert not it.rows(shown.rows)[0].startswith("▌")
        await it.press("end")
        cursor = at(shown)
        # the best of what is found is the first, and not seen from where the last one was
        for letters in ("s0", "backspace", "backspace"):
            await it.press(*([letters] if len(letters) > 2 else letters))
            await it.until(in_sight)
        assert at(shown) == cursor
        await it.press("home", *["down"] * 4)
        if place == "list":
            backend.listed[:0] = [Session(f"new{number}", updated_at=NOON) for number in range(20)]
            await it.press("f5")
            await it.until(lambda: len(names(shown)) == 80)
            assert at(shown) == "s004"
            assert in_sight()
