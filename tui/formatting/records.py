"""JSON records for programs: sessions, messages and events."""

from __future__ import annotations

from datetime import UTC, datetime

from tui.events import (
    Completed,
    QuestionNoted,
    Rereading,
    SessionCreated,
    Settled,
    Started,
    TextDelta,
    TitleChanged,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
    TurnEvent,
)
from tui.formatting.fact_records import message_facts_record, session_facts_record
from tui.model import CitationsPart, Failure, Message, NotePart, Part, Session, TextPart, ToolPart
from tui.safe_text import JsonValue

Record = dict[str, JsonValue]


def iso_time(then: datetime | None) -> str | None:
    """Return `2026-03-12T09:30:00Z`, in UTC, with a fraction where there is one."""
    if then is None:
        return None
    return then.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def iso_seconds(then: datetime | None) -> str | None:
    """Return `2026-03-12T09:30:00Z`, in UTC, without a fraction: for whoever reads rows."""
    return None if then is None else iso_time(then.replace(microsecond=0))


def session_record(session: Session, *, shows_person: bool = False) -> Record:
    """Return the record of a session; `facts` is null where the server tells an operator nothing.

    Who it is held with is masked unless it `shows_person`.
    """
    facts = session.facts
    return {
        "id": session.id,
        "title": session.title,
        "preview": session.preview,
        "created_at": iso_time(session.created_at),
        "updated_at": iso_time(session.updated_at),
        "gone_at": iso_time(session.gone_at),
        "facts": None if facts is None else session_facts_record(facts, shows_person=shows_person),
    }


def message_record(message: Message) -> Record:
    return {
        "id": message.id,
        "role": message.role.value,
        "created_at": iso_time(message.created_at),
        "standing": message.status.value,
        "text": message.text,
        "parts": [part_record(part) for part in message.parts],
        "failure": None if message.failure is None else failure_record(message.failure),
        "facts": None if message.facts is None else message_facts_record(message.facts),
    }


def part_record(part: Part) -> Record:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ToolPart():
            return {
                "type": "tool",
                "tool": part.name,
                "arguments": part.arguments,
                "state": part.state.value,
                "result": part.result,
                "duration_s": part.duration_s,
            }
        case CitationsPart(citations):
            return {
                "type": "citations",
                "citations": [
                    {
                        "marker": each.marker,
                        "title": each.title,
                        "url": each.url,
                        "excerpt": each.excerpt,
                    }
                    for each in citations
                ],
            }
        case NotePart(text):
            return {"type": "note", "text": text}


def failure_record(failure: Failure) -> Record:
    return {
        "sentence": failure.sentence,
        "hint": failure.hint,
        "status": failure.status,
        "request_id": failure.request_id,
        "exit_code": failure.exit_code,
    }


def event_record(event: TurnEvent) -> Record:
    """Return the event under its name, the last one being `settled` with whole messages."""
    match event:
        case SessionCreated(session):
            return {"event": "session_created", "session": session_record(session)}
        case QuestionNoted(question):
            return {"event": "asked", "question": message_record(question)}
        case Started(message_id):
            return {"event": "started", "message_id": message_id}
        case TextDelta(text):
            return {"event": "text", "text": text}
        case ToolCalled(call, name, arguments):
            return {"event": "tool_called", "call": call, "tool": name, "arguments": arguments}
        case ToolProgressed(call, note):
            return {"event": "tool_progressed", "call": call, "note": note}
        case ToolReturned(call, result, failed):
            return {"event": "tool_returned", "call": call, "result": result, "failed": failed}
        case TitleChanged(title):
            return {"event": "title_changed", "title": title}
        case Completed(message_id):
            return {"event": "completed", "message_id": message_id}
        case Rereading():
            return {"event": "rereading"}
        case Settled(question, answer):
            return {
                "event": "settled",
                "question": message_record(question),
                "answer": message_record(answer),
            }
