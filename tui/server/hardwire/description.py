"""Description of the HardWire API for faults, in either dialect."""

from __future__ import annotations

import re

from tui.server.hardwire.dialect import DialectShapes, Refusal
from tui.server.scripted.scripts import Script, script_for

_SEND = re.compile(r"/chats/([^/]+)/messages(?:/stream)?")
_HISTORY = re.compile(r"/chats/([^/]+)/messages")
_REQUEST_ID = "fault-on-demand"


class HardwireDescription:
    """Streams server-sent events. Follows `tui.server.faults.api.ApiDescription`."""

    streams_events = True

    def __init__(self, wire: DialectShapes) -> None:
        self._wire = wire

    def asked_chat(self, method: str, path: str) -> str:
        match = _SEND.fullmatch(path) if method == "POST" else None
        return match[1] if match else ""

    def read_chat(self, method: str, path: str) -> str:
        match = _HISTORY.fullmatch(path) if method == "GET" else None
        return match[1] if match else ""

    def script_for(self, question: str) -> Script:
        return script_for(question).without_markers()

    def error_body(self, status: int, code: str, sentence: str) -> object:
        return self._wire.refusal(Refusal(status, code, sentence), _REQUEST_ID)

    def failure_body(self, sentence: str) -> object:
        return self._wire.failure(sentence)
