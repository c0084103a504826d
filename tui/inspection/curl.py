"""Request as a command of `curl`, with a variable of the shell in the place of each secret."""

from __future__ import annotations

import shlex
from urllib.parse import urlsplit

from tui.tapes.wire import Asked


def curl_of(asked: Asked, base_url: str, proof: str) -> str:
    """Return the command that sends a request to the host of `base_url` once more.

    `proof` is the field that proves who asks, as `Capabilities` tells it; without one there is
    none. Of a question it asks again: a server stores and answers it twice.
    """
    parts = urlsplit(base_url)
    lines = [f"curl --no-buffer {shlex.quote(f'{parts.scheme}://{parts.netloc}{asked.path}')}"]
    if asked.method != ("POST" if asked.body else "GET"):
        lines.append(f"--request {shlex.quote(asked.method)}")
    if proof:
        # in double quotes the shell puts in what the variable holds
        lines.append(f'--header "{proof}"')
    if asked.body:
        lines.append("--header 'content-type: application/json'")
        lines.append(f"--data-raw {shlex.quote(asked.body.decode('utf-8', 'replace'))}")
    return " \\\n  ".join(lines)
