"""Code blocks: fences, where they end, and the colours of their code."""

from __future__ import annotations

import re
import threading

from msgspec import Struct

from tui.ui.markdown.blocks import TAB, Block, Code
from tui.ui.markdown.styled_text import Piece, StyledText, in_one_style, join_pieces

HIGHLIGHT_CHARS = 24_000
"""Longer code stays in one colour: telling its words apart would hold the screen up."""
_OPENING = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*([^\n]*)")
_FENCE = ".fence"
_highlighting = threading.Lock()
"""Pygments makes a language ready in steps that two threads must not take at once."""


class OpenFence(Struct, frozen=True):
    """A top-level fence that has not been closed."""

    start: int
    """Where it begins in the source."""
    content: int
    """Where its first line of code begins."""
    indent: int
    marker: str
    info: str

    def closing_line(self, source: str, start: int, end: int) -> int | None:
        """Return where the line that closes it begins, if it is between two offsets."""
        mark = re.escape(self.marker[0])
        closing = rf"^ {{0,3}}{mark}{{{len(self.marker)},}}[ \t]*$"
        closing_line = re.compile(closing, re.MULTILINE).search(source, start, end)
        return closing_line.start() if closing_line is not None else None

    def may_close(self, line: str) -> bool:
        """An unfinished line that may yet become the closing one."""
        return len(line) > 0 and not line.strip(" \t" + self.marker[0])

    def block(self, source: str, stop: int, end: int, *, is_open: bool = False) -> Block:
        """Return the code up to `stop`, of a fence that ends at `end`."""
        code = source[self.content : stop].removesuffix("\n")
        if self.indent:
            code = re.sub(r"^[ \t]+", self._without_indent, code, flags=re.MULTILINE)
        body = Code(self.info, code.replace("\t", TAB), is_open)
        return Block(body, self.start, end, gap=())

    def _without_indent(self, blanks: re.Match[str]) -> str:
        """Return what is left of the blanks before a line; a tab reaches to the next fourth cell.

        Source: CommonMark, section 2.2.
        """
        cells = 0
        for at, blank in enumerate(blanks[0]):
            if cells >= self.indent:
                return " " * (cells - self.indent) + blanks[0][at:]
            cells += 4 - cells % 4 if blank == "\t" else 1
        return " " * max(0, cells - self.indent)


def open_fence(source: str, start: int, end: int) -> OpenFence | None:
    """Return the fence that begins at `start`, `None` when none does or its line is not whole."""
    opening = _OPENING.match(source, start, end)
    if opening is None or opening.end() >= end:
        return None
    indent, marker, info = opening.groups()
    # such a line may also be the head of a table
    if "|" in info or (marker[0] == "`" and "`" in info):
        return None
    return OpenFence(start, opening.end() + 1, len(indent), marker, " ".join(info.split()))


def highlighted(code: str, language: str) -> StyledText:
    """Return code styled by the kinds of its words, in one style for an unknown language."""
    # without code the name may not be whole yet, and a language nobody knows is looked for long
    if not language or not code or len(code) > HIGHLIGHT_CHARS:
        return in_one_style(code, _FENCE)
    with _highlighting:
        return _highlighted(code, language)


def _highlighted(code: str, language: str) -> StyledText:
    # late: Pygments takes longer to load than most answers to draw
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return in_one_style(code, _FENCE)
    pieces = []
    for kind, text in lexer.get_tokens(code):
        name = ".".join(kind)
        pieces.append(Piece(text, (_FENCE, f"~{name}") if name else (_FENCE,)))
    styled = join_pieces(tuple(pieces))
    # a lexer may change what it reads, and the rows are cut from the code as it is
    return styled if styled.text == code else in_one_style(code, _FENCE)
