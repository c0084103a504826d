from __future__ import annotations

import httpx

from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Wire, saying
from tui.backends.http.exchange import exchange
from tui.backends.traffic import Traffic


@each_row(
    ("took_s", "rows", "is_slow"),
    [(0.5, 1, False), (1.5, 1, True), (6.0, 20_000, False), (600.0, 20_000, True)],
)
async def test_a_read_that_brings_much_is_no_slow_line_for_the_time_that_takes(
    took_s: float, rows: int, is_slow: bool
) -> None:
    now = 0.0
    traffic = Traffic(lambda: now)

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal now
        now += took_s
        return saying([{"uuid": "0" * 32, "meta": "filling " * 20}] * rows)(request)

    async with Wire(answer).client() as client:
        await exchange(client, "GET", BASE_URL, traffic=traffic)
    assert traffic.is_slow is is_slow
