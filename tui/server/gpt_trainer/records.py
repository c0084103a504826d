"""Records of the GPT-trainer API: bots, sessions and exchanges.

Source: the vendor's API reference; `meta_json`, `cite_data_json` and `error_message` are what its
SDK and other clients rely on.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from tui.server.demo import Chatbot, Edition
from tui.server.scripted.world import Chat, Review, ScriptedExchange, ScriptedSource

_CHARS_PER_TOKEN = 4
_MODEL = "lantern-large"
_TEMPERATURE = 0.2


def time_text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def exact_time_text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def chatbot_record(chatbot: Chatbot, now: datetime, edition: Edition) -> dict[str, object]:
    created_at = now - timedelta(days=chatbot.age_days)
    return {
        "uuid": chatbot.id,
        "name": chatbot.name,
        "created_at": time_text(created_at),
        "modified_at": time_text(created_at + timedelta(days=chatbot.age_days // 2)),
        "meta": _chatbot_meta(chatbot, edition),
    }


def _chatbot_meta(chatbot: Chatbot, edition: Edition) -> dict[str, object]:
    meta: dict[str, object] = {"visibility": "public" if chatbot.public else "private"}
    if chatbot.rate_limit:
        meta["rate_limit"] = list(chatbot.rate_limit)
        meta["rate_limit_message"] = "Too many messages. Please take a breath."
    if edition is Edition.CHATWIZE_2023:
        model = {"model": _MODEL, "prompt": chatbot.purpose, "temperature": _TEMPERATURE}
        return {**meta, "show_citation": chatbot.citations, **model}
    return {**meta, "show_citations": chatbot.citations}


def agent_record(chatbot: Chatbot, now: datetime) -> dict[str, object]:
    return {
        "uuid": chatbot.id[::-1],
        "name": f"{chatbot.name}: first hand",
        "type": "user-facing",
        "description": chatbot.purpose,
        "enabled": True,
        "created_at": time_text(now - timedelta(days=chatbot.age_days)),
        "modified_at": time_text(now - timedelta(days=chatbot.age_days // 2)),
        "meta": {"model": _MODEL, "temperature": _TEMPERATURE},
    }


def session_record(chat: Chat, *, with_person: bool) -> dict[str, object]:
    """Return the record of a session; `with_person` says who it is held with, where known."""
    record: dict[str, object] = {
        "uuid": chat.id,
        "created_at": time_text(chat.created_at),
        "modified_at": time_text(chat.active_at),
    }
    if with_person and (person := chat.person) is not None:
        meta = {"auth_data": person.auth_data, "ip_address": person.ip_address}
        record["meta"] = {"user": dict(person.lead) or None, **meta}
    return record


def message_record(exchange: ScriptedExchange) -> dict[str, object]:
    """Return the one record of a question and its answer."""
    review = exchange.review
    return {
        "uuid": exchange.answer_id,
        "query": exchange.question,
        "response": exchange.answer,
        "created_at": exact_time_text(exchange.asked_at),
        "modified_at": exact_time_text(exchange.answered_at or exchange.asked_at),
        "finish_reason": _finish_reason(exchange),
        "error_message": exchange.error or None,
        "cite_data_json": json.dumps(_cite_data(exchange.sources), ensure_ascii=False),
        "meta_json": json.dumps(_meta(exchange), ensure_ascii=False),
        "background_pending_tasks": [],
        "labels": [{"name": label} for label in review.labels],
        "detected_frustrations": review.frustration or None,
        "feedback_json": _feedback(review),
    }


def _finish_reason(exchange: ScriptedExchange) -> str:
    if exchange.answered_at is None or exchange.error:
        return ""
    return "length" if exchange.review.is_cut else "stop"


def _feedback(review: Review) -> str | None:
    if review.thumb is None:
        return None
    return json.dumps({"type": review.thumb, "comment": review.comment}, ensure_ascii=False)


def _cite_data(sources: tuple[ScriptedSource, ...]) -> dict[str, object]:
    return {
        source.marker: {
            "data_source_uuid": f"{position:032x}",
            "title": source.title,
            "text": source.text,
            "file_name": source.file_name or source.url,
            "type": "link" if source.url else "upload",
            **({"reference_source_link": source.url} if source.url else {}),
        }
        for position, source in enumerate(sources, start=1)
    }


def _meta(exchange: ScriptedExchange) -> dict[str, object]:
    size_chars = len(exchange.question) + len(exchange.answer)
    called = [
        {"name": tool.name, "content": json.dumps(tool.result, ensure_ascii=False)}
        for tool in exchange.tools
    ]
    return {
        "actual_token_distribution": {"total_tokens": size_chars // _CHARS_PER_TOKEN},
        "functions_called": called or None,
    }


def plain_text(chat: Chat) -> str:
    """Return the whole session as a transcript for people."""
    turns = (
        f"User: {exchange.question}\nAssistant: {exchange.answer}" for exchange in chat.exchanges
    )
    return "\n\n".join(turns)
