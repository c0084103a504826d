"""The sessions and histories of the benchmark's server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.texts import sentence

BOT = {
    "uuid": "b" * 32,
    "name": "Bench",
    "created_at": "2026-01-01T00:00:00Z",
    "modified_at": "2026-01-01T00:00:00Z",
    "meta": {},
}
FIRST_WORD = "QEDFIRST"
"""Stands in the first answer of the long history."""
LAST_WORD = "QEDLAST"
"""Stands at the end of its last answer."""

_LONG = "0" * 32
_NEWEST = datetime(2026, 3, 1, tzinfo=UTC)

Record = dict[str, Any]


class World:
    """`sessions` sessions, of which the newest holds `messages` messages and the others two."""

    def __init__(self, sessions: int = 0, messages: int = 2) -> None:
        self._sessions = [
            _session(f"{number:032x}", _NEWEST - timedelta(minutes=number))
            for number in range(sessions)
        ]
        self._listing: bytes | None = None
        self._histories: dict[str, list[Record]] = {}
        self._encoded: dict[str, bytes] = {}
        if sessions:
            self._histories[_LONG] = [
                _record(number, messages // 2) for number in range(messages // 2)
            ]

    @property
    def listing(self) -> bytes:
        if self._listing is None:
            self._listing = json.dumps(self._sessions).encode()
        return self._listing

    def create(self) -> Record:
        # newer than all, as a session that has just been made is
        session = _session(f"{len(self._sessions) + 10**9:032x}", datetime.now(UTC))
        self._sessions.append(session)
        self._listing = None
        return session

    def history(self, uuid: str) -> bytes:
        if uuid not in self._encoded:
            records = self._histories.get(uuid)
            if records is None:
                is_told = any(session["uuid"] == uuid for session in self._sessions[:1000])
                records = [_told(f"s{uuid}", _NEWEST, "A question", "Lamp.")] if is_told else []
            self._encoded[uuid] = json.dumps(records).encode()
        return self._encoded[uuid]

    def store(self, uuid: str, question: str, answer: str) -> None:
        records = self._histories.setdefault(uuid, [])
        name = f"{uuid}-{len(records)}"
        records.append(_told(name, datetime.now(UTC), question, answer))
        self._encoded.pop(uuid, None)


def _session(uuid: str, at: datetime) -> Record:
    return {"uuid": uuid, "created_at": _wire_time(at), "modified_at": _wire_time(at)}


def _record(number: int, exchanges: int) -> Record:
    answer = f"{sentence(number, 30)}\n\n- {sentence(number + 1)}\n- **{sentence(number + 2)}**"
    if number == 0:
        answer = f"{FIRST_WORD} {answer}"
    if number == exchanges - 1:
        answer = f"{answer}\n\n{LAST_WORD}"
    at = _NEWEST - timedelta(minutes=exchanges - number)
    return _told(f"long-{number}", at, sentence(number + 3, 8), answer)


def _told(uuid: str, at: datetime, query: str, response: str) -> Record:
    return {
        "uuid": uuid,
        "query": query,
        "response": response,
        "created_at": _wire_time(at),
        "modified_at": _wire_time(at),
        "finish_reason": "stop",
        "cite_data_json": "{}",
        "meta_json": None,
    }


def _wire_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
