"""Texts that attack a terminal or a markup parser, and how to see that one of them got through."""

from __future__ import annotations

import re

ATTACKS = {
    "colour": "\x1b[31mEVIL",
    "wipe": "\x1b[2J\x1b[1;1HEVIL",
    "reset": "\x1bcEVIL",
    "leave": "\x1b[?1049l\x1b[?25lEVIL",
    "clipboard": "\x1b]52;c;RVZJTA==\x07EVIL",
    "hyperlink": "\x1b]8;;http://evil.example\x07EVIL\x1b]8;;\x1b\\",
    "title": "\x1b]0;EVIL\x07\x1b]2;EVIL\x1b\\EVIL",
    "device": "\x1bP$qm\x1b\\\x1b_Gi=1;AAAA\x1b\\EVIL",
    "report": "\x1b[6n\x1b[c\x1bZEVIL",
    "eight-bit": "\x9b31m\x9d52;c;RVZJTA==\x9c\x90q\x9cEVIL\x85\x8d",
    "controls": "\x00\x07\x08\x0b\x0c\x0e\x0f\x1a\x7fEVIL",
    "return": "fine\rEVIL",
    "bidi": "\u202eLIVE\u202c\u2066\u2067\u2068EVIL\u2069\u200e\u200f\u061c\u202a\u202b\u202d",
    "tags": "EVIL\U000e0001\U000e0041\U000e007f",
    "hidden": "EV\u200bIL EVIL\u2060\ufeff\u00ad",
    "lines": "EVIL\u2028EVIL\u2029EVIL",
    "surrogate": "\ud83dEVIL\udc00",
    "click": "[@click=app.quit]EVIL[/]",
    "style": "[red]EVIL [bold on $error]EVIL",
    "closing": "[/nope]EVIL[/]",
    "jump": "[link=http://evil.example]EVIL[/link]]8;;EVIL",
    "right-to-left": "שלוםEVIL مرحبا",
}
"""Each holds `EVIL` in the clear, so that a screen that shows it can be told from one that does
not."""

MARKUP = ("[@click=app.quit]", "[red]", "[/nope]", "[link=http://evil.example]")
"""What must stand on a screen as it is."""

_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# what Textual itself writes: colours by number, places, modes, the keyboard protocol, the pointer
_OWN_SEQUENCES = re.compile(
    r"\x1b\[[0-9;]*m|\x1b\[\d+;\d+H|\x1b\[[<>]\d*u"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?\d+\$p|\x1b\]22;[a-z-]*\x07"
)


def all_attacks(label: str) -> str:
    """Return every attack on one line, behind `label`."""
    return f"{label} {' '.join(ATTACKS.values())}"


def leaks(received: bytes, *, is_terminal: bool) -> list[str]:
    """Return what no hostile text may bring about, each with what stands around it.

    A terminal may receive Textual's own sequences, a pipe none.
    """
    text = received.decode("utf-8")
    rest = _OWN_SEQUENCES.sub("", text) if is_terminal else text
    found = [rest[max(0, m.start() - 20) : m.end() + 20] for m in _FORBIDDEN.finditer(rest)]
    return found + re.findall("\x1b\\[31mEVIL|fine\rEVIL", text)
