"""Histories that a host of the GPT-trainer family writes out as plain text.

Source: the vendor's API reference; a text inside JSON as seen on the wire.
"""

from __future__ import annotations

from functools import partial

from tui.backends.base import PlainTexts
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.gpt_trainer.newer_calls import has_session, newer_call
from tui.backends.http.error_body import ErrorBody
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import message_text, path, senseless
from tui.backends.offers import Offer
from tui.errors import ServerFailed
from tui.safe_text import SafeText


class GptTrainerPlainTexts(PlainTexts):
    def __init__(self, calls: KeyedCalls) -> None:
        self.offer = Offer("This host cannot export sessions as plain text.")
        self._calls = calls

    async def plain_text(self, session_id: str) -> SafeText:
        received = await newer_call(
            self._calls,
            self.offer,
            path("session", session_id, "messages", "plain-text"),
            partial(has_session, self._calls, session_id),
            method="GET",
            accept="text/plain, */*",
        )
        with received.credentials.veil():
            text = transcript(received.content.decode("utf-8-sig", "replace"))
        return message_text(text)[0]


def transcript(content: str) -> str:
    """Return the history that a host wrote out, as text or as a JSON text.

    Raises:
        ServerFailed: it is a web page, or an error.
    """
    if content.lstrip()[:20].lower().startswith(("<!doctype", "<html")):
        raise senseless("a web page, not a text")
    try:
        value = decode_json(content)
    except ValueError:
        return content
    if isinstance(value, dict) and value.get("error"):
        words = ErrorBody.of(value, 500).words.rstrip(".") or "it does not say why"
        raise ServerFailed(f"The server did not export the session: {words}.")
    return value if isinstance(value, str) else content
