"""Reader of what a person types in a plain terminal, a line at a time or several pasted at once."""

from __future__ import annotations

import io
import select
import signal
import sys
import termios
from collections.abc import Sequence
from types import FrameType

from tui.cli.output import write
from tui.cli.terminal_kind import is_plain_terminal
from tui.safe_text import sendable
from tui.signal_handlers import answering

PROMPT = "You: "
_MORE = "...: "
_PASTE_S = 0.05
"""What comes so soon after a line belongs to it: nobody types so fast."""
_ENDING = (signal.SIGTERM, signal.SIGHUP)


class LineReader:
    """Reads questions and commands from stdin.

    In a terminal the lines can be edited, earlier ones come back with Up, and pasted lines are one
    question. From a pipe or a file each line is one, and is written as if it had been typed.
    """

    def __init__(self, earlier: Sequence[str], commands: Sequence[str]) -> None:
        """`earlier` are questions of before, oldest first; `commands` are what Tab completes."""
        self.is_terminal = sys.stdin.isatty()
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="surrogateescape")
        if self.is_terminal and sys.stdout.isatty() and not is_plain_terminal():
            _edit_lines(earlier, commands)

    def read(self) -> str | None:
        """Return what is asked, `None` at the end; a line that ends with a backslash goes on.

        Raises:
            KeyboardInterrupt: Ctrl+C.
        """
        lines = [self._line(PROMPT)]
        while (line := lines[-1]) is not None and (line.endswith("\\") or self._is_pasted(lines)):
            lines[-1] = line.removesuffix("\\")
            lines.append(self._line(_MORE))
        whole = [line for line in lines if line is not None]
        return sendable("\n".join(whole)) if whole else None

    def confirm(self, question: str) -> bool:
        """Ask for a yes; one that was typed before it was asked for is none."""
        if self.is_terminal:
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        answer = self._line(f"{question} Type yes to do it: ")
        return answer is not None and answer.strip().lower() in ("y", "yes")

    def _line(self, prompt: str) -> str | None:
        try:
            if self.is_terminal:
                # edited without echo, and readline leaves it so when it is not unwound
                with answering(_end, *_ENDING):
                    return input(prompt)
            line = sys.stdin.readline()
        except EOFError:
            write("\n")
            return None
        if not line:
            return None
        line = line.rstrip("\r\n")
        write(f"{prompt}{line}\n")
        return line

    def _is_pasted(self, lines: Sequence[str | None]) -> bool:
        """Say whether the next line came with this one, and is not a command of its own."""
        if not self.is_terminal or (lines[0] or "").startswith("/"):
            return False
        return bool(select.select([sys.stdin], [], [], _PASTE_S)[0])


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _edit_lines(earlier: Sequence[str], commands: Sequence[str]) -> None:
    try:
        import readline
    except ImportError:
        return
    # pasted line breaks are a part of the line instead of its end
    readline.parse_and_bind("set enable-bracketed-paste on")
    readline.parse_and_bind("tab: complete")
    readline.set_completer_delims(" ")
    readline.set_completer(
        lambda begun, number: (
            ([each for each in commands if each.startswith(begun)] + [None])[number]
            if begun.startswith("/")
            else None
        )
    )
    for question in earlier:
        if "\n" not in question and question.isprintable():
            readline.add_history(question)
