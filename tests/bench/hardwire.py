"""API of HardWire in the dialect of its real server, as little of it as measuring needs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from tests.bench.courses import Course
from tests.bench.traffic import Traffic
from tests.bench.wire import Answer, Streamed, Whole, told
from tests.bench.world import Exchange, World, wire_time

MODEL = "bench-1"
SCRIPTS_CHAT = "f" * 32
"""The one that the programs ask in which know no chats."""
EMAIL, PASSWORD = "bench@example.org", "secret"

_USER = {"id": "u1", "name": "Bench", "email": EMAIL, "emailVerified": True, "image": None}
_COOKIE = "better-auth.session_token=bench; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"
_EVENTS = "text/event-stream; charset=utf-8"


class HardWire:
    """What stands under `/api`."""

    def __init__(self, world: World, traffic: Traffic) -> None:
        self._world = world
        self._traffic = traffic

    def answer(
        self, path: list[str], query: str, asked: dict[str, Any], courses: dict[str, Course]
    ) -> Answer:
        """Answer a call to a path below the root of the API.

        Raises:
            LookupError: there is no such thing.
        """
        match path:
            case ["auth", "sign-in", "email"]:
                return told({"token": "t", "user": _USER}, set_cookie=_COOKIE)
            case ["auth", "get-session"]:
                return told({"session": {"id": "s1"}, "user": _USER}, set_cookie=_COOKIE)
            case ["models"]:
                return told({"models": [{"id": MODEL, "name": "Bench", "provider": "bench"}]})
            case ["users", _, "model-preference"]:
                return told({"modelId": MODEL})
            case ["users", _, "workflows"]:
                return told({"workflows": []})
            case ["users", _, "chats"]:
                return told({"chats": self._page(query)})
            case ["chats", _, "workflow-runs"]:
                return told({"workflowRuns": []})
            case ["chats", chat, "messages"]:
                return self._history(chat)
            case ["chats", chat, "events"]:
                return Streamed(_no_title(chat), _EVENTS)
            case ["chats", chat, "messages", "stream"]:
                return Streamed(self._stream(chat, courses[asked["content"]]), _EVENTS)
            case _:
                raise LookupError(path)

    def _page(self, query: str) -> list[dict[str, Any]]:
        wanted = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
        start = int(wanted.get("offset", 0))
        rows = self._world.sessions[start : start + int(wanted.get("limit", 100))]
        return [_chat(*each) for each in rows]

    def _history(self, chat: str) -> Whole:
        if not self._world.knows(chat):
            raise LookupError(chat)
        messages = [told for each in self._world.history(chat) for told in _messages(each)]
        answer = told({"messages": messages})
        self._traffic.note_history(chat, len(answer.body))
        return answer

    async def _stream(self, chat: str, course: Course) -> AsyncIterator[bytes]:
        if not self._world.knows(chat):
            self._world.create(chat)
        name = course.plan.name
        question = _message(f"{name}-q", "user", name, datetime.now(UTC))
        yield _event({"type": "user_message", "message": question})
        async for token in course.tokens():
            yield _event({"type": "token", "token": token})
        self._world.store(chat, course.plan.name, course.text)
        _, answer = _messages(self._world.history(chat)[-1])
        yield _event({"type": "complete", "message": {"sources": [], **answer}, "chatId": chat})


async def _no_title(chat: str) -> AsyncIterator[bytes]:
    yield _event({"type": "timeout", "chatId": chat})


def _chat(chat: str, at: datetime) -> dict[str, Any]:
    return {"id": chat, "title": f"Chat {chat[-6:]}", "updatedAt": wire_time(at)}


def _messages(exchange: Exchange) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        _message(f"{exchange.id}-q", "user", exchange.question, exchange.at),
        _message(f"{exchange.id}-a", "assistant", exchange.answer, exchange.at),
    )


def _message(message: str, role: str, content: str, at: datetime) -> dict[str, Any]:
    return {"id": message, "role": role, "content": content, "createdAt": wire_time(at)}


def _event(event: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % json.dumps(event, ensure_ascii=False).encode()
