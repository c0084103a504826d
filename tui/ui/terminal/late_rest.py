"""Rest of terminal input that comes after its beginning was given up.

Typed text must not be taken for it: it is one only where it completes what a terminal sends.
"""

from __future__ import annotations

import re

from tui.ui.terminal.input_scanner import is_ambiguous, is_string

_END = rb"(?:\x07|\x1b\\|\xc2\x9c)"
# in one read, as nobody types them: a letter alone would be a key
_SEQUENCE_REST = re.compile(rb"(?:[0-9;:?]+[ -/]*|[ -/]+)[@-~]")
_SEQUENCE_PART = re.compile(rb"[0-9;:?]{2,}[ -/]*")
_STRING_REST = re.compile(rb"[ -~]*" + _END)
_STRING_PART = re.compile(rb"[!-~]{3,}\x1b?")
_NOTHING = re.compile(rb"(?!)")
_KEY_PART = re.compile(rb"\x1b(?:\][0-9]+;|P[!-?]|_G)[!-~]{2,}\x1b?")
_SENT = re.compile(
    rb"\x1b(?:"
    rb"\[200~"
    rb"|\[(?:[A-DFHIOZ]|<[0-9;]+[Mm]|\?[0-9;]*(?:[cnuRS]|\$y)|[=>][0-9;]*c"
    rb"|[0-9;:]*[0-9](?:[A-HP-Sntux~]|\$y))(?=\x1b|\Z)"
    rb"|(?:\][0-9]+;|P[!-?]|_G)[ -~]*" + _END + rb")"
)
"""What terminals send, from the ESC on."""


class LateRest:
    """Waits for the rest of `begun`, over several reads, until `until_s`."""

    def __init__(self, begun: bytes, until_s: float, *, is_text: bool) -> None:
        self.until_s = until_s
        self.held = b""
        """What may be a part of the rest, or typed: that shows when its end comes or doesn't."""
        self._begun = begun
        self._was_key = bool(begun) and is_ambiguous(begun)
        self._is_text = is_text

    def join(self, data: bytes, now_s: float) -> bytes | None:
        """Return what is to be scanned, with the beginning if this is the rest of it.

        `None` while the end of the rest is missing.
        """
        read = self.held + data
        if now_s > self.until_s:
            return read
        if self._was_key:
            rest, part, before = _NOTHING, _KEY_PART, self._begun
        elif self._is_text:
            rest, part = _STRING_REST, _STRING_PART
            before = b"\x1b" if self._begun.endswith(b"\x1b") else b""
        else:
            rest, part, before = _SEQUENCE_REST, _SEQUENCE_PART, b""
        if match := rest.match(before + read):
            return self._begun + read if self._begun else read[match.end() :]
        # a letter behind Alt+[ is more likely typed than the end of a report that was cut there
        if (len(read) > 1 or not self._was_key) and _SENT.match(self._begun + read):
            return self._begun + read
        if part.fullmatch(before + read):
            self.held = read
            return None
        return read


def late_rest(pending: bytes, until_s: float) -> LateRest | None:
    """Return what may follow the given-up `pending`, `None` where nothing may."""
    begun = pending[1:] if pending.startswith(b"\x1b\x1b") else pending
    is_text = is_string(begun)
    if is_text or begun[0] in b"\x1b\x9b" or begun.startswith(b"\xc2\x9b"):
        return LateRest(begun, until_s, is_text=is_text)
    return None
