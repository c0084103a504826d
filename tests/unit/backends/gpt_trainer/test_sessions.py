from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Wire, saying, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.errors import AccessRefused, NotFound, RunnelError, ServerFailed
from tui.model import ALWAYS, Period

LISTED = [
    {"uuid": "first", "created_at": "2026-03-01T00:00:00Z"},
    {"uuid": "second", "created_at": "2026-03-02T00:00:00.5Z"},
    {"uuid": "third", "created_at": "2026-03-03T00:00:00Z"},
    {"uuid": "timeless"},
]
START = datetime(2026, 3, 2, 0, 0, 0, 500_000, UTC)
END = datetime(2026, 3, 3, 2, 0, tzinfo=timezone(timedelta(hours=2)))


def backend(wire: Wire) -> GptTrainer:
    return GptTrainer(wire.client(), BASE_URL, telling("key-1234567890"))


def queries(wire: Wire) -> list[dict[str, str]]:
    return [dict(request.url.params) for request in wire.requests]


async def ids(trainer: GptTrainer, period: Period) -> set[str]:
    return {session.id for session in await trainer.sessions("b", period)}


async def test_a_period_goes_on_the_wire_with_the_second_in_which_it_ends() -> None:
    wire = Wire(saying(LISTED))
    trainer = backend(wire)
    for period in (Period(START, END), Period(start=START), Period(end=END), ALWAYS):
        await trainer.sessions("b", period)
    start, end = "2026-03-02T00:00:00.500Z", "2026-03-03T00:00:01.000Z"
    assert [sorted(query.values()) for query in queries(wire)] == [[start, end], [start], [end], []]
    assert queries(wire)[0] == {"start_timestamp": start, "end_timestamp": end}


async def test_the_end_of_all_times_is_no_bound() -> None:
    wire = Wire(saying(LISTED))
    await backend(wire).sessions("b", Period(end=datetime.max.replace(tzinfo=UTC)))
    assert queries(wire) == [{}]


async def test_both_ends_belong_to_the_period_whatever_the_host_sends() -> None:
    trainer = backend(Wire(saying(LISTED)))
    assert await ids(trainer, Period(START, END)) == {"second", "third", "timeless"}
    assert await ids(trainer, Period(end=START)) == {"first", "second", "timeless"}
    assert await ids(trainer, ALWAYS) == {"first", "second", "third", "timeless"}


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_host_that_refuses_the_bounds_is_asked_without_from_then_on(status: int) -> None:
    wire = Wire(saying({"error": "unknown parameter"}, status), saying(LISTED))
    trainer = backend(wire)
    for _ in range(2):
        assert await ids(trainer, Period(START, END)) == {"second", "third", "timeless"}
    assert [bool(query) for query in queries(wire)] == [True, False, False]


async def test_a_missing_chatbot_is_not_taken_for_a_refusal_of_the_bounds() -> None:
    wire = Wire(httpx.Response(404), httpx.Response(404), saying(LISTED))
    trainer = backend(wire)
    with pytest.raises(NotFound):
        await trainer.sessions("b", Period(START))
    await trainer.sessions("b", Period(START))
    assert [bool(query) for query in queries(wire)] == [True, False, True]


@pytest.mark.parametrize(
    ("status", "error"), [(401, AccessRefused), (500, ServerFailed), (418, ServerFailed)]
)
async def test_another_failure_is_told_and_not_tried_around(
    status: int, error: type[RunnelError]
) -> None:
    wire = Wire(httpx.Response(status))
    with pytest.raises(error):
        await backend(wire).sessions("b", Period(START))
    assert len(wire.requests) == 1
