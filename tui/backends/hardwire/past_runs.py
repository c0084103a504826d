"""Workflow runs that are over, put into the history that does not tell of them.

Source: the list of runs as seen on the wire of a real server; the documented one has none.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui.backends.hardwire.calls import SignedInCalls, listed_anyhow
from tui.backends.hardwire.run_events import ENDED, failure_of_run, status_of, tools_of
from tui.backends.http.credentials import Credentials
from tui.backends.json_reading import Object, id_at, path, time_at
from tui.errors import NotFound, NotOffered, RunnelError
from tui.model import OWN_ID_START, Failure, Message, MessageStatus, Role, ToolPart
from tui.values import replace

WAIT_S = 10.0
"""A history is not kept back longer for what its runs did."""
_ENOUGH_MISSES = 2
"""So many chats of which a server knows no runs: it does not list any."""


class _PastRun(Struct, frozen=True):
    """What a run left behind."""

    answer_if_missing: Message
    tools: tuple[ToolPart, ...]
    failure: Failure | None


class PastRuns:
    """The runs of all chats, as far as somebody looked into them.

    A chat is asked for its runs when it holds a question that was not asked about before; most
    readings cost no call.
    """

    def __init__(self, calls: SignedInCalls) -> None:
        self._calls = calls
        self._by_question: defaultdict[str, dict[str, _PastRun]] = defaultdict(dict)
        self._looked_up: defaultdict[str, set[str]] = defaultdict(set)
        self._misses: set[str] = set()
        self._is_offered = True

    def leave_out(self, session_id: str, question_id: str) -> None:
        """Take note of a question that certainly started no run."""
        self._looked_up[session_id].add(question_id)

    async def told_in(self, session_id: str, history: Sequence[Message]) -> list[Message]:
        """Return a history, oldest first, with the steps of its runs, and why one failed."""
        questions = {each.id for each in history if each.role is Role.USER}
        if self._is_offered and not questions <= self._looked_up[session_id]:
            await self._look_up(session_id, questions)
        runs = self._by_question.get(session_id, {})
        return _with_runs(history, runs) if runs else list(history)

    async def _look_up(self, session_id: str, questions: set[str]) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                resource = path("chats", session_id, "workflow-runs")
                received = await self._calls.make("GET", resource)
            runs = listed_anyhow(received, "workflowRuns")
        except NotOffered:
            self._is_offered = False
            return
        except NotFound:
            self._misses.add(session_id)
            self._is_offered = len(self._misses) < _ENOUGH_MISSES
            self._looked_up[session_id] |= questions
            return
        except (RunnelError, TimeoutError):
            # the history says enough without; the next reading asks again
            return
        self._misses.clear()
        over = [each for each in runs if _is_over(each)]
        going_on = {id_at(each, "triggerMessageId") for each in runs if not _is_over(each)}
        self._looked_up[session_id] |= questions - going_on
        self._by_question[session_id] |= {
            question_id: _past_run(each, received.credentials)
            for each in over
            if (question_id := id_at(each, "triggerMessageId"))
        }


def _is_over(run: Object) -> bool:
    return status_of(run) in ENDED or time_at(run, "completedAt") is not None


def _past_run(run: Object, credentials: Credentials) -> _PastRun:
    error = failure_of_run(run)
    failure = Failure.of(credentials.veiled(error)) if error is not None else None
    tools = tools_of(run)
    answer = Message(
        f"{OWN_ID_START}run-{id_at(run, 'id')}",
        Role.ASSISTANT,
        tools,
        time_at(run, "completedAt"),
        MessageStatus.PARTIAL if failure is not None else MessageStatus.STORED,
        failure,
    )
    return _PastRun(answer, tools, failure)


def _with_runs(history: Iterable[Message], runs: dict[str, _PastRun]) -> list[Message]:
    shown: list[Message] = []
    # a question has one answer: what stands behind the first is no step's
    awaited: _PastRun | None = None
    for message in history:
        if awaited is not None and message.role is Role.USER:
            shown.append(awaited.answer_if_missing)
            awaited = None
        elif awaited is not None and message.role is Role.ASSISTANT:
            message, awaited = _with_run(message, awaited), None
        shown.append(message)
        if message.role is Role.USER:
            awaited = runs.get(message.id)
    return [*shown, awaited.answer_if_missing] if awaited is not None else shown


def _with_run(answer: Message, run: _PastRun) -> Message:
    if not answer.tools:
        answer = replace(answer, parts=(*run.tools, *answer.parts))
    if answer.failure is None and run.failure is not None:
        return answer.with_status(MessageStatus.PARTIAL, run.failure)
    return answer
