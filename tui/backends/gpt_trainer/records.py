"""Message records of the GPT-trainer family: one record per exchange, read into messages.

Source: the vendor's API reference, and what its own SDK and other clients rely on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from itertools import count

from tui.backends.citations import citations_of
from tui.backends.gpt_trainer.message_facts import message_facts
from tui.backends.http.error_body import ErrorBody
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import (
    Object,
    embedded,
    id_at,
    line_at,
    message_text,
    newest_rows,
    objects,
    oldest_first,
    tells_failure,
    text_at,
    time_at,
)
from tui.facts import MessageFacts
from tui.model import (
    LONG_AGO,
    Citation,
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Part,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText, clean_json, clean_line, sendable

NO_ANSWER_YET = NotePart(SafeText("No answer yet. A person may have taken over this session."))
CUT_AT_LIMIT = NotePart(SafeText("The answer was cut at the length limit."))

_QUESTION = "/query"
_UNNAMED = "unnamed-"
_MARKER = re.compile(r"\[([^\[\]\s]{1,40})\]")


def messages_of(
    records: Iterable[object],
    *,
    redact: Callable[[str], str] = str,
    shows_sources: bool | None = None,
) -> list[Message]:
    """Return the messages of a history, oldest first; records without an id get a name of ours.

    What the server says of failures passes `redact`. `shows_sources` says whether the chatbot
    shows its sources; `None` when that is not known.

    A record's uuid names its answer, and with `/query` behind it its question. Of records with the
    same uuid the one that changed last counts.
    """
    by_uuid: dict[str, Object] = {}
    unnamed = count()
    for record in objects(records):
        uuid = id_at(record, "uuid")
        if not uuid and (record.get("query") or record.get("response")):
            uuid = f"{_UNNAMED}{next(unnamed)}"
            record = {**record, "uuid": uuid}
        if uuid and (uuid not in by_uuid or _changed_at(by_uuid[uuid]) <= _changed_at(record)):
            by_uuid[uuid] = record
    in_order = oldest_first([*by_uuid.values()], lambda record: time_at(record, "created_at"))
    exchanges = (_exchange(record, redact, shows_sources) for record in in_order)
    return newest_rows([message for exchange in exchanges for message in exchange])


def exchange_id(message_id: str) -> str:
    """Return the uuid of the record that a message stands in."""
    return message_id.removesuffix(_QUESTION)


def answer_parts(record: Object) -> tuple[Part, ...]:
    """Return the parts of a record's answer: tools, text, citations, notes."""
    text, cut = message_text(text_at(record, "response"))
    parts: list[Part] = [*_tools(embedded(record, "meta_json"))]
    if text:
        parts.append(TextPart(text))
    if citations := _citations(embedded(record, "cite_data_json"), text):
        parts.append(CitationsPart(citations))
    notes = [note for note in (cut, _ending(record)) if note]
    if not (text or notes or trouble_of(record)):
        notes.append(NO_ANSWER_YET)
    return (*parts, *notes)


def trouble_of(record: Object) -> SafeText:
    """Return why a record has no whole answer, empty when the server tells of no failure."""
    trouble = record.get("error_message")
    words = ErrorBody.of(trouble, 500).words
    if words or not trouble or isinstance(trouble, str):
        return words
    return SafeText("The server does not say why it failed.")


def _changed_at(record: Object) -> datetime:
    return time_at(record, "modified_at") or time_at(record, "created_at") or LONG_AGO


def _ending(record: Object) -> NotePart | None:
    """Return a note on an answer that did not end as answers do."""
    reason = line_at(record, "finish_reason")
    match reason.lower():
        case "" | "stop":
            return None
        case "length":
            return CUT_AT_LIMIT
        case _:
            return NotePart(SafeText(f"The answer ended with “{reason}”."))


def _exchange(
    record: Object, redact: Callable[[str], str], shows_sources: bool | None
) -> list[Message]:
    uuid, created_at = id_at(record, "uuid"), time_at(record, "created_at")
    exchange = "" if uuid.startswith(_UNNAMED) else uuid
    # read once, for it may be long
    record = {**record, "meta_json": embedded(record, "meta_json")}
    messages = []
    query, cut = message_text(text_at(record, "query"))
    if query:
        parts = (TextPart(query), cut) if cut else (TextPart(query),)
        raw, facts = sendable(text_at(record, "query")), MessageFacts(exchange)
        question_id = f"{uuid}{_QUESTION}"
        messages.append(Message(question_id, Role.USER, parts, created_at, raw=raw, facts=facts))
    answered = answer_parts(record)
    trouble = SafeText(redact(trouble_of(record)))
    without_source = None
    # words without a question are those of a person, who needs no source
    if shows_sources and query and not trouble and text_at(record, "response"):
        without_source = not any(isinstance(part, CitationsPart) for part in answered)
    facts = message_facts(record, exchange, trouble, without_source)
    answer = Message(uuid, Role.ASSISTANT, answered, created_at, facts=facts)
    if trouble:
        status = MessageStatus.PARTIAL if answer.text else MessageStatus.STORED
        answer = answer.with_status(status, Failure(trouble))
    return [*messages, answer]


def _tools(meta: object) -> list[ToolPart]:
    called = embedded(meta, "functions_called") if isinstance(meta, dict) else None
    calls = called if isinstance(called, list) else []
    usable = [call for call in calls if isinstance(call, dict | str) and call]
    return [_tool(position, call) for position, call in enumerate(usable)]


def _tool(position: int, call: Object | str) -> ToolPart:
    if isinstance(call, str):
        return ToolPart(position, clean_line(call), None, ToolState.DONE)
    content = call.get("content")
    if isinstance(content, str):
        # plain text is a result too
        with suppress(ValueError):
            content = decode_json(content)
    state = ToolState.FAILED if tells_failure(content) else ToolState.DONE
    name = line_at(call, "name") or SafeText("function")
    return ToolPart(position, name, None, state, clean_json(content))


def _citations(entries: object, text: str) -> tuple[Citation, ...]:
    """Return those that `text` refers to in the order of their markers, then the rest."""
    if isinstance(entries, list):
        return citations_of(("", entry) for entry in entries)
    if not isinstance(entries, dict):
        return ()
    by_marker = {clean_line(key): entry for key, entry in entries.items()}
    cited = dict.fromkeys(marker for marker in _MARKER.findall(text) if marker in by_marker)
    rest = [("", entry) for marker, entry in by_marker.items() if marker not in cited]
    return citations_of([*((marker, by_marker[marker]) for marker in cited), *rest])
