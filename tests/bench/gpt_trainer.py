"""API of the GPT-trainer family, as little of it as measuring needs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from tests.bench.courses import Course
from tests.bench.traffic import Traffic
from tests.bench.wire import Answer, Streamed, Whole, told
from tests.bench.world import Exchange, World, wire_time

BOT = {
    "uuid": "b" * 32,
    "name": "Bench",
    "created_at": "2026-01-01T00:00:00Z",
    "modified_at": "2026-01-01T00:00:00Z",
    "meta": {},
}
SCRIPTS_SESSION = "f" * 32
"""The one that the programs ask in which know no sessions."""


class GptTrainer:
    """What stands under `/api/v1`."""

    def __init__(self, world: World, traffic: Traffic) -> None:
        self._world = world
        self._traffic = traffic
        self._listing: bytes | None = None
        self._histories: dict[str, bytes] = {}

    def answer(self, path: list[str], asked: dict[str, Any], courses: dict[str, Course]) -> Answer:
        """Answer a call to a path below the root of the API.

        Raises:
            LookupError: there is no such thing.
        """
        match path:
            case ["chatbots"]:
                return told([BOT])
            case ["chatbot", _]:
                return told(BOT)
            case ["chatbot", _, "sessions"]:
                return Whole(self._sessions())
            case ["chatbot", _, "session", "create"]:
                self._listing = None
                return told(_session(*self._world.create()))
            case ["session", session, "messages"]:
                body = self.history(session)
                self._traffic.note_history(session, len(body))
                return Whole(body)
            case ["session", session, "message", "stream"]:
                pieces = self._stream(session, courses[asked["query"]])
                return Streamed(pieces, "text/plain; charset=utf-8")
            case _:
                raise LookupError(path)

    def history(self, session: str) -> bytes:
        """Return a history, which is made when it is first asked for."""
        if session not in self._histories:
            records = [_record(each) for each in self._world.history(session)]
            self._histories[session] = json.dumps(records).encode()
        return self._histories[session]

    def _sessions(self) -> bytes:
        if self._listing is None:
            records = [_session(*each) for each in self._world.sessions]
            self._listing = json.dumps(records).encode()
        return self._listing

    async def _stream(self, session: str, course: Course) -> AsyncIterator[bytes]:
        async for token in course.tokens():
            yield token.encode()
        self._world.store(session, course.plan.name, course.text)
        self._histories.pop(session, None)


def _session(session: str, at: datetime) -> dict[str, Any]:
    return {"uuid": session, "created_at": wire_time(at), "modified_at": wire_time(at)}


def _record(exchange: Exchange) -> dict[str, Any]:
    return {
        "uuid": exchange.id,
        "query": exchange.question,
        "response": exchange.answer,
        "created_at": wire_time(exchange.at),
        "modified_at": wire_time(exchange.at),
        "finish_reason": "stop",
        "cite_data_json": "{}",
        "meta_json": None,
    }
