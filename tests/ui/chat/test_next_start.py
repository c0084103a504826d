from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.ui.harness import Stage, app_of, ready
from tui.errors import Unreachable
from tui.model import Bot, Session
from tui.safe_text import SafeText
from tui.store import LastSession
from tui.store.choices_file import CHOICES_FILE, ChoicesFile
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.ui.chat.screen import ChatScreen
from tui.ui.sessions.panel import SessionPanel
from tui.ui.widgets.plain_text import Plain

GONE = "The last session is gone. This is a new one."


def library() -> ScriptedBackend:
    ids = ("s1", "s2")
    return ScriptedBackend(
        histories={each: [user("q", f"About {each}?"), assistant("a", "Yes.")] for each in ids},
        listed=[Session(each, SafeText(f"Session {each}"), updated_at=NOON) for each in ids],
        offered=[Bot("bot", SafeText("Bot")), Bot("other", SafeText("Other"))],
        scripts=[says("An answer.")],
    )


def written(folder: Path) -> Any:
    return json.loads((folder / CHOICES_FILE).read_bytes())


@asynccontextmanager
async def start(
    folder: Path,
    backend: ScriptedBackend,
    *,
    continues: bool = False,
    theme: str = "runnel-dark",
    typed: str = "",
) -> AsyncGenerator[Stage, None]:
    clock = StillClock()
    files = ChoicesFile(folder, lambda sentence: pytest.fail(sentence))
    store = SqliteStore(folder / STORE_FILE, pytest.fail)
    link = connection(backend, clock, store=store)
    is_reached = asyncio.Event()
    gates = {link.profile.name: is_reached}
    app = app_of(link, clock=clock, theme=theme, chosen=files, continues=continues, gates=gates)
    async with app.run_test(size=(120, 36)) as pilot:
        running = Stage(app, pilot)
        await running.until(lambda: any(isinstance(s, ChatScreen) for s in app.screen_stack))
        if typed:
            await running.write(typed)
        is_reached.set()
        await ready(running)
        yield running
    files.close()
    await store.aclose()


async def test_what_a_person_chose_is_there_at_the_next_start(tmp_path: Path) -> None:
    async with start(tmp_path, library()) as it:
        await it.open("s1")
        await it.press("f6")
        await it.press("down", "enter")
        await it.until(lambda: "Other" in it.status.place)
        await it.press("f7", *"nord", "enter")
        await it.until(lambda: it.app.theme == "nord")
        await it.chat.action_command("widen_list")
        await it.chat.action_command("fold_list")
        await it.until(lambda: not it.one(SessionPanel).display)
        await it.ask("What stays?")
        await it.settled()

    width = written(tmp_path)["session_list"]["width"]
    backend = library()
    async with start(tmp_path, backend) as it:
        assert "Other" in it.status.place
        assert not it.one(SessionPanel).display
        assert it.chat.open_chat.is_new
        await it.press("up")
        assert it.composer.whole_text == "What stays?"
        await it.chat.action_command("fold_list")
        await it.pilot.pause()
        assert it.one(SessionPanel).outer_size.width == width > 0
        await it.press("enter")
        await it.settled()
        assert backend.asked_bots == ["other"]


async def test_the_pins_and_the_session_of_last_time_come_back(tmp_path: Path) -> None:
    async with start(tmp_path, library()) as it:
        await it.open("s2")
        it.one(SessionPanel).take_keys()
        await it.press("ctrl+t")
        await it.until(lambda: "Pinned" in it.drawn)

    async with start(tmp_path, library(), continues=True) as it:
        await it.until(lambda: it.texts == ["About s2?", "Yes."])
        assert it.list.rows[0].session.id == "s2"
        assert "Pinned" in it.drawn
        assert it.notice == ""

    without = library()
    del without.histories["s2"], without.listed[1]
    async with start(tmp_path, without, continues=True) as it:
        await it.until(lambda: it.texts == ["About s2?", "Yes."])

    bare = tmp_path / "bare"
    with closing(SqliteStore(bare / STORE_FILE, pytest.fail)) as store:
        connection(without, store=store).store.choices.note_last_session(LastSession("s2"))
    for notice in (GONE, ""):
        # the draft of the first start is there at the second
        typed = "half a" if notice else ""
        async with start(bare, without, continues=True, typed=typed) as it:
            assert it.composer.whole_text == "half a"
            assert it.chat.open_chat.is_new
            assert GONE.partition(".")[0] in it.notice or not notice
            assert it.composer.has_focus
            assert bool(it.notice) is bool(notice)


async def test_a_session_that_could_not_be_made_is_where_one_left_it(tmp_path: Path) -> None:
    off = library()
    off.create_errors = [Unreachable("No connection.")]
    async with start(tmp_path, off) as it:
        await it.open("s1")
        await it.press("ctrl+n")
        await it.ask("Is anybody there?")
        await it.settled()

    async with start(tmp_path, library(), continues=True) as it:
        await it.until(lambda: it.texts[:1] == ["Is anybody there?"])
        conversation = it.chat.open_chat.conversation
        assert conversation is not None
        assert conversation.session_id is None
        conversation.unsent.take_out(conversation.timeline[0])

    async with start(tmp_path, library(), continues=True) as it:
        assert it.chat.open_chat.is_new
        assert it.notice == ""


async def test_a_draft_and_a_queue_are_told_of_before_the_end_and_there_after_it(
    tmp_path: Path,
) -> None:
    backend = library()
    backend.scripts = [[*says("Begun")[:2], asyncio.Event()]]
    async with start(tmp_path, backend) as it:
        await it.open("s1")
        await it.ask("Go")
        await it.until(lambda: "Begun" in it.texts)
        await it.ask("And then?")
        await it.write("half a")
        # no file need hold what the store does
        assert it.chat.controllers.unsent.text == ""
        await it.press("ctrl+q")
        detail = it.app.screen.query_one(".detail", Plain).content
        assert str(detail).splitlines() == [
            "1 answer is still coming: the server may finish it anyway.",
            "1 queued question and 1 draft stay for the next start.",
        ]
        await it.press("ctrl+q")
        await it.until(lambda: it.app.return_code == 0)

    again = library()
    again.histories["s1"] += [user("q2", "Go"), assistant("a2", "Begun, and done.")]
    async with start(tmp_path, again, continues=True) as it:
        await it.until(lambda: it.composer.whole_text == "half a")
        await it.until(lambda: it.texts[-2:] == ["Go", "Begun, and done."])
        await it.until(lambda: "waits for your word" in it.drawn)
        assert "And then?" in it.drawn
        await it.press("ctrl+q")
        await it.until(lambda: "1 queued question and 1 draft stay" in it.drawn)
        await it.press("ctrl+q")
        await it.until(lambda: it.app.return_code == 0)
