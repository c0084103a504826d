"""Documented dialect of HardWire, as its documentation describes it.

Source: HardWire's documentation, but where a comment says otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

from tui.safe_text import JsonValue
from tui.server.hardwire.dialect import LLM_REQUEST_FAILED, Event, Refusal, snippet
from tui.server.hardwire.runs import documented_events
from tui.server.scripted.workflow_runs import WorkflowRun
from tui.server.scripted.world import Chat, ScriptedExchange


class DocumentedWire:
    """Answers wrapped in `data`, tools told as they run."""

    deleted_status = 204
    deleted_body: JsonValue = None
    has_tools = True

    def wrap(self, value: object) -> object:
        return {"data": value}

    def refusal(self, refusal: Refusal, request_id: str) -> Event:
        return {"error": refusal.code, "message": refusal.sentence}

    def page(self, chats: Sequence[Chat], limit: int | None, offset: int) -> Event:
        newest_first = sorted(chats, key=lambda chat: chat.active_at, reverse=True)
        rows = newest_first[offset:] if limit is None else newest_first[offset : offset + limit]
        return {"chats": [self._chat(chat) for chat in rows], "total": len(chats)}

    def _chat(self, chat: Chat) -> Event:
        # title and snippet are not in the documents: without them a list has nothing to show
        return {
            "id": chat.id,
            "userId": chat.owner,
            "title": chat.title,
            **snippet(chat),
            "createdAt": _time_text(chat.created_at),
            "updatedAt": _time_text(chat.active_at),
        }

    def messages(self, chat: Chat) -> list[Event]:
        return [message for exchange in chat.exchanges for message in self._pair(chat, exchange)]

    def _pair(self, chat: Chat, exchange: ScriptedExchange) -> list[Event]:
        question = self._message(
            chat, exchange.question_id, "user", exchange.question, exchange.asked_at
        )
        if exchange.answered_at is None or exchange.error:
            return [question]
        return [question, self._answer(chat, exchange)]

    def _answer(self, chat: Chat, exchange: ScriptedExchange) -> Event:
        answered_at = exchange.answered_at or exchange.asked_at
        return self._message(chat, exchange.answer_id, "assistant", exchange.answer, answered_at)

    def _message(self, chat: Chat, id_: str, role: str, content: str, created: datetime) -> Event:
        return {
            "id": id_,
            "chatId": chat.id,
            "role": role,
            "content": content,
            "createdAt": _time_text(created),
        }

    def preference(self, user_id: str, model_id: str | None) -> Event:
        return {"userId": user_id, "modelId": model_id}

    def preference_set(self, user_id: str, model_id: str) -> Event:
        return self.preference(user_id, model_id)

    def workflows(self, records: list[Event]) -> object:
        return records

    def run_begun(self, chat: Chat, exchange: ScriptedExchange, run_id: str) -> Event:
        # the documents do not say how a run is told from an answer: this is our way
        (question,) = self._pair(chat, exchange)
        return {**question, "response": None, "workflowRunId": run_id}

    def run_events(self, run: WorkflowRun, left: asyncio.Event) -> AsyncGenerator[Event, None]:
        return documented_events(run, left)

    def sent(self, chat: Chat, exchange: ScriptedExchange, request_id: str) -> Event:
        if exchange.error:
            raise Refusal(500, LLM_REQUEST_FAILED, exchange.error)
        question, answer = self._pair(chat, exchange)
        return {**question, "response": answer}

    def started(self, exchange: ScriptedExchange) -> Event:
        return {"type": "start", "messageId": exchange.answer_id}

    def said(self, token: str) -> list[Event]:
        return [{"type": "content", "delta": token}]

    def completed(self, chat: Chat, exchange: ScriptedExchange) -> Event:
        return {"type": "end", "messageId": exchange.answer_id}

    def failure(self, sentence: str) -> Event:
        return {"error": LLM_REQUEST_FAILED, "message": sentence}

    def failed(self, chat: Chat, sentence: str, request_id: str) -> Event:
        return {"type": "error", **self.failure(sentence)}


def _time_text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
