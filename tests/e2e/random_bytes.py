"""Random bytes for the terminal: those that mean nothing, and any at all."""

from __future__ import annotations

from random import Random

from tests.unit.ui.terminal.input_bytes import CUT, REPLIES, RUBBISH
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.key_bindings import bindings_of

_WHOLE = tuple(data for data in REPLIES if data.startswith(b"\x1b"))
# every other final may be a key, and so may what has no private mark
_UNUSED_FINALS = b"JKLNTUVWXY\\]_`efghijklnopqrsvwxz{|}"
_BOUND = frozenset(
    ord(key.removeprefix("alt+"))
    for context in (*CONTEXTS, *DIALOG_CONTEXTS)
    for binding in bindings_of(context.owner)
    for key in binding.key.split(",")
    if key.startswith("alt+") and len(key) == len("alt+x")
)
"""Alt with these does something."""
_KEYS = frozenset(b"\x03\x07\n\r\x10\x11\x1a")
"""Copy or quit, editor, Enter, palette, quit, suspend."""


def meaningless(random: Random) -> bytes:
    """Return bytes that press no key that is bound and type nothing."""
    pieces: list[bytes] = []
    for _ in range(random.randint(1, 6)):
        # what begins with ESC ends whatever the piece before it began
        pieces += [_piece(random), random.choice(_WHOLE)]
    return b"".join(pieces)


def anything(random: Random) -> bytes:
    """Return any bytes but a few keys that would end, stop or send something."""
    noise = bytes(byte for byte in random.randbytes(40) if byte not in _KEYS)
    return b"".join(
        random.choice([_piece(random), noise[: random.randint(1, 40)]])
        for _ in range(random.randint(1, 4))
    )


def _piece(random: Random) -> bytes:
    number = random.randint
    match number(0, 11):
        case 0 | 1:
            return random.choice(REPLIES)
        case 2 | 3:
            return random.choice(RUBBISH)
        case 4:
            return random.choice(CUT)
        case 5:
            # beginnings without an end, or the other way round
            first, last = random.choice([(0x80, 0xBF), (0xC0, 0xFF)])
            return bytes(number(first, last) for _ in range(number(1, 8))) + b"\x1b[0n"
        case 6:
            return b"\0" * number(1, 4)
        case 7:
            final = random.choice(_UNUSED_FINALS)
            return b"\x1b[%b%d;%d%c" % (
                random.choice([b"?", b">", b"", b"="]),
                number(0, 9999),
                1,
                final,
            )
        case 8:
            begin = random.choice([b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX"])
            payload = bytes(number(0x20, 0x7E) for _ in range(random.choice([3, 30, 3000])))
            return begin + payload + random.choice([b"\x07", b"\x1b\\"])
        case 9:
            # released, or numbers of no key
            code = random.choice([number(32, 126), number(57344, 57398), number(0x110000, 9999999)])
            return b"\x1b[%d;%d:3u" % (code, number(1, 256))
        case 10:
            button = random.choice([35, 64, 65])
            return b"\x1b[<%d;%d;%dM" % (button, number(1, 300), number(1, 100))
        case _:
            letter = number(0x61, 0x7A)
            return random.choice(
                [b"\x1b", b"\x1b[I", b"\x1b[O", b"\x1b%c" % letter if letter not in _BOUND else b""]
            )
