"""Base URLs as people paste them."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import httpx

from tui.errors import BadInput
from tui.safe_text import clean_line

_API_TAIL = re.compile(r"(/api(/v1)?)?/*$", re.I)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.I)
_MAX_CHARS = 2_000
_HINT = "Give base_url as in https://app.example.com or http://localhost:3026."


def normalise_base_url(text: str) -> str:
    """Return scheme, host, port and path prefix without `/api`, `/api/v1` or a final slash.

    Without a scheme a loopback address means http and any other https.

    Raises:
        BadInput: it is no address of a server, or it holds more than that.
    """
    text = text.strip()
    if not text:
        raise BadInput("The address of the server is empty.", hint=_HINT)
    if "@" in text:
        # not repeated in the sentence: what stands before the @ is likely a password
        raise BadInput(
            "The address of the server must not contain a user name or password.", hint=_HINT
        )
    if not text.isprintable() or " " in text or len(text) > _MAX_CHARS:
        # the parser below would drop some of these without a word
        raise _no_address(text)
    scheme, rest = _split_scheme(text)
    if "?" in rest or "#" in rest:
        raise BadInput(
            f"The address {_shown(text)} goes on after its path with ? or #.", hint=_HINT
        )
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "", parts.port
        scheme = scheme or ("http" if is_loopback(host) else "https")
        shown_host = f"[{host}]" if ":" in host else host
        netloc = shown_host if port is None else f"{shown_host}:{port}"
        prefix = _API_TAIL.sub("", re.sub("/+", "/", parts.path))
        is_named = httpx.URL(f"{scheme}://{netloc}{prefix}").host != ""
    except (ValueError, httpx.InvalidURL):
        raise _no_address(text) from None
    if not is_named or re.search(r"[\\<>\"'`{}|^%,;]", netloc):
        raise _no_address(text)
    return f"{scheme}://{netloc}{prefix}"


def is_exposed(base_url: str) -> bool:
    """Say whether what is sent to `base_url` can be read on its way to another machine."""
    url = httpx.URL(base_url)
    return url.scheme == "http" and not is_loopback(url.host)


def is_loopback(host: str) -> bool:
    """Say whether `host` is this machine by its name or number."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    return number.is_loopback or number.is_unspecified


def _split_scheme(text: str) -> tuple[str, str]:
    scheme, mark, rest = text.partition("://")
    if mark and scheme.lower() in {"http", "https"}:
        return scheme.lower(), rest
    if mark or _OTHER_SCHEME.match(text):
        raise BadInput(f"The address {_shown(text)} is not one of http or https.", hint=_HINT)
    return "", text


def _no_address(text: str) -> BadInput:
    return BadInput(f"{_shown(text)} is not the address of a server.", hint=_HINT)


def _shown(text: str) -> str:
    return f"“{clean_line(text, 100)}”"
