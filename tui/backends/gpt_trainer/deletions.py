"""What a host of the GPT-trainer family answers to a deletion."""

from __future__ import annotations

from tui.backends.http.errors import ErrorBody
from tui.backends.http.exchange import Received
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import line_at, objects
from tui.errors import ServerFailed
from tui.safe_text import SafeText, clean_line

REFUSED_SOME = 422
"""The status of an answer that tells which of several messages were not deleted, and why."""


def refuse_undone(received: Received, what: str) -> None:
    """Let an answer pass that says that `what` was deleted.

    Raises:
        ServerFailed: it says that it was not, with a status of success all the same.
    """
    answer = received.json()
    if not isinstance(answer, dict):
        return
    words = ErrorBody.of(answer, received.status).words if answer.get("error") else SafeText("")
    if words or answer.get("success") is False:
        told = f": {words.rstrip('.')}." if words else "."
        with received.credentials.veil():
            raise ServerFailed(f"The server did not delete {what}{told}", status=received.status)


def refuse_some(received: Received, count: int) -> None:
    """Let an answer pass that does not tell which of `count` messages were left.

    Raises:
        ServerFailed: it does; the sentence says how many and why.
    """
    try:
        value = decode_json(received.content)
    except ValueError:
        return
    left = [each for each in objects(value if isinstance(value, list) else []) if "uuid" in each]
    reasons = dict.fromkeys(reason for each in left if (reason := line_at(each, "error")))
    if left:
        told = f": {clean_line('; '.join(reasons), 200).rstrip('.')}." if reasons else "."
        with received.credentials.veil():
            raise ServerFailed(
                f"The server did not delete {len(left)} of {count} messages{told}",
                hint="Read the session again to see what is left.",
                status=received.status,
            )
