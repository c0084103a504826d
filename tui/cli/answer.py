"""Answer on its way to stdout, as text or as lines of JSON."""

from __future__ import annotations

import sys

from tui.cli.output import narrate, write, write_json
from tui.cli.transcript import tool_call_line, tool_line, value_line
from tui.events import (
    SessionCreated,
    Settled,
    Started,
    TextDelta,
    ToolCalled,
    ToolReturned,
    TurnEvent,
)
from tui.model import Message, MessageStatus, NotePart


class EventLines:
    """Every event as one line of JSON."""

    has_room = True
    """Something else may stand below what was written last."""

    def show(self, event: TurnEvent) -> None:
        # what makes records of values is more to import than all that a plain answer needs
        from tui.formatting.records import event_record

        write_json(event_record(event))


class PlainAnswer:
    """Exactly the text of the answer, as it comes, and a line break."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._tools: list[str] = []
        self._new_session = ""
        """Id of the session made for this question, until it has been told."""

    @property
    def has_room(self) -> bool:
        """Whether something else may stand below what was written last: not within the text."""
        return not (self._pieces and sys.stdout.isatty())

    def show(self, event: TurnEvent) -> None:
        match event:
            case SessionCreated(session):
                self._new_session = session.id
            case Started():
                self._tell_session()
            case TextDelta(text):
                write(text)
                self._pieces.append(text)
            case ToolCalled(_, name, arguments):
                self._tools.append(name)
                self._narrate_tool(tool_call_line(name, arguments))
            case ToolReturned(call, result, failed):
                tool = self._tools[call] if call < len(self._tools) else ""
                state = "failed" if failed else "done"
                self._narrate_tool(f"[{tool}] {state}: {value_line(result)}")
            case Settled(question, answer):
                # of a question that did not get there no server has a session to go on in
                if question.status is not MessageStatus.UNSENT:
                    self._tell_session()
                self._settle(answer)
            case _:
                pass

    def _tell_session(self) -> None:
        if self._new_session:
            narrate(f"session {self._new_session}")
            self._new_session = ""

    def _settle(self, answer: Message) -> None:
        stored: str = answer.text
        written = "".join(self._pieces)
        if not self._tools:
            for tool in answer.tools:
                self._narrate_tool(tool_line(tool))
        if stored.startswith(written):
            write(stored[len(written) :])
        elif stored:
            write("\n")
            narrate("The server stored another text than it sent; this is the stored one:")
            write(stored)
        if stored or written or answer.failure is None:
            write("\n")
        for part in answer.parts:
            if isinstance(part, NotePart):
                narrate(part.text)
        if answer.status is MessageStatus.UNCONFIRMED and answer.failure is None:
            narrate("Not confirmed: the server does not allow reading the history.")

    def _narrate_tool(self, line: str) -> None:
        if not sys.stderr.isatty():
            return
        if sys.stdout.isatty() and self._pieces and not self._pieces[-1].endswith("\n"):
            # both are the same screen, and the text stands in the middle of a line
            line = f"\n{line}"
        narrate(line)
