from __future__ import annotations

from tui.store.sqlite.part_size import PartSize


def test_parts_grow_while_nobody_waits_and_are_small_again_when_somebody_does() -> None:
    size = PartSize(5_000)
    sizes = []
    for is_awaited in (False, False, False, False, True, True, False):
        sizes.append(size.now)
        following = size.following
        size.note(is_awaited=is_awaited)
        assert is_awaited or size.now == following
    assert [*sizes, size.now] == [1_000, 2_000, 4_000, 5_000, 5_000, 1_000, 1_000, 2_000]


def test_no_part_is_larger_than_it_may_be() -> None:
    size = PartSize(2)
    assert (size.now, size.following) == (2, 2)
    size.note(is_awaited=True)
    assert size.now == 2
