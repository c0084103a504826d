from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, connection, present, says, user
from tests.ui.chat.test_deletion import asked
from tests.ui.harness import Stage, offered, stage
from tests.ui.search.finding import count, listed, searching
from tests.ui.search.test_near import rows as near_rows
from tests.ui.transcript.test_message_frame import headings
from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import MemoryStore
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.rows import RowState


def two_sessions() -> ScriptedBackend:
    return ScriptedBackend(
        histories={each: [user(f"q{each}", "Q"), assistant(f"a{each}", "A")] for each in "ab"},
        listed=[Session(each, SafeText(each), updated_at=NOON) for each in "ab"],
    )


async def forget(it: Stage) -> str:
    """Ask for it as the palette does, and return what is asked."""
    await it.app.screen.run_action("command('forget')")
    return await asked(it)


async def forget_elsewhere(backend: ScriptedBackend, store: SqliteStore) -> None:
    """Forget all sessions as another window does."""
    other = connection(backend, store=store)
    await other.load()
    await other.forget_here(await other.sessions())
    await other.store.flush()


async def test_the_open_session_is_forgotten_here_once_that_is_agreed_to() -> None:
    backend, store = two_sessions(), MemoryStore()
    async with stage(backend, store=store) as it:
        assert "chat.forget" not in offered(it)
        await it.open("a")
        await it.settled()
        assert "chat.forget" in offered(it)
        link = it.chat.open_chat.connection
        assert link is not None
        link.local.marks.toggle_pin("a")
        await it.write("half a thought")
        question = await forget(it)
        assert "Forget this session here?" in question
        assert "2 messages and your marks and notes go from this machine." in question
        assert "No sync copies it before something new is said; opening it does." in question
        assert "What was not sent stays among the earlier questions." in question
        await it.press("n")
        await it.until(lambda: it.app.screen is it.chat)
        assert len(await link.store.messages("a")) == 2

        await forget(it)
        await it.press("y")
        await it.until(lambda: it.toasts == ["Forgotten here: 1 session."])
        assert it.chat.open_chat.is_new
        assert [(row.session, row.is_forgotten) for row in it.list.rows] == [
            (Session("a", updated_at=NOON), True),
            (Session("b", SafeText("b"), updated_at=NOON), False),
        ]
        assert list(await link.store.messages("a")) == []
        assert link.local.questions()[0] == "half a thought"
        assert link.local.marks.pinned == frozenset()
        await it.open("b")
        await it.settled()
        assert it.texts == ["Q", "A"]


async def test_all_that_are_picked_in_the_list_are_forgotten_together() -> None:
    backend = two_sessions()
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        link = it.chat.open_chat.connection
        assert link is not None
        backend.listed.pop()
        await link.conversation("b").reread()
        await link.sessions()
        it.chat.query_one(SessionPanel).take_keys()
        await it.press("insert", "insert")
        question = await forget(it)
        assert "Forget these 2 sessions here?" in question
        assert "The server has deleted 1 of them: these are the only copies." in question
        await it.press("y")
        await it.until(lambda: it.toasts == ["Forgotten here: 2 sessions."])
        assert [row.session for row in it.list.rows] == [Session("a", updated_at=NOON)]


async def test_an_answer_that_begins_while_it_is_asked_keeps_the_session() -> None:
    backend, gate = two_sessions(), asyncio.Event()
    backend.scripts = [[gate, *says("Late.")]]
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await forget(it)
        link = it.chat.open_chat.connection
        assert link is not None
        it.chat.controllers.asking.sender.submit("Queued?")
        await it.until(lambda: backend.sent == ["Queued?"])
        await it.press("y")
        await it.until(lambda: "this cannot be forgotten yet" in it.notice)
        gate.set()
        await it.settled()
        assert it.texts == ["Q", "A", "Queued?", "Late."]


async def test_a_customers_session_that_is_opened_again_is_headed_as_that() -> None:
    told = Session("a", SafeText("a"), updated_at=NOON, facts=SessionFacts())
    histories = {"a": [user("qa", "Q"), assistant("aa", "A")]}
    async with stage(ScriptedBackend(histories=histories, listed=[told])) as it:
        await it.open("a")
        await it.settled()
        before = headings(it)
        assert before[0].startswith("❯ User")
        await forget(it)
        await it.press("y")
        await it.until(lambda: it.toasts == ["Forgotten here: 1 session."])
        await it.open("a")
        await it.settled()
        assert headings(it) == before


async def test_that_another_window_has_forgotten_the_open_session_is_told_until_it_is_read(
    tmp_path: Path,
) -> None:
    mine, theirs = (SqliteStore(tmp_path / STORE_FILE, pytest.fail) for _ in range(2))
    backend = two_sessions()
    async with aclosing(theirs), stage(backend, store=mine) as it:
        await it.open("a")
        await it.settled()
        assert it.texts == ["Q", "A"]
        await forget_elsewhere(backend, theirs)
        await it.until(lambda: "Another window has forgotten this session here." in it.notice)
        await it.until(lambda: it.texts == [])
        await it.press("f5")
        await it.until(lambda: it.texts == ["Q", "A"] and it.notice == "")
        await it.open("b")
        await it.settled()
        assert it.texts == ["Q", "A"]
        assert it.notice == ""


async def test_what_another_window_forgets_is_not_kept_again_by_what_was_found_before(
    tmp_path: Path,
) -> None:
    mine, theirs = (SqliteStore(tmp_path / STORE_FILE, pytest.fail) for _ in range(2))
    backend = two_sessions()
    async with aclosing(theirs), stage(backend, store=mine) as it:
        for session_id in "ab":
            await it.open(session_id)
            await it.settled()
        # no row and not the next hit
        for way in ("search", "trail", "near"):
            if way == "near":
                await it.press("alt+l")
                await it.until(lambda: near_rows(it)[:1] == ["Around it in time"])
            else:
                await searching(it)
                await it.press("q")
                await it.until(lambda: len(listed(it)) == 2)
            if way == "trail":
                await it.press("enter")
                await it.until(lambda: it.app.screen is it.chat and count(it) == "1 of 1")
            opened = it.chat.open_chat.session_id
            await forget_elsewhere(backend, theirs)
            if way == "near":
                await it.until(lambda: near_rows(it) == [])
                await it.press("enter", "escape")
            elif way == "trail":
                await it.until(lambda: "forgotten this session" in it.notice)
                await it.press("n")
                await it.until(
                    lambda: "The session of the next hit was forgotten here." in it.notice
                )
            else:
                await it.until(lambda: listed(it) == [])
                await it.press("enter", "escape")
            assert it.chat.open_chat.session_id == opened
            assert present(it.chat.open_chat.connection).local.forgotten.keys() == {"a", "b"}
            for session_id in "aba":
                await it.open(session_id)
                await it.settled()
            await it.until(lambda: it.texts == ["Q", "A"])


async def test_the_next_hit_is_not_opened_in_a_session_that_was_forgotten_in_this_window() -> None:
    async with stage(two_sessions(), store=MemoryStore()) as it:
        for session_id in "ab":
            await it.open(session_id)
            await it.settled()
        await searching(it)
        await it.press("q")
        await it.until(lambda: len(listed(it)) == 2)
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat and count(it) == "1 of 1")
        link, opened = present(it.chat.open_chat.connection), it.chat.open_chat.session_id
        await link.forget_here([each for each in link.known_sessions() if each.id != opened])
        await it.press("n")
        await it.until(lambda: "The session of the next hit was forgotten here." in it.notice)
        assert "Another window" not in it.notice
        assert it.chat.open_chat.session_id == opened


async def test_what_is_forgotten_from_outside_is_listed_as_that_without_another_reading(
    tmp_path: Path,
) -> None:
    mine, theirs = (SqliteStore(tmp_path / STORE_FILE, pytest.fail) for _ in range(2))
    backend = two_sessions()
    async with aclosing(theirs), stage(backend, store=mine) as it:
        await it.open("a")
        await it.settled()
        await it.press("alt+up", "slash", "A")
        await it.until(lambda: count(it) == "1 hit")
        lists = len(backend.read_periods)
        await forget_elsewhere(backend, theirs)
        told = [(Session(each, updated_at=NOON), RowState.QUIET) for each in "ab"]
        await it.until(lambda: [(row.session, row.state) for row in it.list.rows] == told)
        # the open one too
        await it.until(lambda: it.drawn.count("forgotten here") == 2)
        assert [row.is_forgotten for row in it.list.rows] == [True, True]
        await it.until(lambda: count(it) == "no hits here")
        assert len(backend.read_periods) == lists + 1
        await it.press("escape", "f5")
        await it.until(lambda: it.texts == ["Q", "A"])
        await it.press("slash")
        await it.until(lambda: count(it) == "1 hit")
        assert [row.is_forgotten for row in it.list.rows] == [False, True]
