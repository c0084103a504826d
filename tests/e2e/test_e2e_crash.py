"""Kills of the real command at random moments of asking, queueing and writing, and its next start.

`RUNNEL_FUZZ=67 pytest -n0 tests/e2e/test_e2e_crash.py` kills it two hundred times.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.conftest import REPOSITORY, Open, Server
from tests.e2e.terminal import Terminal
from tests.e2e.test_e2e_typed import Questions
from tests.fuzz import FUZZ
from tests.plain_http import plain_client
from tui.store.sqlite import STORE_FILE

KILLS = 3 * FUZZ
LONGEST_S = 3.0
"""After Enter at most until the kill: the answer is longer."""
SETTLED_S = 1.0
"""What was there so long before a kill must be there after it."""
STORY = REPOSITORY / "tui/server/texts/replies/long.toml"
IN_A_ROW = 4


@pytest.fixture
def questions(server: Server) -> Iterator[Questions]:
    with plain_client(base_url=server.url) as client:
        yield Questions(client, server)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)


STORY_WORDS = words_of("".join(each["say"] for each in tomllib.loads(STORY.read_text())["step"]))


def progress(words: list[str]) -> int:
    """Return how many words of the story had come when these were the last that came."""
    shown = f" {' '.join(words)} "
    for count in range(len(STORY_WORDS), IN_A_ROW, -1):
        if f" {' '.join(STORY_WORDS[count - IN_A_ROW : count])} " in shown:
            return count
    return 0


@dataclass
class Course:
    """What happened when in one start, in seconds of the clock."""

    mark: str
    asked_at: float = 0.0
    queued_at: float = float("inf")
    drafted_at: float = float("inf")
    shown: list[tuple[float, str]] = field(default_factory=list)
    """The screen, as it was read."""
    killed_at: float = 0.0

    def stood(self, moment: float) -> bool:
        return moment < self.killed_at - SETTLED_S

    @property
    def words_shown(self) -> int:
        """How many words of the answer stood on the screen long enough before the kill."""
        shown = [text for moment, text in self.shown if self.stood(moment)]
        # by the status line: just after Enter the answer of before may still stand there
        texts = [text for text in shown if f"please {self.mark} ·" in text]
        return progress(words_of(texts[-1])) if texts else 0


def play(terminal: Terminal, chance: random.Random, mark: str) -> Course:
    """Ask, queue and write, and kill the program in the middle of it."""
    course = Course(mark)
    terminal.send(f"\x0ea long one, please {mark}\r")
    course.asked_at = time.monotonic()
    kill_at = course.asked_at + chance.uniform(0, LONGEST_S)
    queue_at = course.asked_at + chance.uniform(0.3, 1.0)
    draft_at = queue_at + chance.uniform(0.05, 0.5)
    while (now := time.monotonic()) < kill_at:
        if course.queued_at > now >= queue_at and course.queued_at == float("inf"):
            terminal.send(f"echo queued {mark}\r")
            course.queued_at = now
        elif course.drafted_at > now >= draft_at and course.drafted_at == float("inf"):
            terminal.send(f"half of {mark}")
            course.drafted_at = now
        terminal.watch(min(0.05, kill_at - now))
        course.shown.append((time.monotonic(), terminal.text))
    course.killed_at = time.monotonic()
    terminal.signal(signal.SIGKILL)
    terminal.wait_exit()
    return course


@dataclass(frozen=True, slots=True)
class Left:
    """What stands in the file."""

    drafts: list[str]
    queued: list[str]
    sends: dict[str, str]
    """By JSON of a send that was on its way: what came of its answer."""
    rest: str
    """JSON of the turns and messages."""
    last_session_id: str
    """That a start with --continue opens."""

    def is_last(self, mark: str) -> bool:
        """Say whether a question was on its way in the session that was open last."""
        asked = (json.loads(value) for value in self.sends if mark in value)
        return any(each["session_id"] == self.last_session_id for each in asked)


def left_in(path: Path) -> Left:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        sends = {}
        for row, value in db.execute("SELECT id, value FROM send").fetchall():
            parts = db.execute("SELECT parts FROM arrived WHERE send = ? ORDER BY id", (row,))
            sends[value] = "".join(
                each["text"] for (text,) in parts for each in json.loads(text)["value"]
            )
        rest = db.execute("SELECT value FROM turn UNION ALL SELECT value FROM message")
        lasts = [text for (text,) in db.execute("SELECT last_session FROM account") if text]
        return Left(
            [text for (text,) in db.execute("SELECT text FROM draft")],
            [text for (text,) in db.execute("SELECT value FROM queued")],
            sends,
            "\n".join(value for (value,) in rest),
            json.loads(lasts[0])["id"] if lasts else "",
        )


def check(course: Course, left: Left) -> None:
    asked = {value: text for value, text in left.sends.items() if course.mark in value}
    if course.stood(course.asked_at):
        assert asked or f"please {course.mark}" in left.rest
    came = words_of("".join(asked.values())) if asked else words_of(left.rest.replace("\\n", "\n"))
    assert progress(came) >= course.words_shown
    if course.stood(course.queued_at):
        assert any(f"echo queued {course.mark}" in each for each in left.queued)
    if course.stood(course.drafted_at):
        assert f"half of {course.mark}" in left.drafts


def test_nothing_is_lost_or_asked_twice_however_often_the_program_is_killed(
    open_terminal: Open, profiles: Mapping[str, str], questions: Questions, tmp_path: Path
) -> None:
    chance = random.Random(int.from_bytes(os.urandom(4)) if FUZZ > 1 else 12)
    extra = {**profiles, "RUNNEL_DATA_DIR": str(tmp_path / "kept")}
    before: Course | None = None
    for number in range(KILLS):
        terminal = open_terminal("--continue", extra=extra)
        terminal.wait_for("/Paper Lantern")
        if before is not None:
            terminal.wait_for(f"please {before.mark}")
            if before.stood(before.queued_at):
                # it waits for a person's word
                terminal.wait_for("waits for your word")
            if before.stood(before.drafted_at):
                terminal.wait_for(f"half of {before.mark}")
        course = play(terminal, chance, f"mark{number}x{chance.randrange(10**6)}")
        left = left_in(tmp_path / "kept" / STORE_FILE)
        check(course, left)
        asked = [each for each in questions.of_newest_sessions(3) if course.mark in each]
        assert len(asked) <= 1
        # it may stand behind a draft of which the kill came before Enter
        assert all(each.endswith(f"a long one, please {course.mark}") for each in asked)
        before = course if left.is_last(course.mark) else None
