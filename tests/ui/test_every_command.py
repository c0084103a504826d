"""Commands of every kind: before a server is open, and left with Escape."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tests.optional_parts import OFFERS
from tests.ui.harness import Stage, app_of, other_profile, ready, stage
from tui.abilities import EVERY_ABILITY, Ability
from tui.model import Bot, Session
from tui.safe_text import SafeText
from tui.ui.chat.screen import ChatScreen
from tui.ui.dialogs.dialog import Dialog

WITHOUT_PROGRAMS = EVERY_ABILITY - {Ability.PROGRAMS, Ability.SHELL}
NEED_A_SERVER = """
    app.sign-out chat.bot chat.checks chat.compare chat.numbers chat.outbox chat.record chat.search
"""
ASK_FIRST = """
    app.link app.profile app.theme
    chat.bot chat.checks chat.compare chat.forget chat.near chat.numbers chat.plain-text chat.recall
    chat.record chat.search
    read.check read.delete read.export read.hints read.inspect read.lines read.note read.rename
    read.save-code read.tag
    sessions.delete sessions.export sessions.note sessions.rename sessions.tag
"""


def library() -> ScriptedBackend:
    return ScriptedBackend(
        histories={
            each: [user(f"{each}q", f"Ask {each}"), assistant(f"{each}a", "So:\n\n```\nx\n```")]
            for each in "st"
        },
        listed=[Session(each, SafeText(each), updated_at=NOON) for each in "st"],
        offered=[Bot(each, SafeText(each)) for each in ("bot", "small", "large")],
        offers=OFFERS | {"message_deletion"},
    )


async def test_before_a_server_is_open_none_fails_and_those_that_need_one_say_so() -> None:
    clock, opened = StillClock(), asyncio.Event()
    first = connection(library(), clock)
    app = app_of(first, clock=clock, gates={"test": opened}, abilities=WITHOUT_PROGRAMS)
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: any(isinstance(each, ChatScreen) for each in app.screen_stack))
        silent = set(NEED_A_SERVER.split())
        for row in app.front.catalogue.command_rows():
            if row.action_id == "app.quit":
                continue
            app.clear_notifications()
            await app.front.catalogue.run(row.action_id)
            await pilot.pause()
            if "No server is open." in it.toasts:
                silent.discard(row.action_id)
            if app.screen is not it.chat:
                await it.press("escape")
            assert app.screen is it.chat, row.action_id
        assert not silent
        opened.set()
        await ready(it)
        await it.until(lambda: [row.session.id for row in it.list.rows] == ["s", "t"])


async def test_what_asks_first_changes_nothing_when_it_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    backend, clock = library(), StillClock()
    lab = other_profile("lab", ScriptedBackend(), clock)
    async with stage(backend, lab, clock=clock, abilities=WITHOUT_PROGRAMS) as it:
        await it.open("s")
        await it.settled()
        await it.press("alt+up")

        def state() -> object:
            return (
                [*backend.sent, *backend.deleted_messages, *backend.histories, backend.preferred],
                [row.state for row in it.list.rows],
                [it.texts, it.composer.whole_text, it.status, it.notice, it.toasts],
                [it.app.clipboard, it.app.theme, *tmp_path.iterdir()],
            )

        before = state()
        for each in ASK_FIRST.split():
            await it.app.front.catalogue.run(each)
            await it.until(lambda: isinstance(it.app.screen, Dialog))
            await it.press("escape")
            assert it.app.screen is it.chat, each
            assert state() == before, each


ANSWERED = {
    "chat.bot": ["down", "enter"],
    "chat.search": [*"ask", "enter"],
    "chat.sessions": ["down", "enter"],
    "read.tag": [*"x", "enter"],
    "sessions.export": ["enter", "enter", "enter"],
    "read.delete": ["y"],
    "chat.forget": ["y"],
    "sessions.delete": ["y"],
}


async def test_what_is_answered_when_another_profile_is_open_does_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clock, theirs = StillClock(), library()
    lab = other_profile("lab", theirs, clock)
    async with stage(library(), lab, clock=clock, size=(80, 24)) as it:
        for command, keys in ANSWERED.items():
            await it.open("s")
            await it.settled()
            await it.press("alt+up")
            await it.app.front.catalogue.run(command)
            await it.until(lambda: isinstance(it.app.screen, Dialog))
            it.app.front.profiles.open("lab")
            await it.until(lambda: it.chat.open_chat.connection is lab)
            await it.press(*keys)
            assert it.app.screen is it.chat, command
            assert (it.chat.open_chat.conversation_id, it.status.place) == ("", "lab/bot"), command
            assert (it.notice, it.composer.whole_text) == ("", ""), command
            it.app.front.profiles.open("test")
            await it.until(lambda: it.chat.open_chat.connection is not lab)
    assert [*theirs.sent, *theirs.deleted_messages, theirs.preferred] == [""]
    assert [*theirs.histories] == ["s", "t"]
    # beside since when sessions count as unread
    assert {*await lab.store.marks.all(), *await lab.store.forgetting.forgotten()} == {""}
