"""Terminal played by a thread: it answers questions as a test says, and holds a clipboard."""

from __future__ import annotations

import base64
import os
import re
import select
import threading
import time
import tty
from collections.abc import Mapping
from types import TracebackType
from typing import Self

_QUESTION = re.compile(rb"\x1b\[[>?=]?[\d;]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_CLIPBOARD = re.compile(rb"\x1b\]52;c;([^\x07\x1b]*)(?:\x07|\x1b\\)")


class PlayedTerminal:
    """Replies with `replies`, question -> answer; DA1 is answered unless one says otherwise.

    `clipboard` is what it gives out when asked, `None` when it gives nothing out; with `keeps`
    it takes nothing in. `cuts` sends replies byte by byte.
    """

    def __init__(
        self,
        replies: Mapping[bytes, bytes] | None = None,
        *,
        clipboard: bytes | None = None,
        keeps: bool = False,
        cuts: bool = False,
    ) -> None:
        self._replies = {b"\x1b[c": b"\x1b[?62;52c", **(replies or {})}
        self.clipboard = clipboard
        self.written: list[bytes] = []
        """What was put into the clipboard."""
        self._keeps = keeps
        self._cuts = cuts
        self._main, self.side = os.openpty()
        # as a shell leaves it, but for the echo, which would come back as a question
        tty.setcbreak(self.side)
        self._end, self._ended = os.pipe()
        self._thread = threading.Thread(target=self._play)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.write(self._ended, b"x")
        self._thread.join()
        for number in (self._main, self.side, self._end, self._ended):
            os.close(number)

    def type(self, data: bytes) -> None:
        os.write(self._main, data)

    @property
    def typed(self) -> bytes:
        """What a shell would find typed now."""
        ready, _, _ = select.select([self.side], [], [], 0)
        return os.read(self.side, 65_536) if ready else b""

    def _play(self) -> None:
        received = b""
        while True:
            ready, _, _ = select.select([self._main, self._end], [], [])
            if self._end in ready:
                return
            received += os.read(self._main, 65_536)
            while question := _QUESTION.search(received):
                received = received[question.end() :]
                self._answer(question[0])

    def _answer(self, question: bytes) -> None:
        reply = self._replies.get(question, b"")
        if about := _CLIPBOARD.fullmatch(question):
            if about[1] != b"?":
                self.written.append(about[1])
                if not self._keeps:
                    self.clipboard = base64.b64decode(about[1])
            elif self.clipboard is not None:
                reply = b"\x1b]52;c;" + base64.b64encode(self.clipboard) + b"\x07"
        for piece in [reply[at : at + 1] for at in range(len(reply))] if self._cuts else [reply]:
            os.write(self._main, piece)
            time.sleep(0)
