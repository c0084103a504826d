import json
from datetime import UTC, datetime, timedelta, timezone

from tests.tables import each_row
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
    ToolReturned,
    TurnEvent,
)
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.formatting.records import (
    event_record,
    iso_seconds,
    iso_time,
    message_record,
    session_record,
)
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText as Safe
from tui.values import replace

MORNING = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
QUESTION = Message("q", Role.USER, (TextPart(Safe("Why?")),), MORNING)
ANSWER = Message(
    "a",
    Role.ASSISTANT,
    (
        ToolPart(0, Safe("search"), {"query": "x"}, ToolState.FAILED, {"error": "no"}, 1.5),
        TextPart(Safe("Because [1].")),
        CitationsPart((Citation(Safe("1"), Safe("A page"), Safe("https://x.example")),)),
        NotePart(Safe("cut at the length limit")),
    ),
    MORNING,
    MessageStatus.PARTIAL,
    Failure("It broke.", "Try again.", 500, "r-1"),
)


def test_times_are_utc_in_iso_form() -> None:
    there = datetime(2026, 3, 12, 11, 30, 0, 250_000, timezone(timedelta(hours=2)))
    assert iso_time(there) == "2026-03-12T09:30:00.250000Z"
    assert iso_time(MORNING) == "2026-03-12T09:30:00Z"
    assert iso_time(None) is None
    assert iso_seconds(there) == "2026-03-12T09:30:00Z"
    assert iso_seconds(None) is None


def test_a_session_tells_id_title_preview_and_times() -> None:
    session = Session("s", Safe("Title"), Safe("Hello"), MORNING, None)
    assert session_record(session) == {
        "id": "s",
        "title": "Title",
        "preview": "Hello",
        "created_at": "2026-03-12T09:30:00Z",
        "updated_at": None,
        "gone_at": None,
        "facts": None,
    }
    gone = session_record(replace(session, gone_at=MORNING))
    assert gone["gone_at"] == "2026-03-12T09:30:00Z"


def test_the_facts_of_a_session_are_told_with_its_person_masked_unless_asked_for() -> None:
    facts = SessionFacts(
        ((Safe("name"), Safe("Ada L")),), {"id": 7, "plan": "pro"}, 4, Safe("Why?"), (Safe("late"),)
    )
    session = Session("s", facts=facts)
    told = {"labels": ["late"], "message_count": 4, "last_question": "Why?"}
    assert session_record(session)["facts"] == {
        "lead": [{"field": "name", "value": "A… …"}],
        "auth_data": {"id": "…", "plan": "p…"},
        **told,
    }
    assert session_record(session, shows_person=True)["facts"] == {
        "lead": [{"field": "name", "value": "Ada L"}],
        "auth_data": {"id": 7, "plan": "pro"},
        **told,
    }


def test_the_facts_of_a_message_are_null_where_they_are_not_told() -> None:
    told = replace(ANSWER, facts=MessageFacts("x", feedback=Feedback.DOWN, labels=(Safe("late"),)))
    assert message_record(told)["facts"] == {
        "exchange_id": "x",
        "labels": ["late"],
        "frustration": None,
        "feedback": "down",
        "comment": None,
        "total_tokens": None,
        "finish_reason": None,
        "error": None,
        "pending_tasks": 0,
        "without_source": None,
    }


def test_a_message_tells_its_text_its_parts_and_its_failure() -> None:
    assert message_record(ANSWER) == {
        "id": "a",
        "role": "assistant",
        "created_at": "2026-03-12T09:30:00Z",
        "standing": "partial",
        "text": "Because [1].",
        "parts": [
            {
                "type": "tool",
                "tool": "search",
                "arguments": {"query": "x"},
                "state": "failed",
                "result": {"error": "no"},
                "duration_s": 1.5,
            },
            {"type": "text", "text": "Because [1]."},
            {
                "type": "citations",
                "citations": [
                    {"marker": "1", "title": "A page", "url": "https://x.example", "excerpt": ""}
                ],
            },
            {"type": "note", "text": "cut at the length limit"},
        ],
        "failure": {
            "sentence": "It broke.",
            "hint": "Try again.",
            "status": 500,
            "request_id": "r-1",
            "exit_code": 1,
        },
        "facts": None,
    }


@each_row(
    ("event", "name"),
    [
        (SessionCreated(Session("s")), "session_created"),
        (QuestionNoted(QUESTION), "asked"),
        (Started("m"), "started"),
        (TextDelta(Safe("x")), "text"),
        (ToolCalled(0, Safe("search"), None), "tool_called"),
        (ToolReturned(0, [1], failed=True), "tool_returned"),
        (TitleChanged(Safe("T")), "title_changed"),
        (Completed("m", ANSWER), "completed"),
        (Rereading(), "rereading"),
        (Settled(QUESTION, ANSWER, (QUESTION, ANSWER)), "settled"),
    ],
)
def test_every_event_has_a_name_and_is_json(event: TurnEvent, name: str) -> None:
    record = event_record(event)
    assert next(iter(record)) == "event"
    assert record["event"] == name
    assert json.loads(json.dumps(record)) == record


def test_the_last_event_holds_both_messages() -> None:
    record = event_record(Settled(QUESTION, ANSWER, (QUESTION, ANSWER)))
    assert record["question"] == message_record(QUESTION)
    assert record["answer"] == message_record(ANSWER)
