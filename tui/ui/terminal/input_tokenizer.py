"""Tokenizer of terminal input: reads in any pieces become tokens, and every wait has an end.

Any split of the same bytes gives the same tokens, unless the wait for the next piece is so long
that a beginning is taken for all there is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

from textual.constants import ESCAPE_DELAY

from tui.ui.terminal.input_scanner import (
    MAX_SEQUENCE_BYTES,
    MAX_STRING_BYTES,
    MAX_TYPED_BYTES,
    begins_sequence,
    give_up,
    is_ambiguous,
    is_cut_character,
    is_string,
    scan,
)
from tui.ui.terminal.input_tokens import PASTE_START, Escape, Pasted, Sequence, Token
from tui.ui.terminal.late_rest import LateRest, late_rest
from tui.ui.terminal.pastes import TYPED_BYTES, Paste
from tui.values import replace

ALT_GAP_S = 0.03
"""Alt with a letter comes in one piece: after this, ESC was a key and the letter is another."""
SEQUENCE_GAP_S = 0.3
STRING_GAP_S = 0.5
PASTE_GAP_S = 1.0
"""What was begun goes on within these times, or was cut."""
STRING_TIME_S = 1.0
"""So long a string may trickle in as slowly as something typed."""
LATE_S = 3.0
"""So long after something was given up for cut its rest may still come."""

_SEQUENCE_REST = re.compile(rb"[ -?]*(?P<end>[@-~]?)")
_STRING_TEXT = re.compile(rb"[^\x00-\x1f\x9c\xc2]*")
_STRING_REST = re.compile(rb"[^\x07\x1b]*(?P<end>\x07?)")


class InputTokenizer:
    """Feeds on what was read; `expire` is due at `deadline` if nothing came until then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.deadline: float | None = None
        self._clock = clock
        self._pending = b""
        """The beginning of a token."""
        self._pending_since = 0.0
        self._skipped: re.Pattern[bytes] | None = None
        """What belongs to a token that is too long to be kept."""
        self._paste: Paste | None = None
        self._late_rest: LateRest | None = None
        """What belongs to the token that was given up last."""

    def feed(self, data: bytes) -> list[Token]:
        """Return the tokens that `data` completes."""
        now = self._clock()
        tokens = self.expire() if self._is_typed_anew(data, now) else []
        if self._paste is not None and self._paste.is_over_before(data):
            tokens = _pasted(self._paste.stall())
            self._paste = None
        if self._late_rest is not None:
            joined = self._late_rest.join(data, now)
            if joined is None:
                self.deadline = self._late_rest.until_s
                return tokens
            data, self._late_rest = joined, None
        known, goes_on = len(self._pending), self._goes_on(data)
        self._pending += data
        if not goes_on:
            tokens += self._take_tokens()
        if not known or len(self._pending) != known + len(data):
            self._pending_since = now
        gap_s = self._gap_s
        self.deadline = None if gap_s is None else now + gap_s
        return tokens

    def expire(self) -> list[Token]:
        """Return what was begun, as what it is when nothing more comes."""
        self.deadline = None
        if self._paste is not None:
            return _pasted(self._paste.stall())
        if self._late_rest is not None:
            typed, self._late_rest = self._late_rest.held, None
            return self.feed(typed) if typed else []
        pending, self._pending = self._pending, b""
        skipped, self._skipped = self._skipped, None
        tokens, rest = give_up(pending)
        if rest:
            return [*tokens, *self.feed(rest)]
        until_s = self._clock() + LATE_S
        if skipped is not None:
            self._late_rest = LateRest(b"", until_s, is_text=skipped is _STRING_REST)
        elif pending:
            self._late_rest = late_rest(pending, until_s)
        return tokens

    def _goes_on(self, data: bytes) -> bool:
        """Say whether this ends nothing of a string that is long already.

        To look through the whole string at each piece would take long where it trickles in.
        """
        return (
            MAX_TYPED_BYTES + 4 < len(self._pending) <= MAX_STRING_BYTES - len(data)
            and self._pending[-1] not in b"\x1b\xc2"
            and is_string(self._pending)
            and _STRING_TEXT.fullmatch(data) is not None
        )

    def _take_tokens(self) -> Iterator[Token]:
        """Yield what is whole; the rest stays pending."""
        data, self._pending = self._pending, b""
        at = 0
        while at < len(data):
            if self._paste is not None:
                text, at = self._paste.take(data, at)
                if text is not None:
                    self._paste = None
                    yield from _pasted(text)
            elif self._skipped is not None:
                at = self._skip(self._skipped, data, at)
            elif (scanned := scan(data, at)) is not None:
                token, at = scanned
                if isinstance(token, Sequence) and replace(token, follows_escape=False) == (
                    PASTE_START
                ):
                    self._paste = Paste()
                    token = Escape() if token.follows_escape else None
                if token is not None:
                    yield token
            elif (rest := self._begin_skipping(data[at:])) is not None:
                if data.startswith(b"\x1b\x1b", at):
                    yield Escape()
                at += rest
            else:
                self._pending = data[at:]
                return

    def _begin_skipping(self, pending: bytes) -> int | None:
        """Return the length of the introducer if this is too long to be kept, else `None`."""
        is_text = is_string(pending)
        if len(pending) <= (MAX_STRING_BYTES if is_text else MAX_SEQUENCE_BYTES):
            return None
        self._skipped = _STRING_REST if is_text else _SEQUENCE_REST
        return 3 if pending.startswith(b"\x1b\x1b") else 2

    def _skip(self, skipped: re.Pattern[bytes], data: bytes, at: int) -> int:
        match = skipped.match(data, at)
        assert match is not None
        if match["end"] or match.end() < len(data):
            self._skipped = None
        return match.end()

    def _is_typed_anew(self, data: bytes, now: float) -> bool:
        """Say whether what was begun is over, though its deadline may not have been noticed."""
        if self._pending == b"\x1b" and now >= self._pending_since + ALT_GAP_S:
            return not begins_sequence(data)
        is_within = self._skipped is _STRING_REST or (self._pending and is_string(self._pending))
        is_slow = now > self._pending_since + STRING_TIME_S and len(data) <= TYPED_BYTES
        return bool(is_within) and is_slow

    @property
    def _gap_s(self) -> float | None:
        if self._paste is not None:
            return None if self._paste.is_stalled else PASTE_GAP_S
        if self._skipped is not None:
            return STRING_GAP_S
        if not self._pending or is_cut_character(self._pending):
            # whatever comes next shows whether it goes on
            return None
        if is_ambiguous(self._pending):
            return ESCAPE_DELAY
        return STRING_GAP_S if is_string(self._pending) else SEQUENCE_GAP_S


def _pasted(text: str) -> list[Token]:
    return [Pasted(text)] if text else []
