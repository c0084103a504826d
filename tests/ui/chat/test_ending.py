from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, assistant, present, says, user
from tests.ui.harness import Stage, stage
from tui.conversation.timeline import Timeline
from tui.errors import Unreachable
from tui.store import MemoryStore
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.ui.chat.leaving import QuitScreen
from tui.ui.transcript.window import Window
from tui.ui.widgets.plain_text import Plain


async def test_a_frame_draws_nothing_once_the_app_ends_whether_before_it_or_meanwhile() -> None:
    history = {"s": [user("q", "Q"), assistant("a", "A")]}
    async with stage(ScriptedBackend(histories=history)) as it:
        await it.open("s")
        await it.settled()
        transcript, screen = it.transcript, present(it.transcript.parent)
        window = transcript.paging.window

        def end(_: Timeline) -> Window:
            # as when the app takes its widgets away while one waits for another
            transcript.mounted.begin_anew()
            transcript._detach()
            return window

        await transcript._put(end)
        assert not transcript.is_attached
        # for the end of this one
        screen._nodes._append(transcript)
        transcript._attach(screen)
        transcript.request_sync()
    transcript.mounted.begin_anew()
    await transcript.sync()
    assert not transcript.is_attached


async def test_what_goes_on_is_told_and_asked_about_once() -> None:
    backend = ScriptedBackend(scripts=[[*says("Begun")[:2], asyncio.Event()]])
    async with stage(backend) as it:
        await it.write("Go")
        await it.press("ctrl+q")
        assert asked(it) == "1 draft is not sent, and will be lost."
        await it.press("n")
        assert (it.app.screen, it.composer.whole_text) == (it.chat, "Go")
        await it.press("enter")
        await it.until(lambda: "Begun" in it.texts)
        await it.press("ctrl+q")
        assert asked(it) == "1 answer is still coming: the server may finish it anyway."
        await it.press("escape")
        await it.write("and")
        await it.press("ctrl+n")
        await it.write("more")
        await it.press("ctrl+q")
        assert asked(it).splitlines() == [
            "1 answer is still coming: the server may finish it anyway.",
            "2 drafts are not sent, and will be lost.",
        ]
        assert it.app.return_code is None
        # whoever presses it again means it
        await it.press("ctrl+q")
        await it.until(lambda: it.app.return_code == 0)


async def test_ctrl_c_tells_what_would_end_before_it_quits() -> None:
    backend = ScriptedBackend(scripts=[[*says("Begun")[:2], asyncio.Event()]])
    async with stage(backend) as it:
        await it.ask("Go")
        await it.until(lambda: "Begun" in it.texts)
        await it.ask("Next")
        await it.until(lambda: bool(it.queued))
        await it.press("ctrl+n")
        await it.write("a draft")
        await it.open("new-0")
        await it.press("ctrl+c")
        [told] = it.toasts
        assert told.splitlines() == [
            "Press Ctrl+C again to quit.",
            "1 answer is still coming: the server may finish it anyway.",
            "1 queued question and 1 draft are not sent, and will be lost.",
        ]
        await it.press("ctrl+c")
        await it.until(lambda: it.app.return_code == 0)


async def test_what_is_told_keeps_up_with_what_goes_on() -> None:
    going_on = asyncio.Event()
    backend = ScriptedBackend(scripts=[[*says("Begun")[:2], going_on]])
    async with stage(backend) as it:
        await it.ask("Go")
        await it.until(lambda: "Begun" in it.texts)
        await it.press("ctrl+q")
        assert asked(it) == "1 answer is still coming: the server may finish it anyway."
        going_on.set()
        await it.until(lambda: asked(it) == "Nothing is left to wait for.")
        assert it.app.return_code is None


@pytest.mark.parametrize("keys", [("ctrl+q",), ("f1", "ctrl+q")])
async def test_where_nothing_goes_on_nothing_is_asked(keys: tuple[str, ...]) -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press(*keys)
        await it.until(lambda: it.app.return_code == 0)


def asked(it: Stage) -> str:
    assert isinstance(it.app.screen, QuitScreen)
    return str([*it.app.screen.query(Plain)][1].content)


@pytest.mark.parametrize("is_kept", [False, True])
async def test_a_question_that_could_not_be_sent_counts(tmp_path: Path, is_kept: bool) -> None:
    store = SqliteStore(tmp_path / STORE_FILE, pytest.fail) if is_kept else MemoryStore()
    off = Unreachable("Nobody is there.", sent=False)
    async with stage(ScriptedBackend(scripts=[[off]]), store=store) as it:
        await it.ask("Go")
        await it.settled()
        await it.press("ctrl+q")
        told = "stays for the next start." if is_kept else "is not sent, and will be lost."
        assert asked(it) == f"1 question {told}"
    await store.aclose()
