"""Key codes: which key a control character or a sequence of the keyboard stands for.

The names are Textual's. Source: xterm's control sequences (PC-style function keys,
modifyOtherKeys), kitty's keyboard protocol, rxvt's key table, console_codes(4).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key

from tui.ui.terminal.input_tokens import Sequence


class KeyPress(Struct, frozen=True):
    name: str
    character: str | None = None
    """What is typed by it, `None` for a key that types nothing."""


_SHIFT, _ALT, _CTRL, _SUPER = 1, 2, 4, 8
_MODIFIERS = {_SHIFT: "shift", _ALT: "alt", _CTRL: "ctrl", _SUPER: "super", 16: "hyper", 32: "meta"}
_CAPS_LOCK = 64
_NO_TEXT = _ALT | _CTRL | _SUPER | 16 | 32
_RELEASED = 3
_MAX_DIGITS = 7

_CONTROLS = {
    0: "ctrl+@",
    8: "backspace",
    9: "tab",
    13: "enter",
    27: "escape",
    28: "ctrl+backslash",
    29: "ctrl+right_square_bracket",
    30: "ctrl+circumflex_accent",
    31: "ctrl+underscore",
    127: "backspace",
}
_BEHIND_ESC = {
    "\r": "alt+enter",
    "\n": "alt+enter",
    # the Linux console's Shift+Tab
    "\t": "shift+tab",
    "\x08": "ctrl+w",
    "\x7f": "ctrl+w",
}
_LETTERS = {
    "A": "up",
    "B": "down",
    "C": "right",
    "D": "left",
    "F": "end",
    "H": "home",
    "P": "f1",
    "Q": "f2",
    "R": "f3",
    "S": "f4",
    "Z": "tab",
}
_RXVT_ARROWS = {"a": "up", "b": "down", "c": "right", "d": "left"}
_RXVT_MODIFIERS = {"$": _SHIFT, "^": _CTRL, "@": _CTRL | _SHIFT}
_CONSOLE = {"A": "f1", "B": "f2", "C": "f3", "D": "f4", "E": "f5"}
_KEYPAD = {"X": "=", **dict(zip("jklmnopqrstuvwxy", "*+,-./0123456789", strict=True))}
_SS3_NAMED = {"M": "enter", "I": "tab"}
_NUMBERED = {
    **{number: f"f{key}" for key, number in enumerate((25, 26, 28, 29, 31, 32, 33, 34), 13)},
    **{int(code[:-1]): name for code, name in FUNCTIONAL_KEYS.items() if code.endswith("~")},
}
_FUNCTIONAL = {int(code[:-1]): name for code, name in FUNCTIONAL_KEYS.items() if code[-1] == "u"}
_IGNORED = {*MODIFIER_FUNCTIONAL_KEYS, "caps_lock", "scroll_lock", "num_lock"}
_KEYPAD_CHARACTERS = {
    "decimal": ".",
    "divide": "/",
    "multiply": "*",
    "subtract": "-",
    "add": "+",
    "equal": "=",
    "separator": ",",
    **{digit: digit for digit in "0123456789"},
}
_PRIVATE_KEYS = range(57344, 63744)
"""Where kitty numbers keys that have no character."""
_ALIASES = {
    # what terminals without the protocol send for them
    "shift+backspace": "backspace",
    "alt+backspace": "ctrl+w",
    "ctrl+backspace": "ctrl+w",
}


def typed_key(character: str) -> KeyPress:
    name = _character_to_key(character)
    return KeyPress(KEY_NAME_REPLACEMENTS.get(name, name), character)


def control_key(code: int) -> KeyPress:
    return KeyPress(_CONTROLS.get(code) or f"ctrl+{chr(code + 0x60)}")


def alt_key(character: str) -> KeyPress:
    if character in _BEHIND_ESC:
        return KeyPress(_BEHIND_ESC[character])
    return _shortcut(character, _ALT)


def sequence_keys(sequence: Sequence) -> list[KeyPress]:
    """Return the keys a sequence stands for: none for replies, releases and rubbish."""
    alt = _ALT if sequence.follows_escape else 0
    if sequence.introducer == "[[":
        return _named(_CONSOLE.get(sequence.final), alt)
    fields = _fields(sequence.parameters)
    if fields is None or (sequence.intermediates and sequence.final != "$"):
        return []
    if sequence.introducer == "O":
        return _ss3_keys(fields, sequence.final, alt)
    match sequence.final:
        case "u":
            return _kitty_keys(fields, alt)
        case "~" | "$" | "^" | "@":
            return _numbered_keys(fields, sequence.final, alt)
        case "a" | "b" | "c" | "d" if not sequence.parameters:
            return _named(_RXVT_ARROWS[sequence.final], _SHIFT | alt)
        case _:
            return _lettered_keys(fields, sequence.final, alt)


Fields = list[list[int | None]]
"""The parameters by `;` and `:`; `None` where there is no number."""


def _fields(parameters: str) -> Fields | None:
    """Return the numbers, `None` for parameters that no key has."""
    fields: Fields = []
    for field in parameters.split(";"):
        numbers: list[int | None] = []
        for digits in field.split(":"):
            if digits and not (digits.isdecimal() and len(digits) <= _MAX_DIGITS):
                return None
            numbers.append(int(digits) if digits else None)
        fields.append(numbers)
    return fields


def _modifiers(fields: Fields) -> int | None:
    """Return the bits of the second field; `None` for a release or what is out of range."""
    encoded, event, *_ = [*(fields[1] if len(fields) > 1 else []), None, None]
    bits = max(encoded or 1, 1) - 1
    return None if event == _RELEASED or bits > 255 else bits


def _ss3_keys(fields: Fields, final: str, alt: int) -> list[KeyPress]:
    if final in _RXVT_ARROWS:
        return _named(_RXVT_ARROWS[final], _CTRL | alt)
    # some put the modifiers where there is no other number
    bits = _modifiers([[1], fields[-1]])
    if bits is None:
        return []
    if final in _KEYPAD:
        character = _KEYPAD[final]
        return [_shortcut(character, alt)] if alt else [typed_key(character)]
    return _named(_SS3_NAMED.get(final) or _LETTERS.get(final), bits | alt)


def _lettered_keys(fields: Fields, final: str, alt: int) -> list[KeyPress]:
    first = fields[0][0]
    if final == "R" and (len(fields) > 1 or first is not None):
        # F3 with modifiers looks like a reply that tells where the cursor is
        return []
    if len(fields) == 1 and first is not None and first > 1:
        # tmux and screen of old
        fields = [[1], fields[0]]
    elif first not in (None, 1):
        return []
    bits = _modifiers(fields)
    if len(fields) > 2 or bits is None:
        return []
    if final == "Z":
        bits |= _SHIFT
    elif bits == _SUPER and final in "ABCD":
        # iTerm2's Option, which others count as 2
        bits = _ALT
    return _named(_LETTERS.get(final), bits | alt)


def _numbered_keys(fields: Fields, final: str, alt: int) -> list[KeyPress]:
    number = fields[0][0]
    if number is None:
        return []
    if final != "~":
        return _named(_NUMBERED.get(number), _RXVT_MODIFIERS[final] | alt)
    if number == 27 and len(fields) == 3:
        # modifyOtherKeys
        return _kitty_keys([fields[2][:1], fields[1]], alt)
    bits = _modifiers(fields)
    return [] if bits is None else _named(_NUMBERED.get(number), bits | alt)


def _kitty_keys(fields: Fields, alt: int) -> list[KeyPress]:
    bits = _modifiers(fields)
    code, shifted, base, *_ = [*fields[0], None, None, None]
    if bits is None or (code is None and len(fields) < 3):
        return []
    bits |= alt
    code = code or 0
    name = _FUNCTIONAL.get(code)
    own = _character(code)
    own_characters = {own.lower(), own.upper(), _character(shifted)}
    texts = [text for text in map(_character, fields[2] if len(fields) > 2 else []) if text]
    if name in _IGNORED:
        return []
    if texts and (not bits & _NO_TEXT or not own_characters.issuperset(texts)):
        return [typed_key(text) for text in texts]
    if name is not None:
        keypad = _KEYPAD_CHARACTERS.get(name)
        return _named(name, bits) if keypad is None else _character_keys(keypad, None, bits)
    if not own or code in _PRIVATE_KEYS:
        return []
    if not own.isascii() and bits & _NO_TEXT:
        # a shortcut is meant by its place on a keyboard with Latin letters
        own = _character(base) or own
    return _character_keys(own, _character(shifted), bits)


def _character_keys(own: str, shifted: str | None, bits: int) -> list[KeyPress]:
    if bits & _NO_TEXT:
        return [_shortcut(own, bits)]
    if bits & _SHIFT and shifted:
        return [typed_key(shifted)]
    is_upper = bool(bits & _SHIFT) != bool(bits & _CAPS_LOCK and own.isalpha())
    typed = own.upper() if is_upper and own.islower() and len(own.upper()) == 1 else own
    return [typed_key(typed)]


def _character(code: int | None) -> str:
    """Return the character of a code point, empty when it is none that can be typed."""
    if code is None or not 0x20 <= code <= 0x10FFFF or 0x7F <= code < 0xA0:
        return ""
    return "" if 0xD800 <= code < 0xE000 else chr(code)


def _shortcut(character: str, bits: int) -> KeyPress:
    """Return the key of a character that is not typed, because something else was held."""
    if character.isupper() and len(character.lower()) == 1:
        character, bits = character.lower(), bits | _SHIFT
    name = typed_key(character).name
    return KeyPress(_with_modifiers(name, bits))


def _named(name: str | None, bits: int) -> list[KeyPress]:
    if name is None:
        return []
    key = _with_modifiers(name, bits)
    return [KeyPress(_ALIASES.get(key, key))]


def _with_modifiers(name: str, bits: int) -> str:
    return "+".join([*sorted(_held(bits)), name])


def _held(bits: int) -> Iterator[str]:
    return (name for bit, name in _MODIFIERS.items() if bits & bit)
