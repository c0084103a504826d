from __future__ import annotations

import ctypes
import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

from tests.fakes import NOON
from tests.fuzz import IS_LONG_RUN
from tests.tables import each_row
from tests.unit.cli.conftest import Run
from tui.errors import BadInput
from tui.tapes.lines import lines_of_tape
from tui.tapes.recording import header_of
from tui.tapes.tape import Mark, Tape
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Opened, Sent

PATH = "/api/v1/session/s1/message/stream"
QUESTION = "Why is it so?"
BUSY_S = 0.02
TIMES = 20 if IS_LONG_RUN else 1
"""So often a film is made that is to be the same."""
TAPE = Tape(
    header_of("gpt-trainer", NOON, bot="b1"),
    (
        Opened(0.0, ""),
        Mark(0.01, "begin"),
        Sent(0.02, "", QUESTION, bot="b1"),
        Asked(1, 0.03, "POST", "/api/v1/chatbot/b1/session/create", "", b"{}"),
        Answered(1, 0.04, 200, "application/json", ()),
        Arrived(1, 0.05, b'{"uuid":"s1"}'),
        Ended(1, 0.05, End.WHOLE),
        Asked(2, 0.06, "POST", PATH, "s1", json.dumps({"query": QUESTION}).encode()),
        Answered(2, 0.08, 200, "text/plain", ()),
        Arrived(2, 0.1, b"Because it "),
        Arrived(2, 0.2, b"**breaks** there"),
        Ended(2, 0.3, End.BROKEN, ("ReadError",)),
    ),
)


def tape_in(folder: Path) -> str:
    file = folder / "a.tape"
    file.write_bytes(b"".join(lines_of_tape(TAPE)))
    return str(file)


def test_a_tape_is_told_of_shown_and_cut(run: Run, tmp_path: Path) -> None:
    file = tape_in(tmp_path)
    code, out, _ = run("tape", "check", file)
    assert code == 0
    assert "1 question in 1 session\n" in out
    assert "2 calls, 1 of them failed" in out
    code, out, _ = run("tape", "show", file)
    assert (code, len(out.splitlines())) == (0, len(TAPE.events))
    code, out, _ = run("tape", "cut", file, "--to", "0.02")
    assert (code, len(out.splitlines())) == (0, 4)
    code, out, err = run("tape", "cut", file, "--from", "3", "--to", "2")
    assert (code, out) == (BadInput.exit_code, "")
    assert "end before it begins" in err


@pytest.mark.slow
def test_the_film_of_a_replay_is_played_by_another_terminal_and_the_still_is_its_end(
    run: Run, tmp_path: Path
) -> None:
    file = tape_in(tmp_path)
    code, out, err = run("tape", "cast", file, "--size", "70x20")
    assert code == 0, err
    assert re.fullmatch(r"[ -~\n]*", out)
    header, *events = map(json.loads, out.splitlines())
    term = {"cols": 70, "rows": 20, "type": "xterm-256color"}
    assert header == {"version": 3, "term": term, "timestamp": int(NOON.timestamp())}
    assert {code for _, code, _ in events} == {"o", "m"}
    for event in events:
        assert [type(each) for each in event] == [float, str, str]
        assert event[0] >= 0
    assert sum(interval_s for interval_s, _, _ in events) == pytest.approx(TAPE.duration_s)
    screen = pyte.Screen(70, 20)
    stream = pyte.Stream(screen)
    for _, kind, data in events:
        if kind == "o":
            stream.feed(data)
    shown = "\n".join(screen.display)
    for words in (QUESTION, "Because it breaks there", "The connection broke", "■ 0:00 / 0:00"):
        assert words in shown
    code, out, err = run("tape", "svg", file, "--size", "70x20")
    assert code == 0, err
    assert out.startswith("<svg")
    assert "breaks" in out


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep the interpreter busy now and then beside what is done inside, for the time of a frame.

    All the time would delay each step alike. A pause that keeps the others waiting takes no time of
    the processor, which would be a third of that of the test.
    """
    ends = threading.Event()
    # called in this way it does not let another thread run
    sleep = ctypes.PyDLL(None).usleep
    switch_us = round(sys.getswitchinterval() * 1_000_000)

    def work() -> None:
        while not ends.wait(BUSY_S):
            for _ in range(round(BUSY_S * 1_000_000 / switch_us)):
                sleep(switch_us)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ends.set()
        worker.join()


@pytest.mark.slow
def test_films_and_stills_of_a_tape_are_the_same_each_time_whatever_the_machine_does_beside(
    run: Run,
) -> None:
    commands = [("cast", "cut"), ("svg", "demo", "--at", "5.2", "--size", "110x52")]
    for command in commands:
        calm = run("tape", *command)
        assert calm[0] == 0, calm[2]
        with busy_machine():
            few = {"NO_COLOR": "1", "TERM": "dumb"}
            busy = {run("tape", *command, variables=few)[1] for _ in range(TIMES)}
        assert busy == {calm[1]}


NO_NUMBERS = [
    ("replay", "demo", "--speed", "nan"),
    ("replay", "demo", "--idle-limit", "nan"),
    ("tape", "cut", "demo", "--from", "nan"),
    ("tape", "cut", "demo", "--to", "inf"),
    ("tape", "svg", "demo", "--at", "nan"),
    # with what is refused anyway: else it would run
    ("server", "--pace", "nan", "--sessions", "0"),
    ("serve", "--time", "nan", "--visitors", "0"),
]


@each_row(
    ("arguments", "words"),
    [
        (("tape", "check", "gone"), "cannot be read"),
        (("replay", "gone"), "cannot be read"),
        (("tape", "cast", "x", "--size", "0x1"), "is not a size"),
        *((words, "is not a number") for words in NO_NUMBERS),
    ],
)
def test_what_cannot_be_played_is_refused(arguments: tuple[str, ...], words: str, run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_an_api_that_is_not_known_is_refused_with_the_nearest(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.tape"
    tape = Tape(header_of("hardwere", NOON), ())
    file.write_bytes(b"".join(lines_of_tape(tape)))
    code, _, err = run("tape", "svg", str(file))
    assert code == 2
    assert "hardwire" in err
