"""Redirect targets, as a person may be told of them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tui.formatting.masking import MASK
from tui.safe_text import clean_line

_MAX_CHARS = 200
_NOWHERE = "an address that is none"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,20}", re.I)


def goal_of(location: str, origin: str) -> str:
    """Return where an answer of `origin` sends us, without what may prove who somebody is.

    Names, passwords, queries and fragments are left out; what is no web address is told by its
    scheme.
    """
    try:
        parts = urlsplit(location.strip())
        port = parts.port
    except ValueError:
        return _NOWHERE
    host, path = parts.hostname or "", parts.path
    if parts.scheme and parts.scheme not in {"http", "https"}:
        is_scheme = _SCHEME.fullmatch(parts.scheme) is not None
        return f"an address that begins with {parts.scheme}:" if is_scheme else _NOWHERE
    if host:
        scheme = parts.scheme or origin.partition(":")[0]
        shown_host = f"[{host}]" if ":" in host else _in_ascii(host)
        origin = f"{scheme}://{shown_host}" + (f":{port}" if port is not None else "")
    elif not path or parts.scheme or parts.netloc:
        return _NOWHERE
    gap = "/" if path and not path.startswith("/") else ""
    return clean_line(f"{origin}{gap}{path}", _MAX_CHARS)


def _in_ascii(host: str) -> str:
    """Return a name as it is looked up: letters of other scripts look like those of a known one."""
    if MASK in host:
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
