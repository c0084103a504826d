"""Answer events of HardWire in both dialects, told apart by each event's own type.

Source: HardWire's documentation for one dialect, the wire of a real server for the other.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator

from tui.backends.citations import citations_of
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.sse import ServerSentEvent
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import (
    Object,
    id_at,
    line_at,
    list_at,
    message_text,
    object_at,
    tells_failure,
    text_at,
    time_at,
)
from tui.errors import MAYBE_FINISHED_HINT, AnswerFailed, StreamBroken
from tui.events import Completed, Started, StreamEvent, TextDelta, ToolCalled, ToolReturned
from tui.model import CitationsPart, Message, Part, Role, TextPart
from tui.safe_text import SafeText, TextCleaner, clean_json, clean_line, sendable

_TYPES = {
    "message", "start", "user_message", "content", "token", "tool_call", "tool_result", "end",
    "complete", "error",
}  # fmt: skip
"""Names of events whose data must make sense; `message` is the name of one without a name."""
_PIECES = {"content": "delta", "token": "token"}
"""Names of events that bring text -> where it is."""
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}


class AnswerDecoder:
    """Turns the events of one answer into what they mean."""

    def __init__(self) -> None:
        self.finished = False
        """The server said that the answer is whole."""
        self._cleaner = TextCleaner()
        self._calls = 0
        self._unanswered: dict[str, deque[int]] = defaultdict(deque)

    def decode(self, event: ServerSentEvent) -> Iterator[StreamEvent]:
        """Yield what `event` means: often one thing, for an unknown type nothing.

        Raises:
            AnswerFailed: the event reports a failure.
            StreamBroken: the event is no JSON object, and no event of an unknown name either.
        """
        if event.data.strip() == "[DONE]":
            return
        fields = fields_of(event, _TYPES)
        match text_at(fields, "type") or event.event:
            case "start":
                yield Started(id_at(fields, "messageId"))
            case "user_message":
                yield Started(id_at(object_at(fields, "message"), "id"))
            case "content" | "token" as kind:
                # for each of thousands: the shortest way
                if text := self._cleaner.feed(text_at(fields, _PIECES[kind])):
                    yield TextDelta(text)
            case "tool_call":
                yield self._called(fields, fields.get("toolArgs"))
            case "tool_result":
                yield from self._returned(fields)
            case "end":
                yield from self._finish()
                yield Completed(id_at(fields, "messageId"))
            case "complete":
                yield from self._finish()
                message = message_of(object_at(fields, "message"), Role.ASSISTANT)
                yield Completed(message.id if message else "", message)
            case "error":
                yield from self._rest()
                raise answer_failure(fields)
            case _:
                pass

    def _rest(self) -> Iterator[StreamEvent]:
        if text := self._cleaner.finish():
            yield TextDelta(text)

    def _finish(self) -> Iterator[StreamEvent]:
        self.finished = True
        yield from self._rest()

    def _called(self, fields: Object, arguments: object) -> ToolCalled:
        name = line_at(fields, "toolName") or SafeText("tool")
        call, self._calls = self._calls, self._calls + 1
        self._unanswered[name].append(call)
        return ToolCalled(call, name, clean_json(arguments))

    def _returned(self, fields: Object) -> Iterator[StreamEvent]:
        # the events carry no call id: a result belongs to the oldest open call of its tool
        waiting = self._unanswered[line_at(fields, "toolName") or SafeText("tool")]
        if not waiting:
            yield self._called(fields, None)
        result = fields.get("result")
        yield ToolReturned(waiting.popleft(), clean_json(result), tells_failure(result))


def answer_failure(fields: Object) -> AnswerFailed:
    """Return the error that an `error` event or the `error` of a plain answer reports."""
    reported = object_at(fields, "error") or fields
    status_code = reported.get("statusCode")
    status = status_code if isinstance(status_code, int) and 100 <= status_code <= 599 else None
    body = ErrorBody.of(reported, status or 500)
    words = body.words.rstrip(".") or "it does not say why"
    code = body.code or clean_line(text_at(reported, "error"), 60)
    named = f" ({code})" if code and code not in words else ""
    return AnswerFailed(
        f"The server could not answer: {words}{named}.",
        status=status,
        request_id=body.request_id or None,
    )


def answer_of(reply: Object) -> Message:
    """Return the assistant's message in the answer to a plain send.

    Raises:
        AnswerFailed: the send succeeded, the answer did not.
    """
    if reply.get("error"):
        raise answer_failure(reply)
    record = object_at(reply, "assistantMessage") or object_at(reply, "response")
    message = message_of(record, Role.ASSISTANT)
    if message is None:
        raise AnswerFailed(
            "The server accepted the question but sent no answer.", hint=MAYBE_FINISHED_HINT
        )
    return message


def answer_in(content: bytes) -> Message:
    """Return the assistant's message in the body of an answer that did not stream after all.

    Raises:
        AnswerFailed: as `answer_of` does.
        StreamBroken: the body is no JSON object.
    """
    try:
        reply = decode_json(content)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        raise StreamBroken("Runnel could not read what the server sent.", hint=MAYBE_FINISHED_HINT)
    return answer_of(object_at(reply, "data") or reply)


def message_of(record: Object, default: Role = Role.SYSTEM) -> Message | None:
    """Return a stored message, `None` when it has no id; `default` is the role when none is told.

    A role of another name is shown as the system's.
    """
    message_id = id_at(record, "id")
    if not message_id:
        return None
    role_name = text_at(record, "role")
    role = _ROLES.get(role_name, Role.SYSTEM) if role_name else default
    parts: list[Part] = []
    text, note = message_text(text_at(record, "content"))
    if text:
        parts.append(TextPart(text))
    if note is not None:
        parts.append(note)
    if sources := citations_of(("", each) for each in list_at(record, "sources")):
        parts.append(CitationsPart(sources))
    raw = sendable(text_at(record, "content")) if role is Role.USER else ""
    return Message(message_id, role, tuple(parts), time_at(record, "createdAt"), raw=raw)


def fields_of(event: ServerSentEvent, known_types: Collection[str]) -> Object:
    """Return the JSON object that an event holds.

    Raises:
        StreamBroken: it holds none, and is one of the `known_types`, not something beside them.
    """
    try:
        fields = decode_json(event.data)
    except ValueError:
        fields = None
    if isinstance(fields, dict):
        return fields
    if event.event not in known_types:
        return {}
    raise StreamBroken("Runnel could not read what the server sent.", hint=MAYBE_FINISHED_HINT)
