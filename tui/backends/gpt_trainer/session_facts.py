"""Operator's facts of a session, from its record at a host of the GPT-trainer family.

Personal data comes with it. What names an address in the network is dropped here, where it is
read: nothing behind ever holds one.

Source: `meta.user` and `meta.auth_data` as the vendor's web application shows them.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator

from tui.backends.json_reading import Object, embedded, embedded_or_text
from tui.facts import SessionFacts
from tui.safe_text import JsonValue, SafeText, clean_json, clean_line

MAX_FIELDS = 40
MAX_KEY_CHARS = 60
MAX_VALUE_CHARS = 300
MAX_AUTH_CHARS = 10_000
_MAX_AUTH_DEPTH = 16
_NOBODY = SessionFacts()

_PAIR_KEYS = ("key", "name", "label", "field", "title")
_ADDRESS_KEY = re.compile(
    r"(?:^|[^a-z])ips?(?:v?[46])?(?:$|[^a-z])|ip_?addr|(?:remote|client|peer)_?(?:ip|addr)", re.I
)
# what may be one: digits and dots, or hex digits with two colons at least
_ADDRESS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)|(?<![\w:.])[\da-f]*:[\da-f:.]*:[\da-f.]*(?!\w)",
    re.I,
)


def session_facts(record: Object) -> SessionFacts:
    """Return what the record of a session tells an operator of who stands behind it."""
    meta = embedded(record, "meta")
    fields: Object = meta if isinstance(meta, dict) else {}
    user = embedded_or_text(fields, "user") or embedded_or_text(record, "user")
    told = embedded_or_text(fields, "auth_data") or embedded_or_text(record, "auth_data")
    # most sessions are nobody's
    return SessionFacts(_lead(user), _auth_data(told)) if user or told else _NOBODY


def _lead(user: object) -> tuple[tuple[SafeText, SafeText], ...]:
    """Return the fields of a lead form, told as an object or as a list of pairs."""
    if not user:
        return ()
    lead: dict[SafeText, SafeText] = {}
    for key, value in _pairs(without_addresses(user)):
        name, line = clean_line(key, MAX_KEY_CHARS), clean_line(_text(value), MAX_VALUE_CHARS)
        # in a list of pairs the name of a field is no key
        if name and line and not _is_address_key(name):
            lead.setdefault(name, line)
        if len(lead) == MAX_FIELDS:
            break
    return tuple(lead.items())


def _pairs(user: object) -> Iterator[tuple[str, object]]:
    match user:
        case dict():
            yield from user.items()
        case list():
            for entry in user:
                if isinstance(entry, dict):
                    name = next((entry[key] for key in _PAIR_KEYS if entry.get(key)), None)
                    if isinstance(name, str):
                        yield name, entry.get("value")
        case _:
            pass


def _text(value: object) -> str:
    if value in (None, [], {}):
        return ""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case _:
            return json.dumps(clean_json(value), ensure_ascii=False)


def _auth_data(told: object) -> JsonValue:
    if not told:
        return None
    value = clean_json(without_addresses(told), _MAX_AUTH_DEPTH)
    if value in ("", [], {}):
        return None
    size_chars = len(json.dumps(value, ensure_ascii=False))
    return value if size_chars <= MAX_AUTH_CHARS else f"{size_chars:,} characters, too many to keep"


def without_addresses(value: object) -> object:
    """Return decoded JSON without the fields that hold an IP address, and without any in texts."""
    match value:
        case dict():
            return {
                _without_address(key): without_addresses(inner)
                for key, inner in value.items()
                if not _is_address_key(key)
            }
        case list():
            return [without_addresses(inner) for inner in value]
        case str():
            return _without_address(value)
        case _:
            return value


def _is_address_key(key: str) -> bool:
    folded = key.lower()
    if "ip" not in folded and "addr" not in folded:
        return False
    # camel case is told apart like words
    return _ADDRESS_KEY.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key)) is not None


def _without_address(text: str) -> str:
    has_marks = text.count(".") > 2 or text.count(":") > 1
    return _ADDRESS.sub(_dropped, text) if has_marks else text


def _dropped(candidate: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(candidate[0].rstrip("."))
    except ValueError:
        return candidate[0]
    return "…"
