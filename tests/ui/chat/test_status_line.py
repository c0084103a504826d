from __future__ import annotations

import asyncio

import pytest
from textual.content import Content
from textual.timer import Timer

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, user
from tests.ui.harness import Stage, stage
from tui.conversation import Phase, Progress
from tui.events import Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.chat.status_line import Status, StatusLine, differing_cells, progress_words
from tui.ui.widgets.key_footer import KeyFooter


def text(words: str) -> TextDelta:
    return TextDelta(SafeText(words))


def line(it: Stage) -> str:
    return it.rows(it.one(StatusLine))[0].strip()


@pytest.mark.parametrize(
    ("phase", "last_event_at", "now", "word"),
    [
        (Phase.CONNECTING, 0.0, 2.4, "connecting 2 s"),
        (Phase.CONNECTING, 0.0, 14.9, "connecting 14 s"),
        (Phase.CONNECTING, 0.0, 30.0, "no data 30 s"),
        (Phase.STREAMING, 3.0, 3.2, "streaming 3 s"),
        (Phase.STREAMING, 3.0, 18.0, "no data 15 s"),
        (Phase.RECOVERING, 3.0, 60.0, "checking"),
    ],
)
def test_the_state_word(phase: Phase, last_event_at: float, now: float, word: str) -> None:
    assert progress_words(Progress(0.0, last_event_at, phase), now)[0] == word


def test_nothing_on_its_way_is_idle() -> None:
    assert progress_words(None, 100.0) == ("ready", "")


def test_the_figures_tell_the_first_text_the_rate_and_the_size() -> None:
    progress = Progress(0.0, 4.0, Phase.STREAMING, first_text_at=2.0, received_bytes=3000)
    assert progress_words(progress, 4.0)[1] == "first 2.0 s · 1.5 KB/s · 3.0 KB"


async def test_the_words_from_connecting_to_idle() -> None:
    clock, headers, rest = StillClock(), asyncio.Event(), asyncio.Event()
    backend = ScriptedBackend(scripts=[[headers, Started(), text("Hm"), rest, text("m")]])
    async with stage(backend, clock=clock) as it:
        assert it.status.state == "ready"
        await it.ask("Well?")
        assert it.status.state == "connecting 0 s"
        clock.seconds = 4
        await it.until(lambda: it.status.state == "connecting 4 s")
        headers.set()
        await it.until(lambda: it.status.state == "streaming 4 s")
        assert it.status.figures.startswith("first 4.0 s")
        clock.seconds = 20
        await it.until(lambda: it.status.state == "no data 16 s")
        rest.set()
        await it.settled()
        assert it.status.state == "ready"


async def test_busy_sessions_elsewhere_are_counted() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(
        histories={"a": [user("q", "Q"), assistant("x", "A")]},
        listed=[Session("a", SafeText("A"), updated_at=NOON)],
        scripts=[[Started(), text("Hm"), gate]],
    )
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await it.ask("Well?")
        await it.until(lambda: "Hm" in it.texts)
        assert it.status.elsewhere == ""
        await it.press("ctrl+n")
        assert it.status.elsewhere == "+1 answering"
        assert line(it).endswith("ready · +1 answering")
        gate.set()
        await it.settled()
        assert it.status.elsewhere == ""


async def test_the_line_drops_from_the_right() -> None:
    status = Status(
        "work/Bot", "A rather long title of a session", "streaming 3 s", "12 KB", "+2 answering"
    )
    async with stage(ScriptedBackend()) as it:
        wide = it.one(StatusLine)
        wide.show(status)
        await it.pilot.pause()
        assert line(it) == (
            "work/Bot · A rather long title of a session · streaming 3 s · 12 KB · +2 answering"
        )
        drawn = {}
        for width in (70, 60, 44, 30):
            await it.pilot.resize_terminal(width, 24)
            wide.show(status)
            await it.pilot.pause()
            drawn[width] = line(it)
        for words in drawn.values():
            assert words.startswith("work/Bot")
            assert "streaming 3 s" in words
        assert "+2 answering" not in drawn[44]
        assert drawn[30] == "work/Bot · streaming 3 s"


async def test_markup_in_a_title_is_text() -> None:
    backend = ScriptedBackend(
        histories={"a": [user("q", "Q"), assistant("x", "A")]},
        listed=[Session("a", SafeText("[/x] [b]bold"), updated_at=NOON)],
    )
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        assert "[/x] [b]bold" in line(it)
        assert "[/x] [b]bold" in "\n".join(it.rows(it.list))


async def test_nothing_ticks_while_nothing_is_busy() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(scripts=[[Started(), text("Hm"), gate]])
    async with stage(backend) as it:
        assert ticking(it) == []
        await it.ask("Well?")
        await it.until(lambda: "Hm" in it.texts)
        assert len(ticking(it)) == 1
        gate.set()
        await it.settled()
        assert ticking(it) == []


def ticking(it: Stage) -> list[Timer]:
    """The timers that would wake the app up by themselves."""
    nodes = [it.app, it.chat, *it.chat.walk_children()]
    return [timer for node in nodes for timer in node._timers if timer._active.is_set()]


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ("waiting 12 s", "waiting 13 s", (9, 10)),
        ("waiting 19 s", "waiting 20 s", (8, 10)),
        ("宽 12 s", "宽 13 s", (4, 5)),
        ("waiting 9 s", "waiting 10 s", None),
        ("a宽", "ax", None),
        ("same", "same", None),
    ],
)
def test_the_cells_that_differ(before: str, after: str, cells: tuple[int, int] | None) -> None:
    assert differing_cells(Content(before), Content(after)) == cells


def test_a_line_of_another_style_differs_all_over() -> None:
    before = Content.assemble(("ready", "bold"), " 1")
    assert differing_cells(before, Content("idle 2")) is None


async def test_a_second_more_draws_the_numbers_and_nothing_else() -> None:
    clock, headers = StillClock(), asyncio.Event()
    backend = ScriptedBackend(scripts=[[headers, Started(), text("Hm")]])
    async with stage(backend, clock=clock) as it:
        await it.ask("Well?")
        await it.until(lambda: it.status.state == "connecting 0 s")
        await it.until(lambda: any("Stop" in row for row in it.rows(it.one(KeyFooter))))
        keys = it.one(KeyFooter).keys
        clock.seconds = 4
        await it.until(lambda: "connecting 4 s" in line(it))
        await it.until(lambda: " 4 s " in "\n".join(it.rows(it.list)))
        assert it.one(KeyFooter).keys is keys
        headers.set()
        await it.settled()
        assert "ready" in line(it)
        await it.until(lambda: not any("Stop" in row for row in it.rows(it.one(KeyFooter))))
