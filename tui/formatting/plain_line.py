"""Plain line: Markdown as words on one line, for previews."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.safe_text import SafeText, clean_line

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_CHARS_A_CHAR = 4
"""How many of a source may stand for one that is read: addresses, marks, rules."""
_MARKS = re.compile(r"[\\`*_~<>&\[\]#|=+-]|\d[.)]|\t|    ")
_TASK_BOXES = ("[ ] ", "[x] ", "[X] ")


def prepare() -> None:
    """Load what reads Markdown: whoever reads the first line of it on a loop would stop that."""
    _read("")


def plain_line(source: str, limit_chars: int) -> SafeText:
    """Return what is read of a Markdown source, `limit_chars` at most."""
    begin = source[: limit_chars * _CHARS_A_CHAR]
    return clean_line(_read(begin) if _MARKS.search(begin) else begin, limit_chars)


def _read(source: str) -> str:
    # imported here, for it takes longer than the first frame waits for
    from tui.formatting.markdown_tree import blocks_of

    # where the source was cut, so may be the address of a link
    before, opening, address = source.rpartition("](")
    if opening and not re.search(r"[\s()]", address):
        source = f"{before}]()"
    return " ".join(map(_words, blocks_of(source)))


def _words(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline" | "fence" | "code_block":
            return node.content
        case "softbreak" | "hardbreak":
            return " "
        case "inline" | "em" | "strong" | "s" | "link" | "image":
            return "".join(map(_words, node.children))
        case "tr":
            return " · ".join(filter(None, map(_words, node.children)))
        case "list_item":
            words = " ".join(map(_words, node.children))
            return words[4:] if words.startswith(_TASK_BOXES) else words
        case _:
            return " ".join(map(_words, node.children))
