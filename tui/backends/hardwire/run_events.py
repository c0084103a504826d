"""Events of a workflow's run in both dialects, told apart by each event's own type.

Documented are single steps, `{stepId, toolId}` and what becomes of them; the real server sends
everything it knows at every change, of which only the differences are handed on.

Source: HardWire's documentation for the steps, the wire of a real server for its snapshots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from tui.backends.hardwire.answer_events import answer_failure, fields_of, message_of
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.sse import ServerSentEvent
from tui.backends.json_reading import (
    Object,
    id_at,
    line_at,
    list_at,
    object_at,
    objects,
    tells_failure,
    text_at,
    time_at,
)
from tui.errors import AnswerFailed
from tui.events import (
    Completed,
    StreamEvent,
    TextDelta,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.model import Message, Role, ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText, TextCleaner, clean_json, clean_line
from tui.values import replace

_NOT_BEGUN = {"pending", "queued", "waiting", "scheduled", "skipped"}
_DONE = {"completed", "complete", "succeeded", "success", "done", "finished"}
_FAILED = {"failed", "error", "errored", "cancelled", "canceled", "aborted", "stopped", "timed_out"}
ENDED = _DONE | _FAILED
"""What the server calls a run, or a step, that is over."""

_TYPES = {
    "message", "run_started", "step_started", "step_progress", "step_completed", "step_failed",
    "run_completed", "run_failed", "snapshot", "complete", "error",
}  # fmt: skip


class _Step(Struct):
    """What was told of a step."""

    call: int
    name: SafeText
    note: SafeText = SafeText("")
    outcome: tuple[JsonValue, bool] | None = None
    """Result, and whether it is a failure; `None` while it runs."""


class RunDecoder:
    """Turns the events of one run into what they mean."""

    def __init__(self) -> None:
        self.finished = False
        """The server said that the run is over, and well."""
        self._steps: list[_Step] = []
        self._by_key: dict[tuple[str, int], _Step] = {}
        """Id of a step, and which one of those with that id -> what was told of it."""
        self._cleaner = TextCleaner()
        self._told = ""
        self._answer: Message | None = None
        self._error: object = None

    def decode(self, event: ServerSentEvent) -> Iterator[StreamEvent]:
        """Yield what `event` means: for a snapshot often nothing or much.

        Raises:
            AnswerFailed: the run failed.
            StreamBroken: the event is no JSON object, and no event of an unknown name either.
        """
        fields = fields_of(event, _TYPES)
        match text_at(fields, "type") or event.event:
            case "step_started":
                yield from self._started(fields)
            case "step_progress":
                yield from self._noted(self._step_of(fields), _note(fields))
            case "step_completed":
                yield from self._ended_step(fields, fields.get("result"), failed=False)
            case "step_failed":
                yield from self._ended_step(fields, _reason(fields), failed=True)
            case "snapshot":
                yield from self.snapshot(fields)
            case "complete" if (status := status_of(fields)) in _FAILED:
                raise self._run_failure(status)
            case "run_completed" | "complete":
                yield from self._completed(fields)
            case "run_failed":
                self._error = fields.get("error") or fields.get("message") or self._error
                raise self._run_failure("failed")
            case "error":
                raise answer_failure(fields)
            case _:
                pass

    def _started(self, fields: Object) -> Iterator[StreamEvent]:
        step_id = id_at(fields, "stepId")
        before = self._by_key.get((step_id, 0))
        name = _name(fields)
        if step_id and before and before.outcome is None and before.name == name:
            # told twice; a step that is done and begins again is another call
            return
        yield from self._called((step_id, 0), name, _arguments(fields))

    def _ended_step(self, fields: Object, result: object, *, failed: bool) -> Iterator[StreamEvent]:
        step = self._step_of(fields)
        if step is None:
            key = (id_at(fields, "stepId"), 0)
            yield from self._called(key, _name(fields), None)
            step = self._by_key[key]
        yield from self._ended(step, result, failed=failed)

    def _step_of(self, fields: Object) -> _Step | None:
        """Return the step an event is about: the latest that runs, when it does not say."""
        if step_id := id_at(fields, "stepId"):
            return self._by_key.get((step_id, 0))
        return next((step for step in reversed(self._steps) if step.outcome is None), None)

    def snapshot(self, fields: Object) -> Iterator[StreamEvent]:
        """Yield what is new in all that is known of a run."""
        seen: Counter[str] = Counter()
        for record in objects(list_at(fields, "steps")):
            step_id = id_at(record, "id") or id_at(record, "stepId")
            key = (step_id, seen[step_id])
            seen[step_id] += 1
            yield from self._step_as_it_is(key, record)
        self._error = object_at(fields, "workflowRun").get("error") or self._error
        record = object_at(fields, "message")
        if text_at(record, "role") in {"", Role.ASSISTANT}:
            self._answer = message_of(record, Role.ASSISTANT) or self._answer
            yield from self._text(text_at(record, "content"))

    def _step_as_it_is(self, key: tuple[str, int], record: Object) -> Iterator[StreamEvent]:
        status = status_of(record)
        failed = _is_failed(record)
        is_over = failed or status in _DONE or time_at(record, "completedAt") is not None
        if status in _NOT_BEGUN or not (is_over or status or time_at(record, "startedAt")):
            return
        if key not in self._by_key:
            yield from self._called(key, _name(record), _arguments(record))
        step = self._by_key[key]
        if is_over:
            result = record.get("result", record.get("output"))
            yield from self._ended(step, _reason(record) if failed else result, failed=failed)
        else:
            yield from self._noted(step, _note(record))

    def _called(
        self, key: tuple[str, int], name: SafeText, arguments: object
    ) -> Iterator[StreamEvent]:
        step = _Step(len(self._steps), name)
        self._steps.append(step)
        self._by_key[key] = step
        yield ToolCalled(step.call, name, clean_json(arguments))

    def _noted(self, step: _Step | None, note: SafeText) -> Iterator[StreamEvent]:
        if step is not None and note != step.note and step.outcome is None:
            step.note = note
            yield ToolProgressed(step.call, note)

    def _ended(self, step: _Step, result: object, *, failed: bool) -> Iterator[StreamEvent]:
        outcome = (clean_json(result), failed or tells_failure(result))
        if failed:
            self._error = result
        if outcome != step.outcome:
            step.outcome = outcome
            yield ToolReturned(step.call, *outcome)

    def _text(self, content: str) -> Iterator[StreamEvent]:
        # what was told cannot be taken back: a text that was replaced is left to the re-reading
        if content.startswith(self._told):
            rest, self._told = content[len(self._told) :], content
            if text := self._cleaner.feed(rest):
                yield TextDelta(text)

    def _completed(self, fields: Object) -> Iterator[StreamEvent]:
        self.finished = True
        if text := self._cleaner.finish():
            yield TextDelta(text)
        message = message_of(object_at(fields, "message"), Role.ASSISTANT) or self._answer
        yield Completed(message.id if message else "", message)

    def _run_failure(self, status: str) -> AnswerFailed:
        return _failure(status, self._error)


def tools_of(run: Object) -> tuple[ToolPart, ...]:
    """Return the steps of a run that is over, as the tool calls that following it would show."""
    tools: dict[int, ToolPart] = {}
    for event in RunDecoder().snapshot({"workflowRun": run, "steps": list_at(run, "steps")}):
        match event:
            case ToolCalled(call, name, arguments):
                tools[call] = ToolPart(call, name, arguments, ToolState.UNANSWERED)
            case ToolReturned(call, result, failed):
                state = ToolState.FAILED if failed else ToolState.DONE
                tools[call] = replace(tools[call], state=state, result=result)
    return tuple(tools.values())


def failure_of_run(run: Object) -> AnswerFailed | None:
    """Return why a run that is over failed, `None` when it did not."""
    status = status_of(run)
    if status not in _FAILED:
        return None
    steps = (_reason(each) for each in objects(list_at(run, "steps")) if _is_failed(each))
    return _failure(status, run.get("error") or next(steps, None))


def _is_failed(step: Object) -> bool:
    return status_of(step) in _FAILED or bool(step.get("error"))


def _failure(status: str, error: object) -> AnswerFailed:
    if status in {"cancelled", "canceled", "aborted", "stopped"}:
        return AnswerFailed("The workflow was stopped at the server before it was done.")
    words = ErrorBody.of({"error": error}, 500).words.rstrip(".")
    return AnswerFailed(f"The workflow failed: {words or 'the server does not say why'}.")


def status_of(record: Object) -> str:
    """Return the state of a run or a step in lower case, empty when it has none."""
    return text_at(record, "status").strip().lower().replace("-", "_")


def _name(record: Object) -> SafeText:
    keys = ("toolId", "toolName", "name", "stepId")
    return next((name for key in keys if (name := line_at(record, key))), SafeText("step"))


def _arguments(record: Object) -> object:
    keys = ("toolArgs", "arguments", "input")
    return next((record[key] for key in keys if record.get(key) is not None), None)


def _reason(record: Object) -> object:
    """Return what a failed step says of its failure."""
    return record.get("error") or record.get("result") or record.get("message") or status_of(record)


def _note(record: Object) -> SafeText:
    """Return `40 % · reading` for `{progress: 0.4 or 40, message: "reading"}`."""
    record = object_at(record, "progress") or record
    progress = record.get("progress")
    share = ""
    if isinstance(progress, int | float) and not isinstance(progress, bool):
        # a fraction is told as 0.4, and as 1.0 when it is whole
        percent = progress * 100 if isinstance(progress, float) and progress <= 1 else progress
        share = f"{max(0, min(100, percent)):.0f} %"
    elif isinstance(progress, str):
        share = clean_line(progress, 100)
    return clean_line(" · ".join(each for each in (share, line_at(record, "message")) if each))
