"""Cookies of a sign-in, sent back byte for byte to the server that set them.

Source: RFC 6265 for the attributes; what servers behind tunnels set as seen on the wire.
"""

from __future__ import annotations

from collections.abc import Iterable

MAX_COOKIE_BYTES = 8_000
"""Longest field that is sent back; servers refuse longer ones."""


def cookie_field(set_cookies: Iterable[str], before: str = "") -> str:
    """Return the `Cookie` field that sends `set_cookies` back, empty for none.

    Of those of one name the last counts, and those `before` that are not set again are kept. One
    that is ended, empty or beyond `MAX_COOKIE_BYTES` in all is not sent. They go to the server that
    set them and nowhere else: domains, paths and `Secure`, which are wrong behind a tunnel, say
    nothing more.
    """
    by_name = {pair.partition("=")[0]: pair for pair in before.split("; ") if pair}
    for field in set_cookies:
        pair, *words = (each.strip() for each in field.split(";"))
        name, _, value = pair.partition("=")
        attributes = {
            key.strip().lower(): text.strip() for key, _, text in (w.partition("=") for w in words)
        }
        if name and value and not _is_ended(attributes):
            by_name[name] = pair
        else:
            by_name.pop(name, None)
    pairs: list[str] = []
    room_bytes = MAX_COOKIE_BYTES
    for pair in by_name.values():
        size_bytes = len(pair) + 2
        if size_bytes <= room_bytes and pair.isascii() and pair.isprintable():
            room_bytes -= size_bytes
            pairs.append(pair)
    return "; ".join(pairs)


def _is_ended(attributes: dict[str, str]) -> bool:
    age = attributes.get("max-age", "")
    return age.startswith("-") or (age != "" and age.strip("0") == "")
