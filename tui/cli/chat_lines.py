"""Lines of a chat in a plain terminal: each begins with who speaks, and none is written over."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from tui.cli.output import write
from tui.cli.transcript import source_line, value_line
from tui.events import Settled, TextDelta, ToolCalled, ToolReturned, TurnEvent
from tui.formatting.readable import ReadableText, readable, wrapped
from tui.model import (
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)

LABELS = {Role.USER: "You: ", Role.ASSISTANT: "Bot: ", Role.SYSTEM: "Note: "}
_TOOL_ENDS = {
    ToolState.DONE: "done",
    ToolState.FAILED: "failed",
    ToolState.RUNNING: "running",
    ToolState.UNANSWERED: "no result came",
}


def columns() -> int:
    """Return how many cells a line of the terminal has; 0 where nobody looks at lines."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    except OSError:
        return 0


def say(label: str, text: str) -> None:
    """Write a text behind its label."""
    write("\n".join(wrapped(f"{label}: {text}", columns())) + "\n")


def note(text: str) -> None:
    say("Note", text)


def say_failure(sentence: str, hint: str) -> None:
    say("Error", f"{sentence} {hint}".rstrip())


class AnswerLines:
    """The answer that comes: its text a block at a time, and what its tools do as it happens."""

    def __init__(self) -> None:
        self._text = self._new_text()
        self._received: list[str] = []
        self._tools: list[str] = []

    def show(self, event: TurnEvent) -> None:
        match event:
            case TextDelta(text):
                self._received.append(text)
                write(self._text.feed(text))
            case ToolCalled(_, name, arguments):
                self._tools.append(name)
                self._end_text()
                say("Tool", name if arguments is None else f"{name} {value_line(arguments)}")
            case ToolReturned(call, result, failed):
                self._end_text()
                called = self._tools[call] if call < len(self._tools) else "a call"
                state = ToolState.FAILED if failed else ToolState.DONE
                say("Tool", _tool_end(called, state, value_line(result)))
            case Settled(_, answer):
                self._settle(answer)
            case _:
                pass

    def _settle(self, answer: Message) -> None:
        received, stored = "".join(self._received), str(answer.text)
        if not self._tools:
            for tool in answer.tools:
                say("Tool", _tool_line(tool))
        if stored.startswith(received):
            write(self._text.feed(stored[len(received) :]) + self._text.end())
        elif stored:
            self._end_text()
            note("The server stored another text than it sent; this is the stored one.")
            write(_text_lines(stored, Role.ASSISTANT))
        else:
            self._end_text()
        _say_rest(answer)
        if answer.status is MessageStatus.UNCONFIRMED and answer.failure is None:
            note("Not confirmed: the server does not allow reading the history.")
        elif answer.failure is None and not stored and not received:
            say("Bot", "(no text)")

    def _end_text(self) -> None:
        """Write what came of a text that something else follows; the next one is told anew."""
        write(self._text.end())
        self._text = self._new_text()

    @staticmethod
    def _new_text() -> ReadableText:
        return ReadableText(columns(), LABELS[Role.ASSISTANT])


def say_messages(messages: Iterable[Message]) -> None:
    """Write messages with all their parts."""
    for message in messages:
        for part in message.parts:
            match part:
                case TextPart(text):
                    write(_text_lines(text, message.role))
                case ToolPart():
                    say("Tool", _tool_line(part))
                case _:
                    pass
        _say_rest(message)
        if message.failure is not None:
            say_failure(message.failure.sentence, "")


def hint_of(failure: Failure) -> str:
    """Return what to do about a failure, with the commands that do it."""
    again = "/retry asks again, /reload reads what the server has of the answer."
    return f"{failure.hint} {again}".lstrip()


def _say_rest(message: Message) -> None:
    for part in message.parts:
        match part:
            case CitationsPart(citations):
                for number, each in enumerate(citations, start=1):
                    say("Source", source_line(number, each))
            case NotePart(text):
                note(text)
            case _:
                pass


def _text_lines(text: str, role: Role) -> str:
    label = LABELS[role]
    # what a person wrote is no Markdown
    if role is Role.USER:
        return f"{label}{text}\n"
    return readable(text, columns=columns(), label=label)


def _tool_line(tool: ToolPart) -> str:
    called = tool.name if tool.arguments is None else f"{tool.name} {value_line(tool.arguments)}"
    has_result = tool.state in (ToolState.DONE, ToolState.FAILED) and tool.result is not None
    return _tool_end(called, tool.state, value_line(tool.result) if has_result else "")


def _tool_end(called: str, state: ToolState, result: str) -> str:
    return f"{called}, {_TOOL_ENDS[state]}" + (f": {result}" if result else "")
