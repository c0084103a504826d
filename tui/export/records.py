"""JSON records of exported sessions, in the shape of `export.schema.json`."""

from __future__ import annotations

from importlib.resources import files
from typing import cast

from tui.export.exported import About, ExportedSession
from tui.facts import SessionFacts
from tui.formatting.fact_records import message_facts_record
from tui.formatting.records import Record, failure_record, iso_time, part_record
from tui.model import Message
from tui.safe_text import clean_json

FORMAT_NAME = "runnel-export"
FORMAT_VERSION = 1
"""Grows when a reader of an older one would no longer understand."""


def schema_text() -> str:
    """Return the JSON Schema that every JSON export follows."""
    return files("tui.export").joinpath("export.schema.json").read_text(encoding="utf-8")


def about_record(about: About) -> Record:
    return _clean(
        {
            "format": FORMAT_NAME,
            "version": FORMAT_VERSION,
            "exported_at": iso_time(about.exported_at),
            "profile": about.profile,
            "api": about.api,
            "redacted": about.is_redacted,
        }
    )


def exported_record(exported: ExportedSession) -> Record:
    session = exported.session
    return _clean(
        {
            "id": session.id,
            "title": exported.title,
            "created_at": iso_time(session.created_at),
            "updated_at": iso_time(session.updated_at),
            "gone_at": iso_time(session.gone_at),
            "facts": None if session.facts is None else _session_facts(session.facts),
            "messages": [_message(each) for each in exported.messages],
        }
    )


def _message(message: Message) -> Record:
    origin = message.origin
    return {
        "id": message.id,
        "role": message.role.value,
        "created_at": iso_time(message.sent_at),
        "standing": message.status.value,
        "bot": None if origin is None else origin.bot_name or None,
        "text": message.text,
        "parts": [part_record(part) for part in message.parts],
        "failure": None if message.failure is None else failure_record(message.failure),
        "facts": None if message.facts is None else message_facts_record(message.facts),
    }


def _session_facts(facts: SessionFacts) -> Record:
    return {
        "lead": [{"field": name, "value": value} for name, value in facts.lead],
        "auth_data": facts.auth_data,
        "labels": [*facts.labels],
    }


def _clean(record: Record) -> Record:
    # cleaned where it entered, and once more: no way into a file may forget it
    return cast(Record, clean_json(record))
