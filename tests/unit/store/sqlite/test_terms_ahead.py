from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from tui.store.sqlite.terms_ahead import Part, made_ahead, terms_of_part

PARTS = [Part([(number, f"zebra {number}")], (number, number)) for number in range(5)]


def test_each_part_is_made_in_its_turn_and_the_next_is_begun_before_one_is_taken() -> None:
    begun: list[Part] = []

    def given() -> Iterator[Part]:
        for each in PARTS:
            begun.append(each)
            yield each

    for number, made in enumerate(made_ahead(given(), lambda: False)):
        assert made == terms_of_part(PARTS[number])
        assert begun == PARTS[: number + 2]
    assert number == len(PARTS) - 1


@pytest.mark.parametrize("count", [0, 1])
def test_no_thread_is_begun_for_what_is_one_part(count: int) -> None:
    before = threading.active_count()
    with closing(made_ahead(iter(PARTS[:count]), lambda: False)) as made:
        assert [each.last for each in made] == [each.last for each in PARTS[:count]]
        assert threading.active_count() == before


def test_while_somebody_waits_no_other_part_is_begun() -> None:
    is_awaited = iter([False, True])
    made = [each.last for each in made_ahead(iter(PARTS), lambda: next(is_awaited))]
    assert made == [(0, 0), (1, 1)]
