"""Scanner of terminal input: takes the first token off a buffer of bytes.

What becomes nothing: bytes that are no UTF-8, strings that a terminal replies with (OSC but for 11,
DCS, APC, PM, SOS), mouse reports of three bytes, and sequences that were cut or are too long.

Source: ECMA-48; xterm's control sequences; RFC 3629; rxvt's and the Linux console's own keys.
"""

from __future__ import annotations

import re

from tui.ui.terminal.input_tokens import Alt, Control, Escape, Ground, Sequence, Token, Typed

MAX_SEQUENCE_BYTES = 256
MAX_STRING_BYTES = 262_144
MAX_TYPED_BYTES = 64
"""More text than this, in one piece with ESC before it, is nothing that a person typed."""

Scan = tuple[Token | None, int] | None
"""A token, `None` for nothing, and where the rest begins; as a whole `None` while it is cut."""

_ESC = 0x1B
_STRINGS = frozenset("P]X^_")
"""DCS, OSC, SOS, PM and APC, by the letter behind ESC."""
_INTRODUCERS = _STRINGS | {"[", "O"}
_EIGHT_BIT = {ord(letter) + 0x40: letter for letter in _INTRODUCERS}
_KEYS_BEHIND_ESC = b"\r\n\t\x08\x7f"
_SEQUENCE = re.compile(rb"([0-?]*)([ -/]*)([0-?][ -?]*)?")
_SS3 = re.compile(rb"([0-9;]{0,8})([A-Za-z]?)")
# the dollar would be the beginning of an end everywhere else
_RXVT_SHIFTED = re.compile(rb"([235678]|[123][0-9])\$")
_STRING_END = re.compile(rb"\x07|\xc2\x9c|\x1b")
_CONTROL = re.compile(rb"[\x00-\x1f]")
_TYPED_CONTROL = re.compile(rb"[\x00-\x06\x08-\x1f]")
_REPLIES = {"]": re.compile(rb"[0-9]"), "P": re.compile(rb"[!-?]"), "_": re.compile(rb"G")}
"""How the strings begin that terminals send; any other may be Alt with a letter, then text."""
_GROUND = re.compile(rb"11;(rgba?:[0-9A-Fa-f]{1,4}(?:/[0-9A-Fa-f]{1,4}){2,3})\Z")


def scan(buffer: bytes, at: int) -> Scan:
    """Take the token that begins at `at`; it is the same whatever follows in the buffer."""
    first = buffer[at]
    if first == _ESC:
        return _scan_escape(buffer, at)
    if first < 0x20 or first == 0x7F:
        return Control(first), at + 1
    if letter := _EIGHT_BIT.get(first):
        return _scan_eight_bit(letter, buffer, at, at + 1)
    character = _character(buffer, at)
    if character is None:
        return None
    text, end = character
    if not "\x80" <= text <= "\x9f":
        return (Typed(text) if text else None), end
    if letter := _EIGHT_BIT.get(ord(text)):
        return _scan_eight_bit(letter, buffer, at, end)
    return None, end


def give_up(pending: bytes) -> tuple[list[Token], bytes]:
    """Return what stands for a token that never became whole, and what is to be scanned anew."""
    tokens: list[Token] = []
    if not pending:
        return tokens, b""
    if pending.startswith(b"\x1b\x1b"):
        tokens.append(Escape())
        pending = pending[1:]
    if pending == b"\x1b" or (pending[0] == _ESC and pending[1] >= 0x80):
        return [*tokens, Escape()], pending[1:]
    if is_ambiguous(pending):
        return [*tokens, Alt(chr(pending[1]))], pending[2:]
    return tokens, b""


def begins_sequence(after_escape: bytes) -> bool:
    """Say whether ESC a moment before this is to be joined to it all the same."""
    # Alt+Enter in two pieces would send what was to go on
    return after_escape[0] in b"\x1b\r\n" or chr(after_escape[0]) in _INTRODUCERS


def is_ambiguous(pending: bytes) -> bool:
    """Say whether a beginning may as well be a key, with text behind it."""
    pending = _without_first_escape(pending)
    if pending[0] != _ESC or len(pending) <= 2:
        return pending[0] == _ESC
    letter = chr(pending[1])
    return letter in _STRINGS and _may_be_typed(letter, pending, 2)


def is_cut_character(pending: bytes) -> bool:
    """Say whether this begins a character of several bytes, and nothing else."""
    return pending[0] >= 0xC2 and _character(pending, 0) is None


def is_string(pending: bytes) -> bool:
    """Say whether this begins a string that ends with ST."""
    pending = _without_first_escape(pending)
    if not pending:
        return False
    if pending[0] == _ESC:
        return chr(pending[1]) in _STRINGS if len(pending) > 1 else False
    code = pending[1] if pending[0] == 0xC2 and len(pending) > 1 else pending[0]
    return _EIGHT_BIT.get(code) in _STRINGS


def _without_first_escape(pending: bytes) -> bytes:
    return pending[1:] if pending.startswith(b"\x1b\x1b") else pending


def _scan_escape(buffer: bytes, at: int) -> Scan:
    if at + 1 == len(buffer):
        return None
    second = buffer[at + 1]
    letter = chr(second)
    if second == _ESC:
        return _scan_second_escape(buffer, at)
    if letter in _INTRODUCERS:
        return _scan_introduced(letter, buffer, at, at + 2)
    if letter == "\\":
        # the end of a string whose beginning is gone
        return None, at + 2
    if second in _KEYS_BEHIND_ESC or 0x20 <= second < 0x7F:
        return Alt(letter), at + 2
    if second < 0x20:
        return Escape(), at + 1
    character = _character(buffer, at + 1)
    if character is None:
        return None
    text, end = character
    return (Alt(text), end) if text > "\x9f" else (Escape(), at + 1)


def _scan_second_escape(buffer: bytes, at: int) -> Scan:
    """Join ESC to the sequence behind it, as rxvt, PuTTY and tmux send Alt with a cursor key."""
    if at + 2 == len(buffer):
        return None
    if chr(buffer[at + 2]) not in "[O":
        return Escape(), at + 1
    joined = _scan_escape(buffer, at + 1)
    if joined is None:
        return None
    token, end = joined
    if not isinstance(token, Sequence):
        return Escape(), at + 1
    sequence = Sequence(
        token.introducer, token.parameters, token.intermediates, token.final, follows_escape=True
    )
    return sequence, end


def _scan_eight_bit(letter: str, buffer: bytes, at: int, payload_at: int) -> Scan:
    if payload_at == len(buffer):
        return None
    if letter in _STRINGS and not _is_reply(letter, buffer, payload_at):
        return None, payload_at
    scanned = _scan_introduced(letter, buffer, at, payload_at)
    return (None, scanned[1]) if scanned and isinstance(scanned[0], Alt) else scanned


def _scan_introduced(letter: str, buffer: bytes, at: int, payload_at: int) -> Scan:
    if payload_at == len(buffer):
        return None
    if letter in _STRINGS:
        return _scan_string(letter, buffer, at, payload_at)
    if letter == "O":
        return _scan_ss3(buffer, payload_at)
    if buffer[payload_at] == ord("["):
        return _scan_console_key(buffer, payload_at)
    if buffer[payload_at] == ord("M"):
        return _scan_mouse_bytes(buffer, payload_at + 1)
    return _scan_csi(buffer, at, payload_at)


def _scan_csi(buffer: bytes, at: int, payload_at: int) -> Scan:
    if shifted := _RXVT_SHIFTED.match(buffer, payload_at):
        return Sequence("[", shifted[1].decode(), "", "$"), shifted.end()
    match = _SEQUENCE.match(buffer, payload_at)
    assert match is not None
    end = match.end()
    if end == len(buffer):
        return None
    if not 0x40 <= buffer[end] < 0x7F:
        # cut; what follows is nothing of it
        return (Alt("[") if end == payload_at else None), end
    if match[3] or end - at > MAX_SEQUENCE_BYTES:
        return None, end + 1
    return Sequence("[", match[1].decode(), match[2].decode(), chr(buffer[end])), end + 1


def _scan_ss3(buffer: bytes, payload_at: int) -> Scan:
    match = _SS3.match(buffer, payload_at)
    assert match is not None
    if match[2]:
        return Sequence("O", match[1].decode(), "", match[2].decode()), match.end()
    if match.end() == len(buffer):
        return None
    return (None, match.end()) if match[1] else (Alt("O"), payload_at)


def _scan_console_key(buffer: bytes, at: int) -> Scan:
    if at + 1 == len(buffer):
        return None
    if not 0x20 <= buffer[at + 1] < 0x7F:
        return None, at + 1
    return Sequence("[[", "", "", chr(buffer[at + 1])), at + 2


def _scan_mouse_bytes(buffer: bytes, at: int) -> Scan:
    """Pass over button, column and row, a byte each, or two in mode 1005 for the last two."""
    report = buffer[at : at + 3]
    if (cut := report.find(_ESC)) >= 0:
        return None, at + cut
    if len(report) < 3:
        return None
    end = at + 3
    if 0xC2 <= report[1] <= 0xDF and 0x80 <= report[2] <= 0xBF:
        # column of two bytes, or column and row of a screen that is larger than most
        if end == len(buffer):
            return None
        end += 1 if buffer[end] >= 0x20 else 0
    if buffer[end - 1] in range(0xC2, 0xE0):
        if end == len(buffer):
            return None
        end += 1 if 0x80 <= buffer[end] <= 0xBF else 0
    return None, end


def _scan_string(letter: str, buffer: bytes, at: int, payload_at: int) -> Scan:
    limit = at + MAX_STRING_BYTES
    end = _STRING_END.search(buffer, payload_at, limit)
    if _may_be_typed(letter, buffer, payload_at):
        typed_end = end.start() if end else min(limit, len(buffer))
        is_cut = end is not None and buffer[typed_end] == _ESC and not _may_be_st(buffer, typed_end)
        if is_cut or _TYPED_CONTROL.search(buffer, payload_at, typed_end):
            return Alt(letter), payload_at
    if end is None:
        return None
    token = _string_token(letter, buffer[payload_at : end.start()])
    if end[0] != b"\x1b":
        return token, end.end()
    if end.end() == len(buffer):
        return None
    return token, end.start() + (2 if _may_be_st(buffer, end.start()) else 0)


def _string_token(letter: str, payload: bytes) -> Ground | None:
    ground = _GROUND.match(payload) if letter == "]" else None
    return Ground(ground[1].decode()) if ground is not None else None


def _may_be_st(buffer: bytes, at: int) -> bool:
    return buffer[at + 1 : at + 2] in (b"", b"\\")


def _may_be_typed(letter: str, buffer: bytes, payload_at: int) -> bool:
    typed_end = payload_at + MAX_TYPED_BYTES
    is_short = len(buffer) < typed_end or _CONTROL.search(buffer, payload_at, typed_end)
    return bool(is_short) and not _is_reply(letter, buffer, payload_at)


def _is_reply(letter: str, buffer: bytes, payload_at: int) -> bool:
    beginning = _REPLIES.get(letter)
    return beginning is not None and beginning.match(buffer, payload_at) is not None


def _character(buffer: bytes, at: int) -> tuple[str, int] | None:
    """Return one character, empty for bytes that are none, and its end; `None` while it is cut."""
    lead = buffer[at]
    length = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    part = buffer[at : at + length]
    try:
        return part.decode(), at + length
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and at + length > len(buffer):
            return None
        return "", at + error.end
