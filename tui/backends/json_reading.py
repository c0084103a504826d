"""Tolerant reading of decoded JSON: what has a wrong shape is empty or fails in words."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Protocol, TypeVar
from urllib.parse import quote, unquote, urlsplit

from tui.backends.base import MAX_ROWS
from tui.backends.json_decoding import decode_json
from tui.errors import NotFound, ServerFailed
from tui.model import LONG_AGO, OWN_ID_START, Message, NotePart, Role, Session, newest_first
from tui.safe_text import SafeText, clean, clean_line, sendable

MAX_ID_CHARS = 200
_SHOWN_ID_CHARS = 40
MAX_MESSAGE_CHARS = 16_000_000
"""Longest text of one message that is kept."""
MANY_ROWS = 1_000
"""From so many on, reading them would keep a key waiting."""
OLDER_LEFT_OUT_ID = f"{OWN_ID_START}older-left-out"
"""Id of the note on top of a history that was too long."""

Object = Mapping[str, object]
T = TypeVar("T")
M = TypeVar("M")


class Identified(Protocol):
    """What is listed, and known by an id of the server's."""

    @property
    def id(self) -> str: ...


Listed = TypeVar("Listed", bound=Identified)

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*(Z|[+-]\d\d:?\d\d)?", re.I
)
# in any zone, and a day on, these are still times; beyond them is what programs write for "never"
_EARLIEST, _LATEST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


def encode_json(value: object) -> bytes:
    """Return compact UTF-8 JSON; lone surrogates go out as U+FFFD."""
    return sendable(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode()


def senseless(what: str) -> ServerFailed:
    """Return the error for an answer of a shape nobody can use."""
    return ServerFailed(
        f"Runnel could not read what the server sent: {what}.",
        hint="Check that base_url is the address of this API.",
    )


def as_object(value: object) -> Object:
    """Return `value` if it is a JSON object.

    Raises:
        ServerFailed: it is not.
    """
    if isinstance(value, dict):
        return value
    raise senseless(f"an object was expected, not {_kind(value)}")


def as_list(value: object) -> list[object]:
    """Return `value` if it is a JSON array.

    Raises:
        ServerFailed: it is not; the sentence holds the server's own words if there are any.
    """
    if isinstance(value, list):
        return value
    words = text_at(value, "error") or text_at(value, "message") if isinstance(value, dict) else ""
    quoted = f", which says: {clean_line(words, 200)}" if words else ""
    raise senseless(f"a list was expected, not {_kind(value)}{quoted}")


def objects(values: Iterable[object]) -> list[Object]:
    """Return the JSON objects among `values`."""
    return [value for value in values if isinstance(value, dict)]


def object_at(mapping: Object, key: str) -> Object:
    """Return the object at `key`, empty when there is none."""
    value = mapping.get(key)
    return value if isinstance(value, dict) else {}


def list_at(mapping: Object, key: str) -> list[object]:
    """Return the array at `key`, empty when there is none."""
    value = mapping.get(key)
    return value if isinstance(value, list) else []


def text_at(mapping: Object, key: str) -> str:
    """Return the text at `key` as received, empty when there is none."""
    value = mapping.get(key)
    return value if isinstance(value, str) else ""


def line_at(mapping: Object, key: str) -> SafeText:
    """Return the text at `key` on one safe line, empty when there is none."""
    return clean_line(text_at(mapping, key))


def id_at(mapping: Object, key: str) -> str:
    """Return the id at `key`, empty when there is none or it is not fit to be shown."""
    value = mapping.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > MAX_ID_CHARS:
        return ""
    return value if clean_line(value) == value else ""


def time_at(mapping: Object, key: str) -> datetime | None:
    """Return the aware UTC time at `key`, `None` when there is none that can be read."""
    return parse_time(mapping.get(key))


def parse_time(value: object) -> datetime | None:
    """Return an ISO 8601 time as aware UTC: any number of fraction digits, no zone means UTC.

    `None` for what is no time, or so near to the first or the last one there is that it could not
    be told in another zone.
    """
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    day, time_of_day, fraction, zone = match.groups()
    micros = (fraction or "").ljust(6, "0")[:6]
    offset = "+00:00" if zone is None or zone in "Zz" else zone
    seconds = time_of_day if time_of_day.count(":") == 2 else f"{time_of_day}:00"
    try:
        moment = datetime.fromisoformat(f"{day}T{seconds}.{micros}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST <= moment < _LATEST else None


def embedded(mapping: Object, key: str) -> object:
    """Return JSON kept in a text, or already decoded by the server; `None` when it is broken."""
    value = embedded_or_text(mapping, key)
    return None if isinstance(value, str) else value


def embedded_or_text(mapping: Object, key: str) -> object:
    """Return what `embedded` does, and a text that was not meant to be JSON as it is."""
    value = mapping.get(key)
    # some hosts wrap it twice: an empty text then comes as '""'
    for _ in range(2):
        if not isinstance(value, str):
            break
        text = value
        try:
            value = decode_json(text)
        except ValueError:
            return None if text.lstrip().startswith(("{", "[", '"')) else text
    return value


async def made_of(rows: Sequence[T], make: Callable[[Sequence[T]], list[M]]) -> list[M]:
    """Return `make(rows)`; many rows are read beside the loop, which goes on meanwhile."""
    if len(rows) < MANY_ROWS:
        return make(rows)
    return await asyncio.to_thread(make, rows)


def tells_failure(result: object) -> bool:
    """Say whether a tool's result is a failure in the ways that tools commonly tell one."""
    if not isinstance(result, dict):
        return False
    return bool(result.get("error")) or result.get("success") is False or result.get("ok") is False


def session_list(sessions: Iterable[Session]) -> list[Session]:
    """Return the `MAX_ROWS` sessions that changed last, as `newest_first` does, none twice."""
    return once_each(newest_first(sessions))[:MAX_ROWS]


def once_each(items: Iterable[Listed]) -> list[Listed]:
    """Return `items` without those whose id one before them has already."""
    by_id: dict[str, Listed] = {}
    for item in items:
        by_id.setdefault(item.id, item)
    return list(by_id.values())


def message_text(text: str) -> tuple[SafeText, NotePart | None]:
    """Return the text of a message, safe to draw, and a note when it had to be cut."""
    cut = len(text) - MAX_MESSAGE_CHARS
    if cut <= 0:
        return clean(text, MAX_MESSAGE_CHARS), None
    note = f"The text is too long to be kept whole: its last {cut:,} characters were cut."
    return clean(text[:MAX_MESSAGE_CHARS], MAX_MESSAGE_CHARS), NotePart(SafeText(note))


def oldest_first(items: Sequence[T], time_of: Callable[[T], datetime | None]) -> list[T]:
    """Return `items` by their times, in whatever order they came.

    One without a time stays behind the one before it. Those of one time keep their order, unless
    the newest came first.
    """
    times = [moment for item in items if (moment := time_of(item))]
    forwards = items[::-1] if times and times[0] > times[-1] else items
    timed: list[tuple[datetime, T]] = []
    before = LONG_AGO
    for item in forwards:
        before = time_of(item) or before
        timed.append((before, item))
    return [item for _, item in sorted(timed, key=itemgetter(0))]


def newest_rows(history: Sequence[Message]) -> list[Message]:
    """Return the newest `MAX_ROWS` of a history, oldest first, below a note of what is left out."""
    cut = len(history) - MAX_ROWS
    if cut <= 0:
        return list(history)
    note = NotePart(SafeText(f"The {cut:,} messages before these are left out: they are too many."))
    return [Message(OLDER_LEFT_OUT_ID, Role.SYSTEM, (note,)), *history[cut:]]


def web_address(text: str) -> SafeText:
    """Return `text` if it is a web address, else nothing: no other link is followed."""
    address = clean(text.strip(), 2_000)
    is_web = re.fullmatch(r"https?://\S+", address, re.I) is not None and _names_host(address)
    return address if is_web and len(text) <= 2_000 else SafeText("")


def _names_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def path(*segments: str) -> str:
    """Return a URL path of percent-encoded `segments`.

    Raises:
        NotFound: a segment is empty or dots only, which would name another path, or too long.
    """
    for segment in segments:
        if segment in {"", ".", ".."} or len(segment) > MAX_ID_CHARS:
            raise NotFound(f"“{clean_line(segment, _SHOWN_ID_CHARS)}” is not a valid id.")
    return "/" + "/".join(quote(sendable(segment), safe="") for segment in segments)


def id_behind(segment: str, resource: str) -> str:
    """Return the id behind the first segment of a URL path, empty where that is another."""
    parts = urlsplit(resource).path.split("/", 3)
    return unquote(parts[2]) if len(parts) > 2 and parts[1] == segment else ""


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "a yes or no"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
