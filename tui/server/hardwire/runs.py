"""Records and events of HardWire's workflows and their runs, in either dialect.

Source: `documented_events` from HardWire's documentation, records and `real_events` as seen on the
wire of a real server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime

from tui.server.hardwire.dialect import Event
from tui.server.scripted.workflow_runs import Happening, RunState, RunStep, WorkflowRun
from tui.server.scripted.workflows import ScriptedWorkflow


def workflow_id(workflow: ScriptedWorkflow, user_id: str) -> str:
    return f"{workflow.slug}-{user_id[:6].lower()}"


def workflow_record(workflow: ScriptedWorkflow, user_id: str, updated_at: datetime) -> Event:
    return {
        "id": workflow_id(workflow, user_id),
        "name": workflow.name,
        "description": workflow.description,
        "version": workflow.version,
        "updatedAt": updated_at.isoformat(),
    }


def run_record(run: WorkflowRun) -> Event:
    return {**_run_itself(run), "steps": [_step_record(step) for step in run.steps]}


async def documented_events(run: WorkflowRun, left: asyncio.Event) -> AsyncGenerator[Event, None]:
    """Yield every step of a run from its beginning, then each as it happens."""
    yield {"type": "run_started", "workflowRunId": run.id}
    yielded = 0
    while True:
        for happening in run.happenings[yielded:]:
            yielded += 1
            yield _documented_event(happening)
        if yielded < len(run.happenings):
            continue
        if run.is_over or left.is_set():
            break
        await run.wait_for_change(left)
    if run.state is RunState.FAILED:
        yield {"type": "run_failed", "workflowRunId": run.id, "error": run.error}
    elif run.is_over:
        yield {"type": "run_completed", "workflowRunId": run.id}


async def real_events(run: WorkflowRun, left: asyncio.Event) -> AsyncGenerator[Event, None]:
    """Yield all that is known of a run at every change, and a last word."""
    shown_changes = -1
    while not left.is_set():
        if shown_changes != run.changes:
            shown_changes = run.changes
            yield _snapshot(run)
        elif run.is_over:
            yield {"type": "complete", "workflowRunId": run.id, "status": run.state.value}
            return
        else:
            await run.wait_for_change(left)


def _documented_event(happening: Happening) -> Event:
    """Return an event; only the one that begins a step names it."""
    step, plan = happening.step, happening.step.plan
    match happening.state:
        case RunState.RUNNING if happening.note is not None:
            note = happening.note
            return {"type": "step_progress", "progress": note.share, "message": note.words}
        case RunState.RUNNING:
            return {"type": "step_started", "stepId": step.id, "toolId": plan.tool}
        case RunState.FAILED:
            return {"type": "step_failed", "error": plan.error}
        case _:
            return {"type": "step_completed", "result": plan.result}


def _snapshot(run: WorkflowRun) -> Event:
    message: Event | None = None
    if run.text:
        message = {
            "id": run.exchange.answer_id,
            "role": "assistant",
            "content": run.text,
            "createdAt": (run.ended_at or run.began_at).isoformat(),
        }
    return {
        "type": "snapshot",
        "workflowRun": _run_itself(run),
        "steps": [_step_record(step) for step in run.steps],
        "message": message,
    }


def _run_itself(run: WorkflowRun) -> Event:
    return {
        "id": run.id,
        "status": run.state.value,
        "startedAt": run.began_at.isoformat(),
        "completedAt": run.ended_at.isoformat() if run.ended_at else None,
        "triggerMessageId": run.exchange.question_id,
        **({"error": run.error} if run.error else {}),
    }


def _step_record(step: RunStep) -> Event:
    is_done = step.state is RunState.COMPLETED
    note = step.note if step.state is RunState.RUNNING else None
    return {
        "id": step.id,
        "toolId": step.plan.tool,
        "status": step.state.value,
        "input": step.plan.arguments,
        "progress": note.share if note else None,
        "message": note.words if note else None,
        "result": step.plan.result if is_done else None,
        "error": step.plan.error if step.state is RunState.FAILED else None,
        "startedAt": step.began_at.isoformat() if step.began_at else None,
        "completedAt": step.ended_at.isoformat() if step.ended_at else None,
    }
