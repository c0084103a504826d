from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import NOON, connection, user
from tests.unit.conversation.test_sync import WHOLE, events_of, serving
from tui.conversation.sync import Copied, HistorySync, Planned
from tui.store import MemoryStore
from tui.values import replace


@pytest.mark.parametrize("shift", [-timedelta(hours=2), -timedelta(days=400), timedelta(days=400)])
@pytest.mark.parametrize("set_after", [0, 1, 3, 9])
async def test_a_clock_that_is_set_costs_readings_and_no_copy_and_no_end(
    shift: timedelta, set_after: int
) -> None:
    backend, store, moment = serving(6), MemoryStore(), NOON + timedelta(hours=1)
    clock_shift = timedelta()
    link = connection(backend, store=store)
    link.now = lambda: moment + clock_shift
    done = 0
    async for _ in HistorySync(link).run(WHOLE):
        done += 1
        if done == set_after:
            clock_shift = shift
    clock_shift = shift
    assert sorted(backend.read_ids) == sorted(backend.histories)
    # what is said by the clock of the server, read by ours
    moment += timedelta(hours=1)
    backend.histories["s4"].append(replace(user("more", "More?"), created_at=moment))
    backend.listed[4] = replace(backend.listed[4], updated_at=moment)
    moment += timedelta(minutes=5)
    assert Copied("s4", 3) in await events_of(HistorySync(link))
    clock_shift = timedelta()
    await events_of(HistorySync(link))
    backend.read_ids.clear()
    assert await events_of(HistorySync(link)) == [Planned(0, 6, 0)]
    assert backend.read_ids == []
