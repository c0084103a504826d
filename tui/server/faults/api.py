"""API descriptions: all that faults must know of the API whose answers they spoil."""

from __future__ import annotations

from typing import Protocol

from tui.server.scripted.scripts import Script


class ApiDescription(Protocol):
    """One API in one dialect; paths are those below the place of the API."""

    streams_events: bool
    """It streams server-sent events; else raw text, in which no failure can be told."""

    def asked_chat(self, method: str, path: str) -> str:
        """Return the id of the chat that a call puts a question to, empty for any other call."""

    def read_chat(self, method: str, path: str) -> str:
        """Return the id of the chat whose history a call reads, empty for any other call."""

    def script_for(self, question: str) -> Script:
        """Return the answer to a question."""

    def error_body(self, status: int, code: str, sentence: str) -> object:
        """Return the JSON that goes with an error status."""

    def failure_body(self, sentence: str) -> object:
        """Return the JSON of an answer that failed behind a status of success."""
