from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.fakes import NOON, ScriptedBackend, assistant, present, user
from tests.ui.harness import stage
from tests.ui.test_key_routing import burst
from tui.conversation.session_finder import SessionFinder
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.model import Session
from tui.query import Matcher
from tui.query.found import Catalogue, Found, Page
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryAccount, MemoryStore
from tui.ui.commands.screen import KeysScreen
from tui.ui.sessions.filter_field import FilterField
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.saved_queries import SavedQueries
from tui.values import replace

REFUND = SessionFacts(labels=(SafeText("refund"),))


def operated() -> ScriptedBackend:
    """Return a bot with two sessions of today and one of last month, which is called alike."""
    ages = {"new": 1, "newer": 0, "old": 24 * 40}
    return ScriptedBackend(
        listed=[
            Session(
                each, SafeText(f"{each} soup"), updated_at=NOON - timedelta(hours=age), facts=REFUND
            )
            for each, age in ages.items()
        ]
    )


async def test_a_click_on_a_saved_query_shows_what_it_finds_and_another_all() -> None:
    async with stage(operated()) as it:
        panel, saved = it.one(SessionPanel), it.one(SavedQueries)
        await it.until(lambda: "Unread 2" in it.drawn)
        # of what was not read yet nobody knows
        await it.until(lambda: "No source ?" in it.drawn)
        await it.pilot.click(SavedQueries, offset=(3, 0))
        await it.until(lambda: [each.id for each in panel.shown_sessions] == ["newer", "new"])
        assert "▸Unread 2" in it.rows(saved)[0]
        await it.pilot.click(SavedQueries, offset=(3, 0))
        await it.until(lambda: len(panel.shown_sessions) == 3)
        assert panel.words == ""
        # what finds nothing is passed over
        await it.press("alt+q")
        assert panel.words == "unread:"
        await it.press("alt+q")
        assert panel.words == ""


class HeldAccount(MemoryAccount):
    gate: asyncio.Event | None = None

    async def find(self, matcher: Matcher, catalogue: Catalogue, page: Page) -> Found:
        if self.gate is not None:
            await self.gate.wait()
        return await super().find(matcher, catalogue, page)


class HeldStore(MemoryStore):
    """Finds nothing while there is a `gate` that is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.held = HeldAccount()

    def account(self, key: AccountKey) -> MemoryAccount:
        return self.held


async def test_keys_behind_a_query_act_on_what_it_finds() -> None:
    store = HeldStore()
    async with stage(operated(), store=store) as it:
        panel = it.one(SessionPanel)
        await it.until(lambda: "Unread 2" in it.drawn)
        store.held.gate = gate = asyncio.Event()
        await it.press("ctrl+s", *"after:7d soup", "down", "enter")
        await it.until(lambda: panel.words == "after:7d soup")
        assert it.chat.open_chat.session_id == ""
        gate.set()
        await it.until(lambda: it.chat.open_chat.session_id == "new")


async def test_marks_behind_a_query_are_made_on_what_it_finds() -> None:
    store = HeldStore()
    async with stage(operated(), store=store) as it:
        panel, link = it.one(SessionPanel), it.chat.open_chat.connection
        await it.until(lambda: "Unread 2" in it.drawn)
        assert link is not None
        store.held.gate = gate = asyncio.Event()
        await it.press("ctrl+s", *"before:7d soup", "alt+g", "insert")
        await it.until(lambda: panel.words == "before:7d soup")
        await it.pilot.pause()
        marks = link.local.marks.by_session
        assert not [each for each in marks if marks[each].is_flagged]
        assert not panel.rows.picked
        gate.set()
        await it.until(lambda: [*panel.rows.picked] == ["old"])
        marks = link.local.marks.by_session
        assert [each for each in marks if marks[each].is_flagged] == ["old"]


async def test_keys_that_go_through_the_list_go_through_what_the_query_before_them_finds() -> None:
    backend, store = operated(), HeldStore()
    backend.histories = {each.id: [user("q", "Soup?")] for each in backend.listed}
    async with stage(backend, store=store) as it:
        panel, at = it.one(SessionPanel), it.chat.open_chat
        await it.until(lambda: "Unread 2" in it.drawn)
        await it.open("new")
        await it.until(lambda: "Unread 1" in it.drawn)
        # the second of three, then not among those that are unread
        burst(it, "alt+q", "alt+j", *"hi")
        await it.until(lambda: it.composer.text == "hi")
        assert (at.session_id, it.toasts) == ("newer", [])
        # behind the last saved query stand all of them again
        burst(it, "alt+q", "alt+m", "alt+m")
        await it.until(lambda: at.session_id == "old")
        # other keys do not wait for long
        store.held.gate = gate = asyncio.Event()
        await it.press(*"b")
        panel.show_query("after:7d soup")
        burst(it, "alt+j", "alt+j", *"ye", "enter", "f1")
        await it.until(lambda: isinstance(it.app.screen, KeysScreen))
        assert (at.session_id, panel.words) == ("old", "after:7d soup")
        # nor does a question go to where nobody meant it to
        assert (it.composer.text, backend.sent) == ("bye", [])
        assert "the session that you go to is still looked for" in it.notice
        # nor in the turn of the loop between one of the two and the other
        loop, ended_at = asyncio.get_running_loop(), list[str | None]()

        def look_each_turn() -> None:
            if it.chat.controllers.listed.sessions.is_stepping:
                loop.call_soon(look_each_turn)
            else:
                ended_at.append(at.session_id)

        look_each_turn()
        gate.set()
        await it.until(lambda: at.session_id == "new" and bool(ended_at))
        assert ended_at == ["new"]
        # who wants other rows by then does not step through those
        store.held.gate = asyncio.Event()
        await it.press("escape")
        burst(it, "ctrl+s", "ctrl+u", *"before:7d soup", "alt+j", "f1")
        await it.until(lambda: isinstance(it.app.screen, KeysScreen))
        await it.press("escape", "escape")
        assert (at.session_id, panel.words, len(panel.shown_sessions)) == ("new", "", 3)


async def test_that_a_session_is_still_looked_for_is_told_no_longer_than_it_is() -> None:
    backend, store = operated(), HeldStore()
    async with stage(backend, store=store) as it:
        panel = it.one(SessionPanel)
        await it.until(lambda: len(panel.shown_sessions) == 3)
        await it.open("old")
        await it.settled()
        store.held.gate = gate = asyncio.Event()
        panel.show_query("before:7d soup")
        # there is none behind the open one
        burst(it, "alt+j", *"hi", "enter")
        await it.until(lambda: "still looked for" in it.notice)
        gate.set()
        await it.until(lambda: "still looked for" not in it.notice)
        assert it.chat.open_chat.session_id == "old"
        assert (it.composer.text, backend.sent) == ("hi", [])


async def test_where_the_list_has_no_room_the_next_saved_query_is_told() -> None:
    async with stage(operated(), size=(80, 24)) as it:
        panel = it.one(SessionPanel)
        await it.until(lambda: len(panel.shown_sessions) == 3)
        for told in ("Sessions: unread:", "Sessions: all of them"):
            await it.press("alt+q")
            assert it.toasts[-1] == told


async def test_the_filter_completes_a_query_and_shows_where_one_is_broken() -> None:
    async with stage(operated()) as it:
        panel, field = it.one(SessionPanel), it.one(FilterField)
        panel.take_keys()
        await it.press(*"lab")
        await it.until(lambda: "Tab label:" in it.drawn)
        await it.press("tab", *"ref")
        await it.until(lambda: "Tab refund" in it.drawn)
        await it.press("tab")
        assert panel.words == "label:refund"
        await it.press("ctrl+u", *"unread", "colon", "space", *"lable", "colon", "x")
        await it.until(lambda: "“lable:” is no filter" in it.drawn)
        (span,) = field.drawn_value().spans
        assert field.value[span.start : span.end] == "lable:x"
        await it.press("escape", *"soup")
        assert len(panel.shown_sessions) == 3


async def test_a_saved_query_tells_no_zero_before_it_is_counted() -> None:
    async with stage(operated()) as it:
        saved = it.one(SavedQueries)
        await it.until(lambda: "Unread 2" in it.drawn)
        saved.show(SessionFinder(present(it.chat.open_chat.connection)).saved(), "")
        told = " ".join(" ".join(it.rows(saved)).split())
        assert told == "Unread ? No source ? Frustrated ? 👎 ?"


async def test_none_of_what_was_not_read_is_no_zero_and_some_of_it_is_not_all() -> None:
    backend = operated()
    bad = assistant("a", "No.")
    bad = replace(bad, facts=MessageFacts(feedback=Feedback.DOWN))
    backend.histories = {each.id: [user("q", "Soup?"), bad] for each in backend.listed}
    async with stage(backend) as it:
        await it.until(lambda: "👎 ?" in it.drawn)
        await it.open("new")
        await it.until(lambda: "👎 1+" in it.drawn)
        # one of last month is not asked for
        await it.open("newer")
        await it.until(lambda: "👎 2 " in it.drawn)
        assert "No source 0" in it.drawn
