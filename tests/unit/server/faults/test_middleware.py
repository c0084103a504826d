from __future__ import annotations

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from tui.server.faults.middleware import FaultMiddleware
from tui.server.faults.request_faults import faults_of
from tui.server.gpt_trainer.description import GptTrainerDescription

STREAM = "/session/s/message/stream"


class Api:
    """Notes the names of the faults that each request comes with, when two are there."""

    def __init__(self) -> None:
        self.names: list[tuple[str, ...]] = []
        self._both_came = asyncio.Barrier(2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._both_came.wait()
        self.names.append(tuple(each.fault.name for each in faults_of(scope).faults))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"[1, 2]"})


async def test_each_of_two_requests_at_once_has_its_own_faults() -> None:
    api, middleware = Api(), FaultMiddleware()
    transport = httpx.ASGITransport(middleware.around(api, GptTrainerDescription()))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        await asyncio.gather(
            client.post(STREAM, json={"query": "fault bytes fault late 1"}),
            client.post(STREAM, json={"query": "hello"}, headers={"x-runnel-fault": "bom"}),
        )
    assert sorted(api.names) == [("bom",), ("bytes", "late")]
    assert sorted((each.text, each.refused) for each in middleware.received) == [
        ("fault bytes fault late 1", False),
        ("hello", False),
    ]


async def test_faults_are_told_by_the_path_below_the_place_of_the_api() -> None:
    api, middleware = Api(), FaultMiddleware()
    app = middleware.around(api, GptTrainerDescription())
    transport = httpx.ASGITransport(app, root_path="/api/v1")
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        # a reading is not asked for faults by its body
        first, second = await asyncio.gather(
            client.post(f"/api/v1{STREAM}", json={"query": "fault duplicate"}),
            client.get("/api/v1/session/t/messages", headers={"x-runnel-fault": "reversed"}),
        )
    assert (first.json(), second.json()) == ([1, 2], [2, 1])
    assert [each.chat_id for each in middleware.received] == ["s"]
