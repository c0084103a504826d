"""Workflows of HardWire: which there are, starting one, and following what it does.

Source: HardWire's documentation; `version`, the list of runs and 409 as seen on the wire.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

from tui.backends.answer_limit import limited
from tui.backends.base import WorkflowRunner
from tui.backends.hardwire.answer_events import answer_failure, answer_of
from tui.backends.hardwire.batches import meanings
from tui.backends.hardwire.bodies import run_id_in
from tui.backends.hardwire.calls import SignedInCalls, listed_anyhow, unwrapped
from tui.backends.hardwire.questions import question_body
from tui.backends.hardwire.run_events import ENDED, RunDecoder, status_of
from tui.backends.http.response import WholeResponse
from tui.backends.json_reading import Object, id_at, line_at, object_at, once_each, path, time_at
from tui.backends.offers import Offer
from tui.errors import NotFound, NotOffered, RunnelError, ServerFailed, StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta
from tui.model import LONG_AGO, Run, Workflow
from tui.safe_text import clean_line

START_TIMEOUT_S = 600.0
"""Longest wait for the word that a run has begun; some servers tell it with the answer."""


class HardWireWorkflows(WorkflowRunner):
    def __init__(self, calls: SignedInCalls) -> None:
        self.offer = Offer("This server cannot run workflows.")
        self._calls = calls

    async def available(self) -> list[Workflow]:
        """Return the account's workflows; one without a version cannot run."""
        with self.offer.asked():
            resource = path("users", await self._calls.user_id(), "workflows")
            received = await self._calls.make("GET", resource)
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

    @limited
    async def run(
        self, session_id: str, bot_id: str, workflow_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        question = await question_body(self._calls, bot_id, text, workflow_id)
        with self.offer.asked():
            async with aclosing(self._started(session_id, question)) as events:
                async for event in events:
                    yield event

    async def running(self, session_id: str) -> Run | None:
        """Return the newest run of a chat that is not over, `None` when there is none.

        A server that lists no runs, as the documented one, has none either.
        """
        try:
            received = await self._calls.make("GET", path("chats", session_id, "workflow-runs"))
        except (NotFound, NotOffered):
            return None
        going_on = [each for each in listed_anyhow(received, "workflowRuns") if _is_going_on(each)]
        newest = max(going_on, key=_began_at, default=None)
        if newest is None:
            return None
        return Run(id_at(newest, "id"), id_at(newest, "triggerMessageId"))

    @limited
    async def follow(self, session_id: str, run_id: str) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(self._steps(session_id, run_id)) as events:
            async for event in events:
                yield event

    async def _started(self, session_id: str, question: bytes) -> AsyncGenerator[StreamEvent, None]:
        """Send the body of a question that names a workflow, and follow the run it starts."""
        received = await self._start(session_id, question)
        with received.credentials.veil():
            reply = unwrapped(received)
            yield Started(id_at(object_at(reply, "userMessage"), "id") or id_at(reply, "id"))
            if reply.get("error"):
                raise answer_failure(reply)
            if run_id := run_id_in(reply):
                async with aclosing(self._steps(session_id, run_id)) as events:
                    async for event in events:
                        yield event
                return
            message = answer_of(reply)
        yield TextDelta(message.text)
        yield Completed(message.id, message)

    async def _start(self, session_id: str, question: bytes) -> WholeResponse:
        try:
            return await self._calls.make(
                "POST",
                path("chats", session_id, "messages"),
                content=question,
                timeout_s=START_TIMEOUT_S,
            )
        except ServerFailed as error:
            if error.status != 409:
                raise
            raise _going_on(error) from error

    async def _steps(self, session_id: str, run_id: str) -> AsyncGenerator[StreamEvent, None]:
        decoder = RunDecoder()
        resource = path("chats", session_id, "workflow-runs", run_id, "stream")
        async with (
            self._calls.opened(resource) as body,
            aclosing(body.chunks()) as chunks,
            aclosing(meanings(chunks, decoder)) as events,
        ):
            async for event in events:
                yield event
        if not decoder.finished:
            raise StreamBroken(
                "The server stopped reporting on the workflow.",
                hint="Reload the session: the workflow may still be running.",
            )


def _is_going_on(run: Object) -> bool:
    is_over = status_of(run) in ENDED or time_at(run, "completedAt") is not None
    return bool(id_at(run, "id")) and not is_over


def _began_at(run: Object) -> datetime:
    return time_at(run, "startedAt") or LONG_AGO


def _going_on(error: RunnelError) -> ServerFailed:
    return ServerFailed(
        "A workflow is running in this session already.",
        hint="Wait until it ends; nothing was sent.",
        status=error.status,
        request_id=error.request_id,
    )
