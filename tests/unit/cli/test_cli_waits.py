from __future__ import annotations

import asyncio
import io
import sys

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, connection, says, user
from tests.waiting import until
from tui.backends.traffic import Quota, Traffic, Waiting
from tui.cli.answer import PlainAnswer
from tui.cli.ask import answer
from tui.cli.waits import narrate_waits, silence_told
from tui.errors import StreamBroken
from tui.events import Started, TextDelta
from tui.safe_text import SafeText

Captured = pytest.CaptureFixture[str]


def test_a_read_that_is_made_again_is_told_with_its_cause(capsys: Captured) -> None:
    traffic = Traffic(clock=lambda: 100.0)
    narrate_waits(traffic)
    traffic.waiting = Waiting(SafeText("HTTP 503"), 102.0, 2, 5)
    traffic.waiting = None
    assert capsys.readouterr().err == "HTTP 503; trying again in 2 s (2 of 5)\n"


async def test_a_read_that_takes_long_is_told_once(capsys: Captured) -> None:
    traffic = Traffic(slow_s=0)
    narrate_waits(traffic)
    with traffic.timed(), traffic.timed():
        await until(lambda: traffic.reading_since is not None)
        traffic.quota = Quota(100, 12, 40.0)
    assert traffic.reading_since is None
    assert capsys.readouterr().err == "The server is slow to answer. Ctrl+C stops.\n"


@unhurried
async def test_silence_is_told_and_told_again_when_it_has_doubled() -> None:
    gate = asyncio.Event()
    script: list[Step] = [Started(), TextDelta(SafeText("So")), gate, TextDelta(SafeText("!"))]
    link = connection(ScriptedBackend(scripts=[script]))
    link.clock = asyncio.get_running_loop().time
    conversation = link.conversation()
    told: list[str] = []

    async def ask() -> None:
        async for _ in conversation.send("Why?"):
            pass

    async with silence_told(link, conversation, tell=told.append):
        asking = asyncio.create_task(ask())
        await asyncio.sleep(100)
        gate.set()
        await asking
    assert told == [
        f"No data for {seconds} s. Ctrl+C stops and keeps what arrived." for seconds in (15, 30, 60)
    ]


class Screen(io.StringIO):
    """A terminal, or a pipe, that keeps what it was sent."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    @property
    def rows(self) -> list[str]:
        """What is to be seen: of each row what was written over it last."""
        rows = [row.split("\r")[-1].replace("\x1b[K", "") for row in self.getvalue().split("\n")]
        return [row for row in rows if row]


@unhurried
async def asked_slowly(stdout: Screen, stderr: Screen) -> None:
    """Ask for an answer that has a pause of 20 s before its text and one behind half of it."""
    gates = asyncio.Event(), asyncio.Event()
    script: list[Step] = [Started(), gates[0], TextDelta(SafeText("So")), gates[1]]
    backend = ScriptedBackend(scripts=[[*script, TextDelta(SafeText(" be it."))]])
    link = connection(backend)
    link.clock = asyncio.get_running_loop().time
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.setattr(sys, "stdout", stdout)
        patch.setattr(sys, "stderr", stderr)
        asking = asyncio.create_task(answer(link, None, "Why?", PlainAnswer()))
        for gate in gates:
            await asyncio.sleep(20)
            stdout.write("" if stderr is stdout else "|")
            gate.set()
        assert await asking == 0


def test_a_terminal_counts_the_seconds_and_leaves_the_answer_alone() -> None:
    screen = Screen()
    asked_slowly(screen, screen)
    assert "\r[waiting for the answer, 1 s; Ctrl+C stops]\x1b[K" in screen.getvalue()
    assert "\r[waiting for the answer, 19 s; Ctrl+C stops]\x1b[K" in screen.getvalue()
    assert "receiving" not in screen.getvalue()
    silence = "No data for 15 s. Ctrl+C stops and keeps what arrived."
    # the second silence falls into the text
    assert screen.rows == ["session new-0", silence, "So", silence, " be it."]


def test_where_the_answer_goes_elsewhere_what_came_of_it_is_counted() -> None:
    stdout, stderr = Screen(is_terminal=False), Screen()
    asked_slowly(stdout, stderr)
    assert stdout.getvalue().replace("|", "") == "So be it.\n"
    assert "\r[receiving, 2 bytes, 25 s; Ctrl+C stops]\x1b[K" in stderr.getvalue()
    assert not any(row.startswith("[") for row in stderr.rows)


def test_into_a_pipe_nothing_is_said_of_waiting() -> None:
    stdout, stderr = Screen(), Screen(is_terminal=False)
    asked_slowly(stdout, stderr)
    assert stderr.rows == ["session new-0"]


async def test_an_answer_can_be_asked_for_in_one_piece(capsys: Captured) -> None:
    backend = ScriptedBackend(scripts=[says("So ", "be it.")], offers=frozenset({"whole_answers"}))
    assert await answer(connection(backend), None, "Why?", PlainAnswer(), streaming=False) == 0
    assert capsys.readouterr().out == "So be it.\n"
    assert backend.sent == ["Why?"]


@unhurried
async def test_no_stored_answer_is_exit_code_1(capsys: Captured) -> None:
    backend = ScriptedBackend(scripts=[says("So.")], stores=lambda *_: [])
    answering = asyncio.create_task(answer(connection(backend), None, "Why?", PlainAnswer()))
    await until(lambda: backend.sent == ["Why?"])
    assert await answering == 1
    captured = capsys.readouterr()
    assert captured.out == "So.\n"
    assert "does not show this answer" in captured.err


async def test_a_cut_answer_that_was_stored_whole_is_exit_code_0(capsys: Captured) -> None:
    script: list[Step] = [Started(), TextDelta(SafeText("So")), StreamBroken("Cut.")]
    backend = ScriptedBackend(scripts=[script])
    backend.stores = lambda _, text, streamed: [user("q", text), assistant("a", "So be it.")]
    assert await answer(connection(backend), None, "Why?", PlainAnswer()) == 0
    assert capsys.readouterr().out == "So be it.\n"
