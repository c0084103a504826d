from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from urllib.parse import urlsplit

import pytest

from tests.contract.conftest import Place
from tests.fakes import present
from tui.conversation import Connection, Conversation
from tui.events import Settled, Started, TextDelta, ToolProgressed, ToolReturned, TurnEvent
from tui.model import MessageStatus, Profile, Role, Run, ToolState, Workflow
from tui.server import Dialect, EmbeddedServer
from tui.store import MemoryStore

pytestmark = pytest.mark.slow

APIS = ("hardwire documented", "hardwire real")
TOOLS = ["read_timetable", "measure_walk", "weather", "write_brief"]
LONG = 100.0
"""A pace at which a run lasts longer than any test."""


@asynccontextmanager
async def connected(place: Place) -> AsyncIterator[Connection]:
    """Connect as a new start of the program does: nothing is known but the account."""
    async with place.backend() as backend:
        profile = Profile("lab", "hardwire", place.server.url)
        yield Connection(profile, backend, MemoryStore(), "lantern-small")


@asynccontextmanager
async def serving(api: str, pace: float, port: int = 0) -> AsyncIterator[Place]:
    dialect = Dialect.REAL if api == "hardwire real" else Dialect.DOCUMENTED
    server = EmbeddedServer(dialect=dialect, pace=pace, port=port, seed=7)
    await asyncio.to_thread(server.start)
    try:
        yield Place(api, server)
    finally:
        await asyncio.to_thread(server.stop)


async def offered(connection: Connection, slug: str) -> Workflow:
    found = await present(connection.backend.workflows).available()
    return next(each for each in found if each.id.startswith(slug))


class Heard:
    """The events of a turn as they come; `reached` is set by the first of the kind `awaited`."""

    def __init__(self, awaited: type[TurnEvent] = Settled) -> None:
        self.events: list[TurnEvent] = []
        self.reached = asyncio.Event()
        self._awaited = awaited

    def take(self, event: TurnEvent) -> None:
        self.events.append(event)
        if isinstance(event, self._awaited):
            self.reached.set()


async def listen(turn: AsyncGenerator[TurnEvent, None], heard: Heard | None = None) -> Settled:
    heard = heard or Heard()
    async with aclosing(turn):
        async for event in turn:
            heard.take(event)
    last = heard.events[-1]
    assert isinstance(last, Settled)
    return last


async def run_workflow(
    conversation: Conversation, workflow: Workflow, heard: Heard | None = None
) -> Settled:
    turn = conversation.send("Lisbon, please", workflow_id=workflow.id)
    return await listen(turn, heard)


@pytest.mark.parametrize("api", APIS)
async def test_workflows_are_listed_with_what_they_are_for(
    api: str, servers: Callable[[str, int | None], EmbeddedServer]
) -> None:
    async with connected(Place(api, servers(api, None))) as connection:
        workflows = await present(connection.backend.workflows).available()
    assert {each.name: each.runnable for each in workflows} == {
        "Stock check": True,
        "Travel book": True,
        "Trip brief": True,
        "Weekly digest": False,
    }
    assert all(each.detail for each in workflows)


@pytest.mark.parametrize("chunk_bytes", [1, 7, 4096, None])
@pytest.mark.parametrize("api", APIS)
async def test_a_run_is_told_step_by_step_and_its_answer_is_the_stored_one(
    api: str, chunk_bytes: int | None, servers: Callable[[str, int | None], EmbeddedServer]
) -> None:
    heard = Heard()
    async with connected(Place(api, servers(api, chunk_bytes))) as connection:
        conversation = connection.conversation(None)
        workflow = await offered(connection, "trip-brief")
        settled = await run_workflow(conversation, workflow, heard)
        stored = await connection.backend.messages(conversation.session_id or "")
    assert settled.answer.failure is None
    assert settled.answer.status is MessageStatus.STORED
    assert [tool.name for tool in settled.answer.tools] == TOOLS
    assert {tool.state for tool in settled.answer.tools} == {ToolState.DONE}
    assert settled.answer.tools[1].result == {"metres": 900, "minutes": 13, "stairs": True}
    assert [message.id for message in stored] == [settled.question.id, settled.answer.id]
    assert settled.answer.text == stored[-1].text
    assert settled.answer.text.startswith("## Lisbon, over night")
    streamed = "".join(event.text for event in heard.events if isinstance(event, TextDelta))
    assert streamed == (stored[-1].text if api == "hardwire real" else "")


@pytest.mark.parametrize("api", APIS)
async def test_what_a_step_says_of_itself_is_told(api: str) -> None:
    heard = Heard()
    async with serving(api, 0.05) as place, connected(place) as connection:
        workflow = await offered(connection, "trip-brief")
        await run_workflow(connection.conversation(None), workflow, heard)
    notes = [event.note for event in heard.events if isinstance(event, ToolProgressed)]
    assert "35 % · 12 of 34 pages" in notes
    assert "choosing what to leave out" in notes


@pytest.mark.parametrize("api", APIS)
async def test_a_step_that_fails_ends_the_run_with_its_reason(
    api: str, servers: Callable[[str, int | None], EmbeddedServer]
) -> None:
    async with connected(Place(api, servers(api, None))) as connection:
        conversation = connection.conversation(None)
        settled = await run_workflow(conversation, await offered(connection, "stock-check"))
        stored = await connection.backend.messages(conversation.session_id or "")
        again = await run_workflow(conversation, await offered(connection, "trip-brief"))
    assert settled.answer.failure is not None
    assert settled.answer.failure.sentence == (
        "The workflow failed: The shop does not take orders after 18:00."
    )
    states = [tool.state for tool in settled.answer.tools]
    assert states == [ToolState.DONE, ToolState.FAILED]
    assert [message.id for message in stored] == [settled.question.id, settled.answer.id]
    assert stored[-1].failure == settled.answer.failure
    assert again.answer.failure is None


@pytest.mark.parametrize("api", APIS)
async def test_who_comes_later_sees_what_runs_did_and_why_they_failed(
    api: str, servers: Callable[[str, int | None], EmbeddedServer]
) -> None:
    place = Place(api, servers(api, None))
    async with connected(place) as first:
        conversation = first.conversation(None)
        failed = await run_workflow(conversation, await offered(first, "stock-check"))
        done = await run_workflow(conversation, await offered(first, "trip-brief"))
    async with connected(place) as later:
        messages = await later.conversation(conversation.session_id).reread()
        again = await later.conversation(conversation.session_id).reread()
    assert [each.id for each in messages] == [
        failed.question.id, failed.answer.id, done.question.id, done.answer.id,
    ]  # fmt: skip
    for seen, live in ((messages[1], failed.answer), (messages[3], done.answer)):
        assert (seen.text, seen.failure) == (live.text, live.failure)
        assert [(each.name, each.state, each.result) for each in seen.tools] == [
            (each.name, each.state, each.result) for each in live.tools
        ]
    assert again == messages


@pytest.mark.parametrize("api", APIS)
async def test_a_workflow_that_is_not_published_is_refused_and_nothing_is_stored(
    api: str, servers: Callable[[str, int | None], EmbeddedServer]
) -> None:
    async with connected(Place(api, servers(api, None))) as connection:
        conversation = connection.conversation(None)
        settled = await run_workflow(conversation, await offered(connection, "weekly-digest"))
    assert settled.answer.failure is not None
    assert "no version that can run" in settled.answer.failure.sentence
    assert settled.question.status is MessageStatus.UNSENT


@pytest.mark.parametrize("api", APIS)
async def test_while_a_run_goes_on_no_other_is_started(api: str) -> None:
    heard = Heard(Started)
    async with serving(api, LONG) as place, connected(place) as first, connected(place) as other:
        workflow = await offered(first, "trip-brief")
        conversation = first.conversation(None)
        going_on = asyncio.create_task(run_workflow(conversation, workflow, heard))
        await heard.reached.wait()
        session_id = conversation.session_id or ""
        settled = await run_workflow(other.conversation(session_id), workflow)
        stored = await other.backend.messages(session_id)
        conversation.stop()
        await going_on
    assert settled.answer.failure is not None
    assert settled.answer.failure.status == 409
    assert "is running in this session already" in settled.answer.failure.sentence
    assert settled.question.status is MessageStatus.UNSENT
    assert [message.role for message in stored] == [Role.USER]


@pytest.mark.parametrize("api", APIS)
async def test_a_run_goes_on_and_is_found_and_followed_after_a_restart(api: str) -> None:
    heard = Heard(ToolReturned)
    async with serving(api, 1) as place:
        async with connected(place) as first:
            conversation = first.conversation(None)
            workflow = await offered(first, "trip-brief")
            begun = asyncio.create_task(run_workflow(conversation, workflow, heard))
            await heard.reached.wait()
            conversation.stop()
            stopped = await begun
        async with connected(place) as later:
            session_id = conversation.session_id or ""
            resumed = later.conversation(session_id)
            await resumed.reread()
            run = await present(later.backend.workflows).running(session_id)
            assert run is not None
            assert run.question_id == stopped.question.id
            settled = await listen(resumed.attach(run))
            assert await present(later.backend.workflows).running(session_id) is None
            stored = await later.backend.messages(session_id)
    assert [message.role for message in settled.history] == [Role.USER, Role.ASSISTANT]
    assert settled.question.id == run.question_id
    assert settled.answer.failure is None
    assert settled.answer.text == stored[-1].text
    assert [tool.name for tool in settled.answer.tools] == TOOLS
    assert {tool.state for tool in settled.answer.tools} == {ToolState.DONE}


@pytest.mark.parametrize("api", APIS)
async def test_a_run_whose_server_stops_settles_with_what_came(api: str) -> None:
    heard = Heard(ToolReturned)
    async with serving(api, 1) as place, connected(place) as connection:
        conversation = connection.conversation(None)
        workflow = await offered(connection, "trip-brief")
        going_on = asyncio.create_task(run_workflow(conversation, workflow, heard))
        await heard.reached.wait()
        await asyncio.to_thread(place.server.stop)
        async with serving(api, 0, urlsplit(place.server.url).port or 0):
            settled = await going_on
    assert settled.answer.failure is not None
    assert settled.answer.tools[0].state is ToolState.DONE
    assert {tool.state for tool in settled.answer.tools} <= {ToolState.DONE, ToolState.UNANSWERED}


@pytest.mark.parametrize("api", APIS)
async def test_an_unknown_run_cannot_be_followed(
    api: str, servers: Callable[[str, int | None], EmbeddedServer]
) -> None:
    async with connected(Place(api, servers(api, None))) as connection:
        conversation = connection.conversation(None)
        await run_workflow(conversation, await offered(connection, "trip-brief"))
        asked = conversation.messages[0]
        settled = await listen(conversation.attach(Run("none", asked.id)))
    assert [message.role for message in settled.history] == [Role.USER, Role.ASSISTANT]
    assert settled.answer.text.startswith("## Lisbon, over night")


@pytest.mark.parametrize("api", APIS)
async def test_a_new_session_gets_the_name_that_the_server_gives_it(api: str) -> None:
    heard = Heard(Started)
    async with serving(api, 0.4) as place, connected(place) as connection:
        conversation = connection.conversation(None)
        answer = asyncio.create_task(listen(conversation.send("slow, please"), heard))
        await heard.reached.wait()
        session_id = conversation.session_id or ""
        assert await connection.follow_title(session_id)
        await answer
        session = connection.known_session(session_id)
        fresh = {each.id: each.title for each in await connection.backend.sessions("")}
    assert session is not None
    assert session.title
    assert session.title == fresh[session.id]
