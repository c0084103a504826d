"""HTTP client of a test for a server on this machine.

It knows no certificates: to read them takes longer than most tests.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping

import httpx

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For `verify` of a single call."""


def plain_client(base_url: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """Return a client that goes there alone, whatever the environment says of proxies."""
    return httpx.Client(base_url=base_url, headers=headers, trust_env=False, verify=PLAIN)
