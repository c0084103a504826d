"""Texts that attack a terminal or a markup parser, and how to see that one of them got through."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from random import Random
from urllib.parse import quote

_RAW = "\x1b]52;c;RVZJTA==\x07\x1b[31m\x9b2J\r\x0c\u202e"


def percent(text: str) -> str:
    return quote(text, safe="")


def references(text: str) -> str:
    """Return `text` as HTML character references, which Markdown decodes."""
    return "".join(f"&#{ord(c)};" if c < "\x20" else f"&#x{ord(c):x};" for c in text)


def json_escapes(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


def idna(text: str) -> str:
    return "xn--" + text.encode("punycode").decode("ascii", "ignore")


def doubly_percent(text: str) -> str:
    return percent(percent(text))


ENCODINGS: tuple[Callable[[str], str], ...] = (
    percent,
    doubly_percent,
    references,
    json_escapes,
    lambda text: "".join(f"\\x{ord(c):02x}" for c in text),
    idna,
    lambda text: f"data:text/html;base64,{b64encode(text.encode()).decode()}",
    lambda text: f"=?utf-8?b?{b64encode(text.encode()).decode()}?=",
    str,
)
"""What a program may decode, and the text as it is."""

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
    "percent": f"EVIL <http://x/{percent(_RAW)}> <foo:{percent(_RAW)}>",
    "references": f"EVIL {references(_RAW)}",
    "escapes": f"EVIL {json_escapes(_RAW)}",
    "host": f"EVIL http://{idna(chr(0x202E) + 'x')}.example/ <http://{idna('a' + chr(0x9B))}/>",
}
"""Each holds `EVIL` in the clear, so that a screen that shows it can be told from one that does
not."""

MARKUP = ("[@click=app.quit]", "[red]", "[/nope]", "[link=http://evil.example]")
"""What must stand on a screen as it is."""

BARE_CONTROLS = ("\x1b[31m", "\x1b]0;EVIL\x07", "\x1b]52;c;RVZJTA==\x07", "\x9b2J", "\r", "\x0c")
_HIDDEN = ("\u202e", "\u200b", "\u2028", "\x00", "\x08", "\x7f", "\x85", "\U000e0041", "\ufeff")
_SHAPES = (
    "{0}",
    "# {0}",
    "- {0}\n- {1}",
    "1. {0}\n   > {1}",
    "> {0}",
    "> {0}\n\n    {1}",
    "| {0} | {1} |\n|---|:-:|\n| {1} | `{0}` |",
    "**{0}** _{1}_ ~~{0}~~ `{1}`",
    "[{0}](http://x/{1} '{0}')",
    "[{0}](<{1}>)",
    "<http://x/{0}>",
    "<mailto:{0}@x.y>",
    "<foo:{0}>",
    "http://x.example/{0} and www.x.example/{1}",
    "http://{0}.example/",
    "![{0}]({1})",
    "![{0}](http://x/{1} '{0}')",
    "```{0}\n{1}\n```",
    "~~~ {0} {1}\n{0}\n~~~",
    "    {0}",
    "[a][b {0}]\n\n[b {0}]: http://x/{1} '{0}'",
    "<b title='{0}'>{1}</b>",
    "<!-- {0} -->",
    "- [ ] {0}",
    "{0}  \n{1}\\\n{0}",
    "\\{0}",
    "{0}\n===\n{1}\n---",
)
"""Markdown with two places for a text."""


def generated_markdown(random: Random) -> str:
    """Return a text of many shapes with attacks in many encodings in them."""
    texts = []
    for _ in range(random.randint(1, 4)):
        attacks = []
        for _ in range(2):
            raw = "".join(random.choices(BARE_CONTROLS + _HIDDEN, k=random.randint(1, 3)))
            attacks.append(random.choice(ENCODINGS)(raw) + random.choice(("EVIL", "", " ", "]")))
        texts.append(random.choice(_SHAPES).format(*attacks))
    return "\n\n".join(texts)


_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# what the app itself writes: colours by number, places, modes, the keyboard protocol, the pointer,
# whether the terminal has drawn what came before, and a wipe where the screen is left
_OWN_SEQUENCES = re.compile(
    r"\x1b\[[0-9;]*m|\x1b\[\d+;\d+H|\x1b\[[<>]\d*u"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1005|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?\d+\$p|\x1b\]22;[a-z-]*\x07|\x1b\[2[23];2t|\x1b\[5n"
    r"|\x1b\[2J\x1b\[H(?=\x1b\[\?2004l)"
)
_OWN_TITLE = re.compile(r"\x1b\]2;(?!EVIL\x1b)([^\x00-\x1f\x7f-\x9f]*)\x1b\\")
"""Names in the title are held to be text like any other on the screen."""


def all_attacks(label: str) -> str:
    """Return every attack on one line, behind `label`."""
    return f"{label} {' '.join(ATTACKS.values())}"


def leaks(received: bytes, *, is_terminal: bool) -> list[str]:
    """Return what no hostile text may bring about, each with what stands around it.

    A terminal may receive the app's own sequences, a pipe none.
    """
    text = received.decode("utf-8")
    rest = text
    if is_terminal:
        # a terminal line ends in both; a return alone would let a text write over its row
        rest = (
            _OWN_SEQUENCES.sub("", _OWN_TITLE.sub(r"\1", text))
            .replace("\r\n", "\n")
            .replace("\r", "\x00")
        )
    found = [rest[max(0, m.start() - 20) : m.end() + 20] for m in _FORBIDDEN.finditer(rest)]
    return found + re.findall("\x1b\\[31mEVIL|fine\rEVIL", text)
