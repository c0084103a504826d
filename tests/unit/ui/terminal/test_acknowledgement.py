from __future__ import annotations

import threading

from tui.ui.terminal.acknowledgement import (
    FIRST_REPLY_S,
    QUESTION,
    REPLY_S,
    STANDING_S,
    Acknowledgement,
)

LIMIT_BYTES = 500


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def asked(size_bytes: int) -> tuple[Acknowledgement, Clock]:
    clock = Clock()
    asking = Acknowledgement(clock)
    asking.note_written(size_bytes)
    assert asking.question() == QUESTION
    return asking, clock


def test_one_question_is_put_at_a_time_and_its_reply_tells_how_long_the_bytes_took() -> None:
    asking, clock = asked(3_000)
    asking.note_written(20)
    assert asking.question() == ""
    clock.now += 2.5
    told = asking.note_reply()
    assert told is not None
    assert (told.size_bytes, told.took_s) == (3_000, 2.5)
    assert asking.written_bytes == 20
    assert asking.question() == QUESTION


def test_nothing_is_asked_about_nothing() -> None:
    asking, _ = asked(10)
    asking.note_reply()
    assert asking.question() == ""


def test_a_reply_that_nobody_asked_for_tells_nothing() -> None:
    assert Acknowledgement().note_reply() is None


def test_little_may_follow_what_is_on_its_way_and_nothing_follows_much() -> None:
    little, _ = asked(LIMIT_BYTES - 100)
    assert little.has_room(LIMIT_BYTES)
    little.note_written(101)
    assert not little.has_room(LIMIT_BYTES)
    much, _ = asked(LIMIT_BYTES + 1)
    assert not much.has_room(LIMIT_BYTES)
    much.note_reply()
    assert much.has_room(LIMIT_BYTES)


def test_a_terminal_that_stands_still_gets_nothing_more_until_it_is_given_up() -> None:
    asking, clock = asked(10)
    asking.note_reply()
    asking.note_written(10)
    asking.question()
    assert asking.has_room(LIMIT_BYTES)
    clock.now += STANDING_S
    assert not asking.has_room(LIMIT_BYTES)
    clock.now += REPLY_S - STANDING_S
    assert asking.has_room(LIMIT_BYTES)


def test_a_terminal_that_never_answers_is_not_waited_for() -> None:
    asking, clock = asked(10_000)
    assert not asking.has_room(LIMIT_BYTES)
    clock.now += FIRST_REPLY_S
    assert asking.has_room(LIMIT_BYTES)
    asking.wait(60.0)


def test_at_the_end_a_reply_on_its_way_is_waited_for() -> None:
    asking, _ = asked(10)
    asking.note_reply()
    asking.note_written(10)
    asking.question()
    reading = threading.Timer(0.02, asking.note_reply)
    reading.start()
    asking.wait(60.0)
    assert asking.note_reply() is None
