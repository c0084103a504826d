from __future__ import annotations

import os
import pty
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.settings.links import AUTO_LINK, FAST_LINK, LINKS, SLOW_LINK
from tui.ui.terminal.link import LOCAL, Link, LinkExpectation, baud_of, expectation
from tui.ui.terminal.link_meter import (
    FAST_BYTES_S,
    HOLD_S,
    IN_A_ROW,
    LARGE_BYTES,
    SLOW_BYTES_S,
    LinkMeter,
)

SLOW = LinkExpectation(is_slow=True, reason="as a test says")
SCREENFUL = 10_000
SSH = {"SSH_CONNECTION": "192.0.2.1 5000 192.0.2.2 22"}


@each_row(
    ("environ", "baud", "is_slow"),
    [
        ({"TERM": "xterm-256color"}, None, False),
        ({"TERM": "xterm-256color", **SSH}, None, False),
        ({"TERM": "xterm-256color", **SSH, "NCURSES_NO_UTF8_ACS": "1"}, None, True),
        ({"TERM": "tmux", **SSH, "NCURSES_NO_UTF8_ACS": "1", "TMUX": "/tmp/t,1,0"}, None, False),
        ({"TERM": "xterm", "NCURSES_NO_UTF8_ACS": "1"}, None, False),
        ({"TERM": "vt220"}, None, True),
        ({"TERM": "vt100-am"}, None, True),
        ({"TERM": "linux"}, 115_200, True),
        ({"TERM": "linux"}, 1_500_000, False),
        ({}, None, False),
    ],
)
def test_what_the_environment_says_of_a_link(
    environ: Mapping[str, str], baud: int | None, is_slow: bool
) -> None:
    expected = expectation(environ, baud)
    assert expected.is_slow is is_slow
    assert expected.reason
    assert "192.0.2.1" not in expected.reason


def test_a_pseudo_terminal_has_no_speed_of_its_own() -> None:
    main, side = pty.openpty()
    with os.fdopen(side, "w") as terminal:
        assert baud_of(terminal) is None
    os.close(main)
    assert baud_of(None) is None


def samples(bytes_s: float, count: int = IN_A_ROW) -> Sequence[float]:
    """Return how long a screenful takes each time."""
    return [SCREENFUL / bytes_s] * count


def metered(meter: LinkMeter, times_s: Sequence[float], since: float = 0.0) -> bool:
    for at, took_s in enumerate(times_s):
        meter.note(SCREENFUL, took_s, since + at)
    return meter.is_slow


def test_a_link_that_takes_few_bytes_a_second_becomes_a_slow_one_and_a_fast_one_again() -> None:
    meter = LinkMeter(is_slow=False)
    assert metered(meter, samples(960))
    assert "1.0 KB" in meter.words
    assert metered(meter, samples(FAST_BYTES_S * 2))
    assert not metered(meter, samples(FAST_BYTES_S * 2), since=HOLD_S)


@each_row(
    "times_s",
    [
        # it stood still once
        [*samples(1e6), 10.0, *samples(1e6)],
        [10.0, *samples(1e6, 1), 10.0, *samples(1e6, 1)],
        samples(SLOW_BYTES_S * 2, 20),
    ],
)
def test_a_terminal_that_stands_still_now_and_then_is_no_slow_link(times_s: list[float]) -> None:
    assert not metered(LinkMeter(is_slow=False), times_s)


def test_a_far_terminal_is_no_slow_one() -> None:
    meter = LinkMeter(is_slow=False)
    meter.note(100, 0.6, 0.0)
    assert not metered(meter, [0.6 + SCREENFUL / (2 * SLOW_BYTES_S)] * 10)


@given(st.lists(st.floats(1.0, 1e7), max_size=400), st.booleans())
def test_it_never_flaps_whatever_is_measured(rates: list[float], is_slow: bool) -> None:
    meter, changes, now = LinkMeter(is_slow=is_slow), list[float](), 0.0
    for rate in rates:
        before = meter.is_slow
        now += SCREENFUL / rate
        meter.note(SCREENFUL, SCREENFUL / rate, now)
        if meter.is_slow is not before:
            changes.append(now)
    holds = [HOLD_S * 2**each for each in range(len(changes))]
    for before_at, after_at, hold_s in zip(changes, changes[1:], holds, strict=False):
        assert after_at - before_at >= min(hold_s, 600.0)


@given(st.lists(st.tuples(st.integers(0, LARGE_BYTES - 1), st.floats(0.0, 100.0))))
def test_a_few_bytes_say_nothing(samples: list[tuple[int, float]]) -> None:
    meter = LinkMeter(is_slow=False)
    for at, (size_bytes, took_s) in enumerate(samples):
        meter.note(size_bytes, took_s, float(at))
    assert not meter.is_slow


@each_row("wanted", LINKS)
@each_row("expected", [LOCAL, SLOW])
def test_a_chosen_link_is_as_it_was_chosen_and_another_as_it_is_expected(
    wanted: str, expected: LinkExpectation
) -> None:
    link = Link(wanted, expected)
    assert link.is_slow is (expected.is_slow if wanted == AUTO_LINK else wanted == SLOW_LINK)
    assert link.reason == (expected.reason if wanted == AUTO_LINK else "as chosen")
    for name in (SLOW_LINK, FAST_LINK):
        link.choose(name)
        assert link.is_slow is (name == SLOW_LINK)


def test_what_is_measured_counts_where_it_is_left_to_that() -> None:
    link = Link(FAST_LINK, clock=lambda: 0.0)
    for took_s in samples(500):
        link.note_taken(SCREENFUL, took_s)
    assert (link.is_slow, link.reason) == (False, "as chosen")
    link.choose(AUTO_LINK)
    assert (link.is_slow, "measured" in link.reason) == (True, True)


@each_row(
    "between",
    [{**SSH, "NCURSES_NO_UTF8_ACS": "1"}, {**SSH, "TMUX": "/tmp/t,1,0"}, {"STY": "1.pts"}],
)
def test_what_takes_all_on_the_way_changes_nothing_by_answering_soon_or_late(
    between: Mapping[str, str],
) -> None:
    expected = expectation({"TERM": "xterm", **between})
    for bytes_s in (500, 10 * FAST_BYTES_S):
        link = Link(expected=expected, clock=lambda: 0.0)
        for took_s in samples(bytes_s):
            link.note_taken(SCREENFUL, took_s)
        assert (link.is_slow, link.reason) == (expected.is_slow, expected.reason)
        assert not link.is_measured
