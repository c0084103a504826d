"""What terminals send for every key that F1 lists, and for those that text is edited with.

Source: xterm's control sequences; terminfo entries of xterm-256color, vte-256color, xterm-kitty,
tmux-256color, screen-256color, rxvt-unicode and linux; kitty's keyboard protocol.
"""

from __future__ import annotations

from string import ascii_lowercase

_SHIFT, _ALT, _CTRL = 2, 3, 5
ARROWS = {"up": "A", "down": "B", "right": "C", "left": "D"}
EDGES = {"home": "H", "end": "F"}
NUMBERED = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6}
FUNCTION_NUMBERS = {
    **{f"f{n}": 10 + n for n in range(1, 6)},
    **{f"f{n}": 11 + n for n in range(6, 11)},
    "f11": 23,
    "f12": 24,
}
_ENTER_TAB = {"enter": 13, "tab": 9, "backspace": 127, "escape": 27}

Table = dict[bytes, str]


def _basic() -> Table:
    """What all send that know no better protocol."""
    table = {bytes([n]): f"ctrl+{letter}" for n, letter in enumerate(ascii_lowercase, 1)}
    table |= {b"\x08": "backspace", b"\t": "tab", b"\r": "enter", b"\x7f": "backspace"}
    table |= {b"\x1b": "escape", b" ": "space", b"\x1b\r": "alt+enter", b"\x1b\n": "alt+enter"}
    table |= {b"\x1b" + letter.encode(): f"alt+{letter}" for letter in ascii_lowercase}
    table |= {
        b"\x1b" + letter.upper().encode(): f"alt+shift+{letter}"
        for letter in ascii_lowercase
        if letter not in "opx"
    }
    table |= {f"\x1b[{number}~".encode(): key for key, number in NUMBERED.items()}
    later = [key for key in FUNCTION_NUMBERS if key not in ("f1", "f2", "f3", "f4", "f5")]
    table |= {f"\x1b[{FUNCTION_NUMBERS[key]}~".encode(): key for key in later}
    return table | {b"\x1b\x7f": "ctrl+w"}


def _xterm() -> Table:
    table = _basic() | {b"\x1b[15~": "f5", b"\x1b[Z": "shift+tab"}
    table |= {f"\x1bO{letter}".encode(): f"f{n}" for n, letter in enumerate("PQRS", 1)}
    for key, letter in (ARROWS | EDGES).items():
        table |= {f"\x1b[{letter}".encode(): key, f"\x1bO{letter}".encode(): key}
        for prefix, number in (("shift", _SHIFT), ("alt", _ALT), ("ctrl", _CTRL)):
            table[f"\x1b[1;{number}{letter}".encode()] = f"{prefix}+{key}"
    for key, number in NUMBERED.items():
        table[f"\x1b[{number};{_CTRL}~".encode()] = f"ctrl+{key}"
    return table


def _other_keys() -> Table:
    """What xterm sends with `modifyOtherKeys` at 2."""
    table = {f"\x1b[27;5;{ord(letter)}~".encode(): f"ctrl+{letter}" for letter in ascii_lowercase}
    table |= {f"\x1b[27;3;{ord(letter)}~".encode(): f"alt+{letter}" for letter in ascii_lowercase}
    return table | {
        b"\x1b[27;2;13~": "shift+enter",
        b"\x1b[27;3;13~": "alt+enter",
        b"\x1b[27;5;13~": "ctrl+enter",
        b"\x1b[27;2;9~": "shift+tab",
        b"\x1b[27;2;127~": "backspace",
        b"\x1b[27;2;65~": "A",
    }


def _escaped() -> Table:
    """Alt as ESC before the key itself: rxvt, PuTTY, tmux, iTerm2."""
    return {
        f"\x1b\x1b{introducer}{letter}".encode(): f"alt+{key}"
        for key, letter in ARROWS.items()
        for introducer in "[O"
    }


def _rxvt() -> Table:
    table = _basic() | _escaped() | {b"\x1b[7~": "home", b"\x1b[8~": "end", b"\x1b[Z": "shift+tab"}
    table |= {f"\x1b[{10 + n}~".encode(): f"f{n}" for n in range(1, 6)}
    for key, letter in ARROWS.items():
        table[f"\x1b[{letter}".encode()] = key
        table[f"\x1b[{letter.lower()}".encode()] = f"shift+{key}"
        table[f"\x1bO{letter.lower()}".encode()] = f"ctrl+{key}"
    for key, number in {**NUMBERED, "home": 7, "end": 8}.items():
        table[f"\x1b[{number}^".encode()] = f"ctrl+{key}"
        table[f"\x1b[{number}$".encode()] = f"shift+{key}"
        table[f"\x1b[{number}@".encode()] = f"ctrl+shift+{key}"
    return table


def _screen() -> Table:
    table = _basic() | _escaped() | {b"\x1b[1~": "home", b"\x1b[4~": "end", b"\x1b[15~": "f5"}
    table |= {f"\x1bO{letter}".encode(): f"f{n}" for n, letter in enumerate("PQRS", 1)}
    table |= {f"\x1b[{letter}".encode(): key for key, letter in ARROWS.items()}
    table |= {f"\x1bO{letter}".encode(): key for key, letter in ARROWS.items()}
    return table | {f"\x1b[5{letter}".encode(): f"ctrl+{key}" for key, letter in ARROWS.items()}


def _linux() -> Table:
    table = _basic() | {b"\x1b[1~": "home", b"\x1b[4~": "end", b"\x1b\t": "shift+tab"}
    table |= {f"\x1b[[{letter}".encode(): f"f{n}" for n, letter in enumerate("ABCDE", 1)}
    return table | {f"\x1b[{letter}".encode(): key for key, letter in ARROWS.items()}


def _kitty_letters() -> Table:
    table: Table = {}
    for letter in ascii_lowercase:
        code, upper = ord(letter), ord(letter.upper())
        table |= {
            f"\x1b[{code};;{code}u".encode(): letter,
            f"\x1b[{code};1:1;{code}u".encode(): letter,
            f"\x1b[{code};1:2;{code}u".encode(): letter,
            f"\x1b[{code};2;{upper}u".encode(): letter.upper(),
            f"\x1b[{code}:{upper};2;{upper}u".encode(): letter.upper(),
            f"\x1b[{code};65;{upper}u".encode(): letter.upper(),
            f"\x1b[{code};129;{code}u".encode(): letter,
            f"\x1b[{code}u".encode(): letter,
            f"\x1b[{code};2u".encode(): letter.upper(),
            f"\x1b[{code};5u".encode(): f"ctrl+{letter}",
            f"\x1b[{code};133u".encode(): f"ctrl+{letter}",
            f"\x1b[1089::{code};5u".encode(): f"ctrl+{letter}",
            f"\x1b[{code};3u".encode(): f"alt+{letter}",
            f"\x1b[{code};3;{code}u".encode(): f"alt+{letter}",
            f"\x1b[{code};4u".encode(): f"alt+shift+{letter}",
            f"\x1b[{code}:{upper};4;{upper}u".encode(): f"alt+shift+{letter}",
        }
    return table


def _kitty() -> Table:
    """With all keys as sequences, with their text: what Runnel asks for."""
    table = _kitty_letters()
    for key, code in _ENTER_TAB.items():
        table[f"\x1b[{code}u".encode()] = key
        table[f"\x1b[{code};1:2u".encode()] = key
    for key, letter in (ARROWS | EDGES).items():
        table |= {f"\x1b[{letter}".encode(): key, f"\x1b[1;129{letter}".encode(): key}
        table |= {f"\x1b[1;3{letter}".encode(): f"alt+{key}"}
        table |= {f"\x1b[1;5:1{letter}".encode(): f"ctrl+{key}"}
    for key, number in {**NUMBERED, **FUNCTION_NUMBERS}.items():
        table[f"\x1b[{number}~".encode()] = key
        table[f"\x1b[{number};1:2~".encode()] = key
    table |= {f"\x1b[{letter}".encode(): f"f{n}" for n, letter in enumerate("PQRS", 1)}
    return table | {
        b"\x1b[32;;32u": "space",
        b"\x1b[47;;47u": "slash",
        b"\x1b[13;2u": "shift+enter",
        b"\x1b[13;3u": "alt+enter",
        b"\x1b[9;2u": "shift+tab",
        b"\x1b[127;3u": "ctrl+w",
        b"\x1b[57414u": "enter",
        b"\x1b[57419u": "up",
        b"\x1b[57400;;49u": "1",
        b"\x1b[57400u": "1",
    }


TERMINALS: dict[str, Table] = {
    "xterm": _xterm() | _escaped(),
    "xterm modifyOtherKeys": _other_keys(),
    "VTE": _xterm(),
    "kitty": _kitty(),
    "tmux": _xterm() | _screen(),
    "screen": _screen(),
    "rxvt": _rxvt(),
    "Linux console": _linux(),
    "iTerm2": _xterm() | {f"\x1b[1;9{c}".encode(): f"alt+{key}" for key, c in ARROWS.items()},
    "keypad": {b"\x1bOM": "enter", b"\x1bOp": "0", b"\x1bOy": "9", b"\x1bOj": "asterisk"},
}
