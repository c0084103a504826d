from __future__ import annotations

from tui.store.sqlite.chores import Chore, Chores
from tui.store.sqlite.upkeep import Upkeep
from tui.store.sqlite.watching import Watcher


def test_after_much_the_index_is_made_as_soon_as_no_change_waits() -> None:
    due = Chores()
    others = ["a change"]
    upkeep = Upkeep(due, Watcher("", bool), lambda: bool(others))
    upkeep.begin(was_full=True)
    assert not due.take(Chore.DERIVE)
    others.clear()
    upkeep.begin()
    assert due.take(Chore.DERIVE)


def test_after_little_more_is_waited_for_before_the_index_is_made() -> None:
    due = Chores()
    upkeep = Upkeep(due, Watcher("", bool), lambda: False)
    upkeep.begin(was_full=True)
    assert due.take(Chore.DERIVE)
    upkeep.begin()
    assert not due.take(Chore.DERIVE)
