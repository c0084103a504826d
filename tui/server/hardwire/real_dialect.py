"""Real dialect of HardWire, as its server answers.

Source: seen on the wire of a real server.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

from tui.safe_text import JsonValue
from tui.server.hardwire.dialect import LLM_REQUEST_FAILED, Event, Refusal, snippet
from tui.server.hardwire.runs import real_events
from tui.server.scripted.workflow_runs import WorkflowRun
from tui.server.scripted.world import Chat, ScriptedExchange

_SORRY = "The model could not finish this answer."


class RealWire:
    """Answers without a wrapping, tokens, sources, system messages."""

    deleted_status = 200
    deleted_body: JsonValue = {"success": True}
    has_tools = False

    def wrap(self, value: object) -> object:
        return value

    def refusal(self, refusal: Refusal, request_id: str) -> Event:
        body = {
            "message": refusal.sentence,
            "clientMessage": refusal.sentence,
            "code": refusal.code,
            "requestId": request_id,
            "statusCode": refusal.status,
        }
        if refusal.status == 400:
            body |= {"message": "Request validation failed", "error": refusal.sentence}
            body["clientMessage"] = "The request is not valid."
        elif refusal.status >= 500:
            body["clientMessage"] = "Something went wrong."
        return body

    def page(self, chats: Sequence[Chat], limit: int | None, offset: int) -> Event:
        # as at the real server: rows that nobody wrote to fall out after the page is cut, and
        # no new message moves a chat up
        newest_first = sorted(chats, key=lambda chat: chat.created_at, reverse=True)
        rows = newest_first[offset:] if limit is None else newest_first[offset : offset + limit]
        return {"chats": [self._chat(chat) for chat in rows if chat.exchanges]}

    def _chat(self, chat: Chat) -> Event:
        return {
            "id": chat.id,
            "title": chat.title,
            **snippet(chat),
            "updatedAt": _time_text(chat.created_at),
        }

    def messages(self, chat: Chat) -> list[Event]:
        messages: list[Event] = []
        if chat.system and chat.exchanges:
            first = chat.exchanges[0]
            # the id is made from a stable one, for the message itself is stored nowhere
            system_id = f"{first.question_id[:-12]}{chat.id[-12:]}"
            messages.append(_message(system_id, "system", chat.system, chat.created_at))
        for exchange in chat.exchanges:
            messages.append(_question(exchange))
            if exchange.answered_at and not exchange.error:
                messages.append(_answer(exchange))
        return messages

    def preference(self, user_id: str, model_id: str | None) -> Event:
        return {"modelId": model_id}

    def preference_set(self, user_id: str, model_id: str) -> Event:
        return {"success": True, "modelId": model_id}

    def workflows(self, records: list[Event]) -> object:
        return {"workflows": records}

    def run_begun(self, chat: Chat, exchange: ScriptedExchange, run_id: str) -> Event:
        return {
            "userMessage": _question(exchange),
            "assistantMessage": None,
            "chatId": chat.id,
            "workflowRunId": run_id,
        }

    def run_events(self, run: WorkflowRun, left: asyncio.Event) -> AsyncGenerator[Event, None]:
        return real_events(run, left)

    def sent(self, chat: Chat, exchange: ScriptedExchange, request_id: str) -> Event:
        return {
            "userMessage": _question(exchange),
            "assistantMessage": None if exchange.error else _answer(exchange),
            "chatId": chat.id,
            **(self.failure(exchange.error) if exchange.error else {}),
        }

    def started(self, exchange: ScriptedExchange) -> Event:
        return {"type": "user_message", "message": _question(exchange)}

    def said(self, token: str) -> list[Event]:
        return [{"type": "token", "token": half} for half in _cut_in_surrogates(token)]

    def completed(self, chat: Chat, exchange: ScriptedExchange) -> Event:
        message = {"sources": [], **_answer(exchange)}
        return {"type": "complete", "message": message, "chatId": chat.id}

    def failure(self, sentence: str) -> Event:
        return {"error": {"message": sentence, "code": LLM_REQUEST_FAILED}}

    def failed(self, chat: Chat, sentence: str, request_id: str) -> Event:
        error = {
            "message": sentence,
            "clientMessage": _SORRY,
            "code": LLM_REQUEST_FAILED,
            "requestId": request_id,
            "statusCode": 500,
        }
        return {"type": "error", "error": error, "chatId": chat.id}


def _question(exchange: ScriptedExchange) -> Event:
    return _message(exchange.question_id, "user", exchange.question, exchange.asked_at)


def _answer(exchange: ScriptedExchange) -> Event:
    sources = [
        {"url": source.url, "title": source.title, "description": source.text}
        for source in exchange.sources
        if source.url
    ]
    created_at = exchange.answered_at or exchange.asked_at
    message = _message(exchange.answer_id, "assistant", exchange.answer, created_at)
    return {**message, "sources": sources} if sources else message


def _message(id_: str, role: str, content: str, created_at: datetime) -> Event:
    return {
        "id": id_,
        "role": role,
        "content": content,
        "createdAt": _time_text(created_at),
    }


def _time_text(moment: datetime) -> str:
    """Return one to six digits of a second, as many as there are."""
    text = moment.isoformat(timespec="microseconds")
    return re.sub(r"(\.\d+?)0*\+", r"\1+", text)


def _cut_in_surrogates(token: str) -> list[str]:
    """Return `token` cut inside its first character that UTF-16 writes as a pair, if any."""
    units = token.encode("utf-16-le", "surrogatepass")
    pair = re.search("[\U00010000-\U0010ffff]", token)
    if not pair:
        return [token]
    cut = len(token[: pair.start()].encode("utf-16-le", "surrogatepass")) + 2
    return [half.decode("utf-16-le", "surrogatepass") for half in (units[:cut], units[cut:])]
