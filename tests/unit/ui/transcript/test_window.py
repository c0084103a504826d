from __future__ import annotations

import pytest

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.conversation.history import History
from tui.conversation.timeline import Timeline
from tui.model import Message
from tui.ui.transcript.window import (
    FIRST_STEP,
    MOST_MOUNTED,
    STEP,
    Edges,
    ViewportSize,
    Window,
    around,
    estimated_rows,
    fitted,
    last_screen,
    moved_along,
)

SIZE = ViewportSize(80, 30)
ROWS = SIZE.rows


def timeline_of(*messages: Message) -> Timeline:
    history = History(lambda messages, turns: None)
    history.load(messages, [])
    return Timeline(history, len(messages), ())


def timeline(count: int, text: str = "short") -> Timeline:
    return timeline_of(*(user(str(number), text) for number in range(count)))


def ids(*positions: int) -> list[str]:
    return [str(position) for position in positions]


def edges(rows_above: int, each: int, count: int) -> Edges:
    """`count` messages of `each` rows, of which so many rows are above the view."""
    tops = [each * number - rows_above for number in range(count)]
    return Edges(tops, [top + each for top in tops], each * count - rows_above)


def test_a_conversation_opens_with_what_fills_the_view() -> None:
    assert last_screen(timeline(1000), SIZE) == Window(989, 1000)
    assert last_screen(timeline(1000, "line\n" * 50), SIZE) == Window(999, 1000)
    assert last_screen(timeline(3), SIZE) == Window(0, 3)
    assert last_screen(timeline(0), SIZE) == Window(0, 0)


def test_a_view_of_many_rows_opens_with_a_bounded_number() -> None:
    assert last_screen(timeline(1000), ViewportSize(80, 500)) == Window(1000 - FIRST_STEP, 1000)


def test_a_message_far_away_has_a_view_full_below_it() -> None:
    window = around(timeline(1000), 500, SIZE)
    assert window.first < 500
    assert window.end == 511
    assert around(timeline(1000), 0, SIZE).first == 0
    assert around(timeline(1000), 999, SIZE).end == 1000


def test_what_is_mounted_stays_when_older_messages_become_known() -> None:
    assert fitted(Window(0, 4), timeline(100), ids(50, 51, 52), reached_end=False) == Window(50, 53)


def test_a_window_that_reached_the_end_goes_on_to_the_end() -> None:
    assert fitted(Window(90, 100), timeline(102), ids(90, 99), reached_end=True) == Window(90, 102)


def test_a_window_takes_in_only_so_much_at_once() -> None:
    assert fitted(Window(0, 2), timeline(5000), ids(0, 1), reached_end=True) == Window(0, 2 + STEP)


def test_a_window_whose_messages_moved_apart_stays_bounded() -> None:
    window = fitted(Window(0, 2), timeline(5000), ids(0, 4000), reached_end=False)
    assert window.end - window.first <= MOST_MOUNTED + STEP


def test_a_window_of_which_nothing_is_left_stays_within_what_there_is() -> None:
    assert fitted(Window(90, 100), timeline(40), ids(90, 91), reached_end=True) == Window(40, 40)


def test_more_is_mounted_where_the_reader_comes_near_an_edge() -> None:
    near_top = edges(ROWS - 1, 5, 20)
    assert moved_along(Window(40, 60), 100, near_top, ROWS) == Window(40 - STEP, 60)
    near_end = edges(5 * 20 - 2 * ROWS + 1, 5, 20)
    assert moved_along(Window(40, 60), 100, near_end, ROWS) == Window(40, 60 + STEP)
    assert moved_along(Window(5, 25), 26, edges(10, 2, 20), ROWS) == Window(0, 26)


def test_nothing_is_mounted_in_the_middle() -> None:
    assert moved_along(Window(40, 60), 100, edges(ROWS, 5, 20), ROWS) == Window(40, 60)


@pytest.mark.parametrize("rows_above", [0, 10, 29])
def test_on_the_way_up_what_is_far_below_is_unmounted(rows_above: int) -> None:
    window = moved_along(Window(40, 104), 200, edges(rows_above, 5, 64), ROWS)
    assert window == Window(40 - STEP, 40 - STEP + MOST_MOUNTED)


def test_on_the_way_down_what_is_far_above_is_unmounted() -> None:
    window = moved_along(Window(40, 104), 200, edges(5 * 64 - ROWS, 5, 64), ROWS)
    assert window == Window(104 + STEP - MOST_MOUNTED, 104 + STEP)


def test_what_would_soon_be_mounted_again_is_not_unmounted() -> None:
    every_row_a_message = edges(20, 1, 100)
    window = moved_along(Window(100, 200), 1000, every_row_a_message, ROWS)
    again = moved_along(window, 1000, edges(20 + STEP, 1, window.end - window.first), ROWS)
    assert again.end >= window.first + 20 + 3 * ROWS


@each_row("each", [1, 3, 7, 40])
@each_row("start", [0, 900, 4000])
def test_tending_comes_to_rest(each: int, start: int) -> None:
    window, above = Window(start, start + 24), 0
    for _ in range(50):
        now = moved_along(window, 5000, edges(above, each, window.end - window.first), ROWS)
        if now == window:
            break
        above += (window.first - now.first) * each
        window = now
    else:
        raise AssertionError("it never came to rest")
    assert window.end - window.first <= max(MOST_MOUNTED + STEP, 6 * ROWS)


def test_rows_are_estimated_from_lines_and_width() -> None:
    assert estimated_rows(assistant("a", "one\ntwo\nthree"), 80) == 5
    assert estimated_rows(assistant("a", "x" * 800), 80) == 12
    assert estimated_rows(assistant("a"), 80) == 2
