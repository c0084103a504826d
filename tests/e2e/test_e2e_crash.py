"""Ends of the real command at random moments of what people do in it, and its next starts.

`RUNNEL_FUZZ=12 pytest -n0 tests/e2e/test_e2e_crash.py` ends it two hundred times.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.course import SETTLED_S, Box, Course
from tests.e2e.ledger import Ledger
from tests.e2e.person import Person
from tests.e2e.terminal import Terminal
from tests.e2e.warm_start import RUNNEL, WarmStarts
from tests.fuzz import FUZZ, IS_LONG_RUN
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, EmbeddedServer
from tui.server.demo import BIG_CHATBOT
from tui.store.sqlite import STORE_FILE
from tui.ui.splash import PLACEHOLDER

ENDS = 8 * FUZZ
"""Of each API."""
ENDS_BESIDE = 2 * FUZZ
"""Beside another client."""
MOST = 8 if IS_LONG_RUN else 4
"""So many things are done in a start."""
SESSIONS = 100
"""So many that a sync is going on for several starts."""
QUIT = "\x11"
GENTLE = {signal.SIGTERM: 143, signal.SIGHUP: 129, None: 0}
"""The ends that cost nothing, by their exit status; `None` is the key."""
BOTS = {"gpt-trainer": "Market Hall", "hardwire": "Lantern Large"}
PROFILES = {
    "gpt-trainer": {"TOKEN": DEMO_KEY, "CHATBOT": BIG_CHATBOT.id},
    "hardwire": {"EMAIL": DEMO_EMAIL, "PASSWORD": DEMO_PASSWORD, "MODEL": "lantern-large"},
}


@pytest.fixture(scope="module")
def crowded() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0.1, sessions=SESSIONS) as server:
        yield server


@pytest.mark.parametrize("api", PROFILES)
def test_nothing_is_lost_or_asked_twice_however_often_the_program_ends(
    api: str,
    environment: dict[str, str],
    tmp_path: Path,
    crowded: EmbeddedServer,
    warm_starts: WarmStarts,
) -> None:
    starts = Starts(api, environment, tmp_path, crowded, warm_starts)
    for number in range(ENDS):
        starts.live(number)


def test_nothing_of_one_client_is_lost_when_another_over_the_same_store_is_killed(
    environment: dict[str, str], tmp_path: Path, crowded: EmbeddedServer, warm_starts: WarmStarts
) -> None:
    starts = Starts("gpt-trainer", environment, tmp_path, crowded, warm_starts)
    with starts.terminal() as other:
        other.wait_for("work/Market Hall")
        other.send("echo of the other\rhalf of it")
        other.wait_for("◆ Market Hall")
        other.wait_for(lambda: "half of it" in starts.ledger.look().drafts.values())
        starts.ledger.note("echo of the other")
        for number in range(ENDS_BESIDE):
            starts.live(number, is_alone=False)
        other.send(" and the rest\r")
        starts.ledger.note("half of it and the rest")
        other.wait_for("half of it and the rest")
        other.wait_for(lambda: starts.ledger.received["half of it and the rest"] == 1)
        other.send(QUIT * 2)
        assert other.wait_exit() == 0
    assert starts.ledger.look().has("half of it and the rest")


class Starts:
    """Starts over one folder, each with a course of its own."""

    def __init__(
        self,
        api: str,
        environment: dict[str, str],
        folder: Path,
        server: EmbeddedServer,
        warm_starts: WarmStarts,
    ) -> None:
        self._start = warm_starts.start
        self._seed = int.from_bytes(os.urandom(2)) if FUZZ > 1 else 12
        self._chance = random.Random(self._seed)
        self._bot = BOTS[api]
        profile = {"API": api, "BASE_URL": server.url, "SYNC": "on", **PROFILES[api]}
        self._environment = {
            **environment,
            **{f"RUNNEL_PROFILES__WORK__{name}": value for name, value in profile.items()},
            "RUNNEL_DEFAULT_PROFILE": "work",
            "RUNNEL_DATA_DIR": str(folder / "kept"),
        }
        self._folder = folder
        self.ledger = Ledger(folder / "kept" / STORE_FILE, server)

    def terminal(self, *arguments: str) -> Terminal:
        return Terminal(
            [*RUNNEL, *arguments],
            self._environment,
            folder=self._folder,
            # small: to emulate it is much of the work of this test
            columns=100,
            rows=24,
            start=self._start,
        )

    def live(self, number: int, *, is_alone: bool = True) -> None:
        """Live through one start, and hold what is left against what was done.

        Beside another client it does not go on where that one is.
        """
        chance, ledger = self._chance, self.ledger
        course = Course(f"m{number}x{self._seed}")
        goes_on = is_alone and chance.random() < 0.7
        opened_id = ledger.kept.last_session_id if goes_on else ""
        box = opened(course, ledger, opened_id)
        is_queued = opened_id in ledger.kept.queued.values()
        with self.terminal(*(["--continue"] if goes_on else [])) as terminal:
            person = Person(terminal, chance, course, box)
            live(self._bot, terminal, person, chance, course, is_queued=is_queued)
        try:
            ledger.take(course)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{course.report}") from None


def opened(course: Course, ledger: Ledger, session_id: str) -> Box:
    """Return the box of the session that a start opens, with the draft that is there."""
    drafts = ledger.kept.drafts
    course.unmade.texts = [(0.0, drafts.get("", ""))]
    if not session_id:
        return course.unmade
    course.others.append(Box([(0.0, drafts.get(session_id, ""))]))
    return course.others[0]


def live(
    bot: str,
    terminal: Terminal,
    person: Person,
    chance: random.Random,
    course: Course,
    *,
    is_queued: bool,
) -> None:
    """Live through one start, and end it in one of many ways."""
    way = chance.choices(["start", "course", "exit", "gentle"], [2, 9, 2, 5])[0]
    if chance.random() < 0.3:
        terminal.wait_for(PLACEHOLDER)
        person.ask_early()
    if way == "start":
        terminal.watch(chance.uniform(0, 1.0))
        kill(terminal, course)
        return
    person.wait_until_open(bot, is_queued=is_queued)
    person.act(chance.randrange(MOST), is_cut=way == "course")
    if way == "gentle":
        person.be_heard()
        end_gently(terminal, chance, course)
        return
    if way == "exit":
        terminal.send(QUIT * 2)
        terminal.watch(chance.uniform(0, 0.3))
    kill(terminal, course)


def kill(terminal: Terminal, course: Course) -> None:
    course.end(SETTLED_S)
    if terminal.process.poll() is None:
        terminal.signal(signal.SIGKILL)
    terminal.wait_exit()


def end_gently(terminal: Terminal, chance: random.Random, course: Course) -> None:
    number, status = chance.choice([*GENTLE.items()])
    course.end(0)
    if number is None:
        terminal.send(QUIT * 2)
    else:
        terminal.signal(number)
    assert terminal.wait_exit() == status
