"""Every call of an API at an embedded server, recorded to be given again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx

from tests.contract.conftest import telling
from tests.fakes import present
from tests.odd_values import Recording
from tui.backends.base import Backend, offered
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.hardwire.backend import HardWire
from tui.backends.http.client import client_over
from tui.errors import RunnelError
from tui.events import StreamEvent
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Dialect, Edition, EmbeddedServer

APIS: dict[str, tuple[str, dict[str, object]]] = {
    "gpt-trainer newest": ("gpt-trainer", {"edition": Edition.NEWEST}),
    "gpt-trainer oldest": ("gpt-trainer", {"edition": next(iter(Edition))}),
    "hardwire documented": ("hardwire", {"dialect": Dialect.DOCUMENTED}),
    "hardwire real": ("hardwire", {"dialect": Dialect.REAL}),
}

Step = Callable[[Backend], Awaitable[object]]


@dataclass
class Tour:
    """Every call there is, with the ids that the recorded answers hold."""

    bot_id: str = ""
    session_id: str = ""
    workflow_id: str = ""
    run_id: str = ""

    def steps(self) -> dict[str, Step]:
        return {
            "identify": lambda it: it.identify(),
            "bots": lambda it: it.bots(),
            "preferred": lambda it: it.preferred_bot(),
            "prefer": lambda it: offered(it.bot_preference, "").prefer_bot(self.bot_id),
            "sessions": lambda it: it.sessions(self.bot_id),
            "create": lambda it: it.create_session(self.bot_id),
            "messages": lambda it: it.messages(self.session_id),
            "plain": lambda it: offered(it.plain_texts, "").plain_text(self.session_id),
            "stream": lambda it: _all(it.stream(self.session_id, self.bot_id, "tools")),
            "answer": lambda it: offered(it.whole_answers, "").answer(
                self.session_id, self.bot_id, "tools"
            ),
            "person": lambda it: offered(it.people, "").of_session(self.session_id),
            "title": lambda it: offered(it.titles, "").new_title(self.session_id),
            "workflows": lambda it: offered(it.workflows, "").available(),
            "run": lambda it: _all(
                offered(it.workflows, "").run(self.session_id, self.bot_id, self.workflow_id, "go")
            ),
            "running": lambda it: offered(it.workflows, "").running(self.session_id),
            "follow": lambda it: _all(
                offered(it.workflows, "").follow(self.session_id, self.run_id)
            ),
            "delete messages": lambda it: offered(it.message_deletion, "").delete_messages(
                self.session_id, ["a", "b/query"]
            ),
            "delete session": lambda it: offered(it.session_deletion, "").delete_session(
                self.session_id
            ),
            "sign out": lambda it: offered(it.sign_in, "").sign_out(),
        }


async def _all(events: AsyncIterator[StreamEvent]) -> list[StreamEvent]:
    return [event async for event in events]


def _titled(session_id: str) -> httpx.Response:
    event = {"type": "title_updated", "chatId": session_id, "title": "A title"}
    return httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        content=f"data: {json.dumps(event)}\n\n".encode(),
    )


@asynccontextmanager
async def opened(api: str, url: str, transport: Recording) -> AsyncIterator[Backend]:
    client = client_over(transport)
    backend: Backend
    if api == "gpt-trainer":
        backend = GptTrainer(client, url, telling(DEMO_KEY))
    else:
        backend = HardWire(client, url, DEMO_EMAIL, telling(DEMO_PASSWORD))
    try:
        yield backend
    finally:
        await client.aclose()


async def recorded(api: str, options: dict[str, object]) -> tuple[Recording, Tour, dict[str, str]]:
    """Make the tour at an embedded server; return its answers, and which step asks what last."""
    with EmbeddedServer(pace=0, seed=7, **options) as server:  # type: ignore[arg-type]
        recording, tour = Recording(httpx.AsyncHTTPTransport()), Tour()
        asks: dict[str, str] = {}
        async with opened(api, server.url, recording) as backend:
            await backend.identify()
            asks |= dict.fromkeys(recording.asked, "identify")
            tour.bot_id = (await backend.bots())[0].id
            listed = await backend.sessions(tour.bot_id)
            histories = {each.id: await backend.messages(each.id) for each in listed}
            tour.session_id = max(histories, key=lambda each: len(histories[each]))
            if backend.workflows is not None:
                tour.workflow_id = (await present(backend.workflows).available())[0].id
            for name, step in tour.steps().items():
                recording.asked.clear()
                if name == "title" and api == "hardwire":
                    # the server is silent for 30 s before it gives up
                    route = f"GET /api/chats/{tour.session_id}/events"
                    recording.answers[route], asks[route] = _titled(tour.session_id), name
                    continue
                with suppress(RunnelError):
                    await step(backend)
                for route in recording.asked:
                    asks.setdefault(route, name)
                    if route.endswith("/stream") and "workflow-runs" in route:
                        tour.run_id = route.split("/")[-2]
        recording.server, recording.url = None, server.url
        return recording, tour, asks
