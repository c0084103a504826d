"""Description of the GPT-trainer API for faults."""

from __future__ import annotations

import re

from tui.server.scripted.scripts import Script, script_for

_SEND = re.compile(r"/session/([^/]+)/message/(?:stream|non-stream)")
_HISTORY = re.compile(r"/session/([^/]+)/messages")


class GptTrainerDescription:
    """Streams raw text. Follows `tui.server.faults.api.ApiDescription`."""

    streams_events = False

    def asked_chat(self, method: str, path: str) -> str:
        match = _SEND.fullmatch(path) if method == "POST" else None
        return match[1] if match else ""

    def read_chat(self, method: str, path: str) -> str:
        match = _HISTORY.fullmatch(path) if method == "GET" else None
        return match[1] if match else ""

    def script_for(self, question: str) -> Script:
        return script_for(question)

    def error_body(self, status: int, code: str, sentence: str) -> object:
        return {"error": sentence}

    def failure_body(self, sentence: str) -> object:
        return {"error": sentence}
