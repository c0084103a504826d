from __future__ import annotations

from tests.tables import each_row
from tui.ui.transcript.followed_steps import READ_ROWS_A_S, FollowedSteps


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_the_view_goes_on_by_half_of_it_with_a_text_that_may_be_read_along() -> None:
    clock = Clock()
    steps = FollowedSteps(clock)
    assert steps.take(40) == 20
    for _ in range(3):
        clock.now_s += 20 / READ_ROWS_A_S + 0.01
        assert steps.take(40) == 20


def test_it_goes_on_by_more_of_it_with_a_text_that_nobody_reads_along() -> None:
    clock = Clock()
    steps = FollowedSteps(clock)
    assert steps.fill(36) == 36
    clock.now_s += 36 / READ_ROWS_A_S - 0.01
    assert steps.take(40) == 30
    clock.now_s += 30 / READ_ROWS_A_S + 0.01
    assert steps.take(40) == 20


def test_some_rows_stay_in_sight_in_a_view_of_any_height() -> None:
    for rows in range(1, 200):
        steps = FollowedSteps(Clock())
        steps.fill(rows)
        assert min(1, rows // 2) <= steps.take(rows) <= max(rows - 1, rows // 2)


@each_row(
    ("pauses_s", "too_fast"),
    [
        ([], True),
        ([0.5, 0.5, 0.5], True),
        ([2.0], False),
        # read along, and the last rows come all at once
        ([2.0, 0.1], False),
        # one view came all at once, and then nothing for a while
        ([0.5, 0.5, 2.0], False),
    ],
)
def test_a_text_came_too_fast_where_all_in_the_view_came_faster_than_anybody_reads(
    pauses_s: list[float], too_fast: bool
) -> None:
    clock = Clock()
    steps = FollowedSteps(clock)
    steps.fill(20)
    for pause_s in pauses_s[:-1]:
        clock.now_s += pause_s
        steps.take(20)
    clock.now_s += sum(pauses_s[-1:])
    assert steps.came_too_fast is too_fast


@each_row(("unseen_rows", "too_fast"), [(0, False), (9, False), (10, True), (500, True)])
def test_a_text_came_too_fast_where_what_was_in_the_view_was_pushed_out_at_once(
    unseen_rows: int, too_fast: bool
) -> None:
    clock = Clock()
    steps = FollowedSteps(clock)
    steps.fill(20)
    clock.now_s += 60
    assert steps.take(20, unseen_rows) == 10
    clock.now_s += 0.1
    assert steps.came_too_fast is too_fast
