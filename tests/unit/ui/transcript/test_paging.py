from __future__ import annotations

from collections.abc import Sequence

from tests.fakes import user
from tui.conversation.history import History
from tui.conversation.timeline import Timeline
from tui.ui.transcript.paging import Paging, Viewport
from tui.ui.transcript.window import FIRST_STEP, STEP, ViewportSize, Window
from tui.values import replace

SIZE = ViewportSize(80, 30)
MESSAGE_ROWS = 5
AT_END = Viewport(SIZE, 0, 0, is_laid_out=True, following=True)


def timeline(count: int) -> Timeline:
    history = History(lambda messages, turns: None)
    history.load([user(str(at), "short") for at in range(count)], [])
    return Timeline(history, count, ())


class Mounted:
    """Messages of equal height, as `Paging` last had them mounted."""

    def __init__(self) -> None:
        self.window = Window(0, 0)
        self.rows = MESSAGE_ROWS

    @property
    def ids(self) -> Sequence[str]:
        return [str(at) for at in range(self.window.first, self.window.end)]

    def extents(self) -> Sequence[tuple[int, int]]:
        return [(at * self.rows, (at + 1) * self.rows) for at in range(len(self.ids))]


class Reader:
    def __init__(self, count: int) -> None:
        self.timeline = timeline(count)
        self.mounted = Mounted()
        self.viewport = AT_END
        self.paging = Paging(self.mounted, lambda: self.viewport)

    def mount(self, window: Window) -> None:
        self.mounted.window = window
        self.paging.note_mounted(window, self.timeline)

    def look(self, row: int) -> None:
        """Have the view begin at a row of what is mounted."""
        rows = len(self.mounted.ids) * MESSAGE_ROWS
        below = max(0, rows - row - SIZE.rows)
        self.viewport = replace(self.viewport, top=row, rows_below=below, following=False)


def test_a_conversation_opens_at_its_end() -> None:
    reader = Reader(1000)
    assert reader.paging.fitted(reader.timeline).reaches(reader.timeline)
    assert reader.paging.fitted(timeline(0)) == Window(0, 0)


def test_a_reader_elsewhere_keeps_what_is_mounted_when_more_comes() -> None:
    reader = Reader(1000)
    reader.mount(Window(500, 524))
    reader.look(10)
    assert reader.paging.fitted(timeline(1100)) == Window(500, 524)
    assert not reader.paging.reaches_end


def test_a_window_at_the_end_takes_in_what_comes() -> None:
    reader = Reader(100)
    reader.mount(Window(80, 100))
    reader.look(0)
    assert reader.paging.reaches_end
    assert reader.paging.fitted(timeline(102)) == Window(80, 102)


def test_who_follows_goes_to_an_end_that_is_far() -> None:
    reader = Reader(1000)
    reader.mount(Window(100, 120))
    window = reader.paging.fitted(reader.timeline)
    assert window.reaches(reader.timeline)
    assert window.first >= 1000 - FIRST_STEP


def test_messages_that_are_not_laid_out_yet_ask_for_no_others() -> None:
    reader = Reader(1000)
    reader.mount(Window(990, 1000))
    reader.mounted.rows = 0
    assert not reader.paging.is_due(reader.timeline)
    reader.mounted.rows = 1
    assert reader.paging.is_due(reader.timeline)


def test_nothing_is_due_in_the_middle() -> None:
    reader = Reader(1000)
    reader.mount(Window(100, 140))
    reader.look(20 * MESSAGE_ROWS)
    assert not reader.paging.is_due(reader.timeline)


def test_more_is_due_near_the_top() -> None:
    reader = Reader(1000)
    reader.mount(Window(100, 140))
    reader.look(SIZE.rows - 1)
    assert reader.paging.is_due(reader.timeline)
    assert reader.paging.moved_along(reader.timeline) == Window(100 - STEP, 140)


def test_nothing_is_moved_before_the_first_layout() -> None:
    reader = Reader(1000)
    reader.mount(Window(100, 140))
    reader.look(0)
    reader.viewport = replace(reader.viewport, is_laid_out=False)
    assert reader.paging.moved_along(reader.timeline) == Window(100, 140)


def test_rows_that_are_owed_count_as_gone_already() -> None:
    reader = Reader(1000)
    reader.mount(Window(100, 140))
    reader.look(SIZE.rows + 10)
    assert not reader.paging.is_due(reader.timeline)
    reader.paging.owe(11)
    assert reader.paging.moved_along(reader.timeline) == Window(100 - STEP, 140)


def test_rows_are_owed_once() -> None:
    reader = Reader(1000)
    reader.paging.owe(30)
    reader.paging.owe(-10)
    assert reader.paging.owes_rows
    assert reader.paging.settle() == 20
    assert not reader.paging.owes_rows


def test_another_conversation_owes_nothing() -> None:
    reader = Reader(1000)
    reader.mount(Window(100, 140))
    reader.paging.owe(30)
    reader.paging.begin_anew()
    assert reader.paging.reaches_end
    assert not reader.paging.owes_rows


def test_a_message_far_away_comes_with_a_view_full_below_it() -> None:
    reader = Reader(1000)
    reader.mount(Window(980, 1000))
    window = reader.paging.around(500)(reader.timeline)
    assert window.first == 499
    assert 500 + 5 < window.end <= 500 + FIRST_STEP
