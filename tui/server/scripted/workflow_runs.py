"""Workflow runs: each goes on by itself, whoever looks on."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tui.server.scripted.generation import TITLE_S
from tui.server.scripted.workflows import Note, PlannedStep, ScriptedWorkflow
from tui.server.scripted.world import Chat, ScriptedExchange, World
from tui.server.web.pacing import Delivery

WRITING_S = 0.4
"""How long each piece of the answer takes."""
_STOPPED = "The server was stopped"


class RunState(enum.StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class RunStep(Struct):
    id: str
    plan: PlannedStep
    state: RunState = RunState.PENDING
    note: Note | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None


class Happening(Struct, frozen=True):
    """A change of a step: it begins, says something, or ends."""

    step: RunStep
    state: RunState
    note: Note | None = None


class PlannedRun(Struct, frozen=True):
    """A run that goes on from the moment when somebody first looks."""

    workflow: ScriptedWorkflow
    chat: Chat
    question: str


class WorkflowRun:
    """One run of a workflow, from its question to the stored answer."""

    def __init__(
        self,
        world: World,
        delivery: Delivery,
        workflow: ScriptedWorkflow,
        chat: Chat,
        exchange: ScriptedExchange,
    ) -> None:
        self.id = world.new_id()
        self.workflow = workflow
        self.chat = chat
        self.exchange = exchange
        self.steps = [RunStep(world.new_id(), plan) for plan in workflow.steps]
        self.state = RunState.RUNNING
        self.error = ""
        """Why it failed."""
        self.text = ""
        """The answer as far as it is written."""
        self.began_at = world.now()
        self.ended_at: datetime | None = None
        self.happenings: list[Happening] = []
        self.changes = 0
        """Counts every change, so that who looks on knows whether there is news."""
        self._world = world
        self._delivery = delivery
        self._changed = asyncio.Event()
        # nobody waits for it, and only what is referred to goes on
        self._task = asyncio.create_task(self._play())

    @property
    def is_over(self) -> bool:
        return self.state is not RunState.RUNNING

    async def wait_for_change(self, left: asyncio.Event) -> None:
        """Return at the next change, or when `left` is set."""
        waits = [asyncio.create_task(each.wait()) for each in (self._changed, left)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _play(self) -> None:
        try:
            for step in self.steps:
                await self._play_step(step)
                if step.state is RunState.FAILED:
                    self._end(step.plan.error)
                    return
            for piece in self.workflow.answer:
                self.text += piece
                self._note_change()
                await self._pause(WRITING_S)
            self._end()
        finally:
            if not self.is_over:
                self._end(_STOPPED)

    async def _play_step(self, step: RunStep) -> None:
        step.state, step.began_at = RunState.RUNNING, self._world.now()
        self._happen(step)
        pause_s = step.plan.took_s / (len(step.plan.notes) + 1)
        for note in step.plan.notes:
            await self._pause(pause_s)
            step.note = note
            self._happen(step, note)
        await self._pause(pause_s)
        step.state = RunState.FAILED if step.plan.error else RunState.COMPLETED
        step.ended_at = self._world.now()
        self._happen(step)

    def _end(self, error: str = "") -> None:
        self.error = error
        self.state = RunState.FAILED if error else RunState.COMPLETED
        self.ended_at = self._world.now()
        self._world.settle(self.chat, self.exchange, self.text, error=error)
        self._note_change()
        if self.chat.title is None and not error:
            asyncio.get_running_loop().call_later(
                TITLE_S * self._delivery.pace, self._world.name_chat, self.chat, self.workflow.name
            )

    def _happen(self, step: RunStep, note: Note | None = None) -> None:
        self.happenings.append(Happening(step, step.state, note))
        self._note_change()

    def _note_change(self) -> None:
        self.changes += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def _pause(self, seconds: float) -> None:
        # who looks on may leave: the run does not hurry for it
        await self._delivery.pause(seconds, asyncio.Event())


class WorkflowRuns:
    """All runs, by the chat they belong to."""

    def __init__(
        self, world: World, delivery: Delivery, planned: Sequence[PlannedRun] = ()
    ) -> None:
        self._world = world
        self._delivery = delivery
        self._planned = [*planned]
        self._by_chat: dict[str, list[WorkflowRun]] = {}

    def begin_planned(self) -> None:
        """Begin those that nobody has to ask for, once."""
        planned, self._planned = self._planned, []
        for each in planned:
            self.begin(each.workflow, each.chat, self._world.ask(each.chat, each.question))

    def begin(
        self, workflow: ScriptedWorkflow, chat: Chat, exchange: ScriptedExchange
    ) -> WorkflowRun:
        run = WorkflowRun(self._world, self._delivery, workflow, chat, exchange)
        self._by_chat.setdefault(chat.id, []).append(run)
        return run

    def of(self, chat_id: str) -> list[WorkflowRun]:
        """Return the runs of a chat in the order they began."""
        return list(self._by_chat.get(chat_id, ()))

    def is_going_on(self, chat_id: str) -> bool:
        return any(not run.is_over for run in self.of(chat_id))
