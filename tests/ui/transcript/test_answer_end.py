from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.fakes import ScriptedBackend, Step, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.transcript.readers import outrun_readers, read_along
from tui.events import Completed, Started, TextDelta
from tui.model import Message
from tui.safe_text import SafeText

SIZES = [(60, 20), (100, 30)]
"""Without the list of sessions beside it, and with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of the content, and where the view on it is."""

    question: int
    end: int
    top: int
    view: int

    @property
    def is_cut_off(self) -> bool:
        return self.question < self.top

    @property
    def empty_rows(self) -> int:
        return max(0, self.top + self.view - self.end)


def place(it: Stage) -> Place:
    question, answer = it.views[-2:]
    end = answer.virtual_region.bottom + 1
    top, view = round(it.transcript.scroll_y), it.transcript.size.height
    return Place(question.virtual_region.y, end, top, view)


def lines(first: int, end: int) -> TextDelta:
    return TextDelta(SafeText("".join(f"line {n}\n" for n in range(first, end))))


class Talk:
    """A conversation whose answers come in two pieces and end when they are told to."""

    def __init__(self, it: Stage, backend: ScriptedBackend) -> None:
        self.it = it
        self._backend = backend

    async def stream(self, first: int, rows: int) -> asyncio.Event:
        """Let an answer come, and return what ends it."""
        it, goes_on, end = self.it, asyncio.Event(), asyncio.Event()
        script: list[Step] = [Started(), lines(0, first), goes_on, lines(first, rows), end]
        self._backend.scripts = [[*script, Completed()]]
        await it.ask("Count")
        await it.until(lambda: f"line {first - 1}" in it.texts[-1] and it.in_line)
        goes_on.set()
        await it.until(lambda: f"line {rows - 1}" in it.texts[-1] and it.in_line)
        await it.pilot.pause()
        return end

    async def end(self, end: asyncio.Event) -> Place:
        end.set()
        await self.it.settled()
        return place(self.it)

    async def type(self) -> Place:
        """Press a key in the composer, and take it back."""
        await self.it.write("x")
        typed = place(self.it)
        await self.it.press("backspace")
        assert place(self.it) == typed
        return typed


def history() -> ScriptedBackend:
    old = [user("q", "Old?"), assistant("a", "Old.\n\n" * 30)]
    return ScriptedBackend(histories={"s": old})


async def opened(it: Stage, reading: Callable[[Stage], None] = read_along) -> None:
    await it.open("s")
    await it.settled()
    reading(it)


async def test_a_text_that_came_faster_than_anybody_reads_ends_with_the_view() -> None:
    backend = history()
    async with stage(backend, size=SIZES[0]) as it:
        await opened(it, outrun_readers)
        talk, view, moved = Talk(it, backend), it.transcript.size.height, 0
        for rows in (3, view - 8, view + 4, 2 * view + 1):
            before_end = await talk.stream(max(1, rows - 2), rows)
            streaming = place(it)
            ended = await talk.end(before_end)
            assert not (ended.is_cut_off and ended.empty_rows)
            assert ended.top <= streaming.top
            assert await talk.type() == ended
            moved += ended.top < streaming.top and ended.end - ended.question > view
        assert moved


@pytest.mark.parametrize("size", SIZES)
async def test_no_room_stays_empty_below_a_text_that_is_cut_off(size: tuple[int, int]) -> None:
    backend = history()
    async with stage(backend, size=size) as it:
        await opened(it)
        talk, view = Talk(it, backend), it.transcript.size.height
        by_key = at_once = 0
        for rows in (3, view // 2, view - 8, view - 6, view - 3, view + 4, 2 * view + 1):
            before_end = await talk.stream(max(1, rows - 2), rows)
            streaming = place(it)
            ended = await talk.end(before_end)
            fits = ended.end - ended.question <= view
            if ended != streaming and not fits:
                assert ended.top == streaming.top, "the reader is not moved"
            if ended.is_cut_off and fits:
                assert ended.empty_rows == 0
            typed = await talk.type()
            assert not (typed.is_cut_off and typed.empty_rows)
            assert typed.top <= ended.top
            assert typed.top + view >= typed.end, "what was seen last is still seen"
            by_key += typed != ended
            at_once += fits and ended.top < streaming.top
        assert by_key
        assert at_once


@pytest.mark.parametrize("rows_up", [1, 9])
async def test_a_reader_who_scrolled_is_not_moved_at_the_end_nor_by_a_key(rows_up: int) -> None:
    backend = history()
    async with stage(backend, size=SIZES[0]) as it:
        await opened(it)
        talk = Talk(it, backend)
        for rows in (9, 14, 31):
            end = await talk.stream(rows - 2, rows)
            it.transcript.scroll_relative(y=-rows_up, animate=False, immediate=True)
            await it.until(lambda: not it.transcript.following)
            await it.pilot.pause()
            top = round(it.transcript.scroll_y)
            assert (await talk.end(end)).top == top
            assert (await talk.type()).top == top
            it.transcript.follow()


async def test_what_a_person_stopped_settles_with_the_next_key_too() -> None:
    backend = history()
    async with stage(backend, size=SIZES[1]) as it:
        await opened(it)
        talk = Talk(it, backend)
        await talk.stream(38, 40)
        top = place(it).top
        await it.press("escape")
        await it.settled()
        await it.until(lambda: "You stopped here." in it.drawn)
        assert round(it.transcript.scroll_y) == top
        stopped = place(it)
        assert stopped.is_cut_off
        assert stopped.empty_rows
        assert (await talk.type()).empty_rows == 0


async def test_the_end_of_an_answer_is_drawn_before_its_history_is_read() -> None:
    drawn: list[str] = []
    text = [TextDelta(SafeText(piece)) for piece in ("The begin", "ning and the end.")]
    backend = ScriptedBackend(scripts=[[Started(), *text, Completed()]])
    async with stage(backend) as it:

        def read(_: int, stored: list[Message]) -> list[Message]:
            if stored:
                drawn.append(it.drawn)
            return stored

        backend.shows = read
        await it.ask("Write")
        await it.until(lambda: bool(drawn))
        assert "The beginning and the end." in drawn[0]
