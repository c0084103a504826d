"""Dialects of HardWire: what both share, and the protocol each follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from tui.safe_text import JsonValue
from tui.server.scripted.scripts import Call, Return
from tui.server.scripted.workflow_runs import WorkflowRun
from tui.server.scripted.world import Chat, ScriptedExchange

Event = dict[str, object]

LLM_REQUEST_FAILED = "LLM_REQUEST_FAILED"


class Refusal(Exception):
    """A call that is answered with an error status."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


class DialectShapes(Protocol):
    """The shapes of one dialect."""

    deleted_status: int
    deleted_body: JsonValue
    has_tools: bool

    def wrap(self, value: object) -> object: ...
    def refusal(self, refusal: Refusal, request_id: str) -> Event: ...
    def page(self, chats: Sequence[Chat], limit: int | None, offset: int) -> Event: ...
    def messages(self, chat: Chat) -> list[Event]: ...
    def preference(self, user_id: str, model_id: str | None) -> Event: ...
    def preference_set(self, user_id: str, model_id: str) -> Event: ...
    def workflows(self, records: list[Event]) -> object: ...
    def run_begun(self, chat: Chat, exchange: ScriptedExchange, run_id: str) -> Event: ...
    def run_events(self, run: WorkflowRun, left: asyncio.Event) -> AsyncGenerator[Event, None]: ...
    def sent(self, chat: Chat, exchange: ScriptedExchange, request_id: str) -> Event: ...
    def started(self, exchange: ScriptedExchange) -> Event: ...
    def said(self, token: str) -> list[Event]: ...
    def completed(self, chat: Chat, exchange: ScriptedExchange) -> Event: ...
    def failure(self, sentence: str) -> Event:
        """Return an answer that failed behind a status of success."""

    def failed(self, chat: Chat, sentence: str, request_id: str) -> Event: ...


def called(call: Call) -> Event:
    return {"type": "tool_call", "toolName": call.name, "toolArgs": call.arguments}


def returned(result: Return) -> Event:
    return {"type": "tool_result", "toolName": result.name, "result": result.result}


def snippet(chat: Chat) -> Event:
    """Return the whole first question under its key, nothing for an empty chat."""
    return {"snippet": chat.exchanges[0].question} if chat.exchanges else {}
