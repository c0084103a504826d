"""Nothing that was typed is lost: by recalling, by leaving, by what could not be sent."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import ScriptedBackend, StillClock, assistant, says, user
from tests.ui.harness import Stage, other_profile, row_state, stage
from tui.errors import Unreachable
from tui.model import Session
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.rows import RowState
from tui.ui.widgets.question_area import CHIP_CHARS

REFUSED = Unreachable("Nothing answers.")


class SlowBackend(ScriptedBackend):
    """Makes a session when a test says so."""

    def __init__(self) -> None:
        super().__init__(scripts=[says("1"), says("2")])
        self.gate = asyncio.Event()

    async def create_session(self, bot_id: str) -> Session:
        await self.gate.wait()
        return await super().create_session(bot_id)


def titles(it: Stage) -> list[str]:
    return [row.session.label for row in it.list.rows]


async def asked(it: Stage, *questions: str) -> None:
    for question in questions:
        await it.ask(question)
        await it.settled()


@pytest.mark.parametrize("keys", [("up",), ("ctrl+r", "enter"), ("up", "up", "x", "up")])
async def test_a_draft_that_a_question_takes_the_place_of_stays_in_reach(
    keys: tuple[str, ...],
) -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2"), says("3")])
    async with stage(backend) as it:
        await asked(it, "first", "second")
        await it.write("draft")
        await it.press(*keys)
        assert it.composer.whole_text != "draft"
        await it.press("enter")
        await it.settled()
        seen = set()
        for _ in range(6):
            await it.press("up")
            seen.add(it.composer.whole_text)
        assert "draft" in seen


async def test_an_earlier_question_that_was_changed_stays_in_reach() -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2")])
    async with stage(backend) as it:
        await asked(it, "first", "second")
        await it.write("draft")
        await it.press("up", "X", "up")
        assert it.composer.whole_text == "first"
        await it.press("down")
        assert it.composer.whole_text == "Xsecond"
        await it.press("down")
        assert it.composer.whole_text == "draft"
        await it.press("ctrl+r", *"Xsec", "enter")
        assert it.composer.whole_text == "Xsecond"


async def test_a_first_question_whose_session_could_not_be_made_keeps_its_row() -> None:
    backend = ScriptedBackend(create_errors=[REFUSED], scripts=[says("1"), says("2")])
    async with stage(backend) as it:
        await asked(it, "lost?")
        assert titles(it) == ["lost?"]
        await it.write("its draft")
        await it.press("ctrl+n")
        assert it.composer.whole_text == ""
        await it.write("another draft")
        row = it.list.rows[0].session
        assert row_state(it, row.id) is RowState.FAILED
        await it.open(row.id)
        assert it.texts[0] == "lost?"
        assert it.composer.whole_text == "its draft"
        await it.press("f5")
        await it.pilot.pause()
        assert titles(it) == ["another draft", "lost?"]
        await it.press("alt+up", "r")
        await it.settled()
        assert backend.sent == ["lost?"]
        assert titles(it) == ["another draft", "lost?"]
        assert it.composer.whole_text == "its draft"
        await it.press("ctrl+n")
        assert it.composer.whole_text == "another draft"


async def test_drafts_of_several_sessions_not_made_yet_stay_apart() -> None:
    backend = ScriptedBackend(create_errors=[REFUSED, REFUSED])
    async with stage(backend) as it:
        for n in range(2):
            await asked(it, f"asked {n}")
            await it.write(f"draft {n}")
            await it.press("ctrl+n")
        await it.write("new")
        for row in list(it.list.rows):
            await it.open(row.session.id)
            assert it.composer.whole_text == row.session.label.replace("asked", "draft")
        await it.press("ctrl+n")
        assert it.composer.whole_text == "new"


async def test_a_session_that_was_never_made_is_deleted_here_alone() -> None:
    backend = ScriptedBackend(create_errors=[REFUSED])
    async with stage(backend) as it:
        await asked(it, "lost?")
        await it.write("its draft")
        it.one(SessionPanel).take_keys()
        await it.pilot.pause()
        await it.press("ctrl+d", "y")
        await it.until(lambda: not it.list.rows)
        assert it.composer.whole_text == ""
        it.composer.focus()
        await it.press("up")
        assert it.composer.whole_text == "its draft"


async def test_what_is_written_while_the_session_is_made_stays_with_it() -> None:
    backend = SlowBackend()
    async with stage(backend) as it:
        await it.ask("first")
        await it.write("for the first")
        await it.press("ctrl+n")
        assert it.composer.whole_text == ""
        await it.write("for the new")
        backend.gate.set()
        await it.until(lambda: len(it.list.rows) == 1)
        await it.settled()
        assert it.composer.whole_text == "for the new"
        await it.open("new-0")
        assert it.composer.whole_text == "for the first"


async def test_drafts_with_a_chip_outlast_sessions_and_profiles() -> None:
    clock = StillClock()
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    other = other_profile("other", ScriptedBackend(), clock)
    large = "x" * (CHIP_CHARS + 1)
    async with stage(backend, other, clock=clock) as it:
        await it.open("s")
        await it.settled()
        it.composer.type(f"see {large}")
        await it.press("ctrl+n")
        await it.write("new")
        await it.press("f4", *"other", "enter")
        await it.until(lambda: it.status.place.startswith("other"))
        await it.write("there")
        await it.press("f4", *"test", "enter")
        await it.until(lambda: it.status.place.startswith("test"))
        assert it.composer.whole_text == "new"
        await it.open("s")
        assert it.composer.whole_text == f"see {large}"
