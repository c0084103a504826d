"""History faults: exchanges late, in other order, with more fields or with less."""

from __future__ import annotations

import asyncio
from typing import Any

from tui.server.faults.endings import SECONDS
from tui.server.faults.fault import (
    Argument,
    Fault,
    Group,
    OnAnswerStored,
    OnQuestionStored,
    RequestedFault,
    RewriteHistory,
    StoredExchange,
)
from tui.values import replace

_UNKNOWN: dict[str, Any] = {
    "x_text": "unknown",
    "x_number": 1.5,
    "x_large": 10**30,
    "x_true": True,
    "x_null": None,
    "x_list": [1, "two", None, {"three": []}],
    "x_object": {"a": {"b": {"c": "\U0001f469\u200d\U0001f4bb"}}},
    "": "without a name",
}
_NEEDED = {"uuid", "query", "response", "id", "role", "content"}


def _show_later(stored: StoredExchange) -> None:
    asyncio.get_running_loop().call_later(stored.requested.number, stored.show, stored.streamed)


def _hide_answer(stored: StoredExchange) -> None:
    stored.show(replace(stored.streamed))


def _reverse(records: list[Any], _: RequestedFault) -> list[Any]:
    return records[::-1]


def _double(records: list[Any], _: RequestedFault) -> list[Any]:
    return [record for record in records for _ in range(2)]


def _with_unknown(records: list[Any], _: RequestedFault) -> list[Any]:
    return [{**_UNKNOWN, **record} for record in records]


def _without_optional(records: list[Any], _: RequestedFault) -> list[Any]:
    """Take away what a client can do without: every second field, the others are null."""
    changed = []
    for record in records:
        optional = [key for key in record if key not in _NEEDED]
        needed = {key: value for key, value in record.items() if key in _NEEDED}
        changed.append({**needed, **dict.fromkeys(optional[::2])})
    return changed


HISTORIES = (
    Fault(
        name="late",
        summary="The history shows the exchange only that long after the answer ended.",
        seen="the whole answer, as if nothing had happened; “checking” meanwhile",
        group=Group.HISTORY,
        arguments=(Argument("SECONDS", "5", SECONDS),),
        effects=(OnQuestionStored(StoredExchange.hide), OnAnswerStored(_show_later)),
    ),
    Fault(
        name="late-answer",
        summary="The history shows the question at once, the answer only after that long.",
        seen="the whole answer, as if nothing had happened; “checking” meanwhile",
        group=Group.HISTORY,
        arguments=(Argument("SECONDS", "5", SECONDS),),
        effects=(OnQuestionStored(_hide_answer), OnAnswerStored(_show_later)),
    ),
    Fault(
        name="reversed",
        summary="The history of this session comes newest first from now on.",
        seen="the whole answer",
        group=Group.HISTORY,
        effects=(RewriteHistory(_reverse),),
    ),
    Fault(
        name="extra",
        summary="The records of this session have unknown fields of every type from now on.",
        seen="the whole answer",
        group=Group.HISTORY,
        effects=(RewriteHistory(_with_unknown),),
    ),
    Fault(
        name="missing",
        summary="The records of this session lack optional fields, or have null, from now on.",
        seen="the whole answer",
        group=Group.HISTORY,
        effects=(RewriteHistory(_without_optional),),
    ),
    Fault(
        name="duplicate",
        summary="Every record of this session comes twice from now on.",
        seen="the whole answer",
        group=Group.HISTORY,
        effects=(RewriteHistory(_double),),
    ),
)
