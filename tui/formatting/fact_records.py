"""JSON records of an operator's facts, for programs."""

from __future__ import annotations

from tui.facts import MessageFacts, SessionFacts
from tui.formatting.person import masked, masked_json
from tui.safe_text import JsonValue

Record = dict[str, JsonValue]


def session_facts_record(facts: SessionFacts, *, shows_person: bool) -> Record:
    """Return the facts of a session; lead and identity are masked unless it `shows_person`."""
    return {
        "lead": [
            {"field": name, "value": value if shows_person else masked(value)}
            for name, value in facts.lead
        ],
        "auth_data": facts.auth_data if shows_person else masked_json(facts.auth_data),
        "labels": [*facts.labels],
        "message_count": facts.message_count,
        "last_question": facts.last_question or None,
    }


def message_facts_record(facts: MessageFacts) -> Record:
    return {
        "exchange_id": facts.exchange_id or None,
        "labels": [*facts.labels],
        "frustration": facts.frustration or None,
        "feedback": None if facts.feedback is None else facts.feedback.value,
        "comment": facts.comment or None,
        "total_tokens": facts.total_tokens,
        "finish_reason": facts.finish_reason or None,
        "error": facts.error or None,
        "pending_tasks": facts.pending_tasks,
        "without_source": facts.without_source,
    }
