"""HardWire's workflows: which there are, starting one, and following what it does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

from tui.backends.hardwire.answer_events import answer_failure, answer_of
from tui.backends.hardwire.calls import Calls, listed_anyhow, unwrapped
from tui.backends.hardwire.run_events import ENDED, RunDecoder, status_of
from tui.backends.http.sse import read_events
from tui.backends.json_reading import Object, id_at, line_at, object_at, once_each, path, time_at
from tui.errors import NotFound, NotOffered, RunnelError, ServerFailed, StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import Run, Workflow
from tui.safe_text import clean_line

START_TIMEOUT_S = 600.0
"""Longest wait for the word that a run has begun; some servers tell it with the answer."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def read_workflows(calls: Calls) -> list[Workflow]:
    """Return the account's workflows; one without a version cannot run."""
    received = await calls.make("GET", path("users", await calls.user_id(), "workflows"))
    return once_each(
        Workflow(
            workflow_id,
            line_at(each, "name") or clean_line(workflow_id),
            line_at(each, "description"),
            # the documents do not know versions
            runnable=each.get("version", 1) is not None,
        )
        for each in listed_anyhow(received, "workflows")
        if (workflow_id := id_at(each, "id"))
    )


async def start(
    calls: Calls, session_id: str, question: bytes
) -> AsyncGenerator[StreamEvent, None]:
    """Send the body of a question that names a workflow, and follow the run it starts.

    Raises:
        ServerFailed: with status 409 when a run is going on already; nothing was stored.
        AnswerFailed: the question was taken and no run began, or the run failed.
    """
    try:
        received = await calls.make(
            "POST",
            path("chats", session_id, "messages"),
            content=question,
            timeout_s=START_TIMEOUT_S,
        )
    except ServerFailed as error:
        if error.status != 409:
            raise
        raise _going_on(error) from error
    with received.credentials.veil():
        reply = unwrapped(received)
        yield Started(id_at(object_at(reply, "userMessage"), "id") or id_at(reply, "id"))
        if reply.get("error"):
            raise answer_failure(reply)
        if run_id := _run_id(reply):
            async with aclosing(follow(calls, session_id, run_id)) as events:
                async for event in events:
                    yield event
            return
        message = answer_of(reply)
    yield TextDelta(message.text)
    yield Completed(message.id, message)


async def follow(calls: Calls, session_id: str, run_id: str) -> AsyncGenerator[StreamEvent, None]:
    """Yield what a run does, from its first step on.

    Raises:
        AnswerFailed: the run failed.
        StreamBroken: the stream ended before the run did.
    """
    decoder = RunDecoder()
    resource = path("chats", session_id, "workflow-runs", run_id, "stream")
    async with (
        calls.opened(resource) as body,
        aclosing(body.chunks()) as chunks,
        aclosing(read_events(chunks)) as events,
    ):
        async for event in events:
            for meaning in decoder.decode(event):
                yield meaning
            if decoder.finished:
                return
    raise StreamBroken(
        "The server stopped telling how the workflow goes.",
        hint="Read the session again: the workflow may still run there.",
    )


async def read_running(calls: Calls, session_id: str) -> Run | None:
    """Return the newest run of a chat that is not over, `None` when there is none.

    A server that lists no runs, as the documented one, has none either.
    """
    try:
        received = await calls.make("GET", path("chats", session_id, "workflow-runs"))
    except (NotFound, NotOffered):
        return None
    going_on = [each for each in listed_anyhow(received, "workflowRuns") if _is_going_on(each)]
    newest = max(going_on, key=_began_at, default=None)
    return None if newest is None else Run(id_at(newest, "id"), id_at(newest, "triggerMessageId"))


def _is_going_on(run: Object) -> bool:
    is_over = status_of(run) in ENDED or time_at(run, "completedAt") is not None
    return bool(id_at(run, "id")) and not is_over


def _began_at(run: Object) -> datetime:
    return time_at(run, "startedAt") or _LONG_AGO


def _run_id(reply: Object) -> str:
    places = (reply, object_at(reply, "response"))
    named = (id_at(place, "workflowRunId") for place in places)
    return next(filter(None, named), "") or id_at(object_at(reply, "workflowRun"), "id")


def _going_on(error: RunnelError) -> ServerFailed:
    return ServerFailed(
        "A workflow is running in this session already.",
        hint="Wait for its end; nothing was sent.",
        status=error.status,
        request_id=error.request_id,
    )
