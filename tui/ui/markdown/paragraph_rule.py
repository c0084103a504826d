"""Paragraph rule for the parser: a paragraph, or the heading that a line below it makes of it.

The library looks for the end of each paragraph twice, first for a line that makes a heading of it;
most of the time of a long one is that look.

Source: CommonMark, sections 4.3 (setext headings) and 4.8 (paragraphs).
"""

from __future__ import annotations

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock

_MARKS = frozenset("`~>*-_+<#$\\0123456789")
"""With one of these begins what ends a paragraph, but for a table: its second line tells it."""
_DELIMITERS = frozenset("|:-")


def paragraph_or_heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read what begins at a line, up to what ends a paragraph."""
    if state.is_code_block(start_line):
        return False
    # so it stays behind a paragraph with the rules of the library
    before, state.parentType = state.parentType, "paragraph"
    marker, line = _end(state, start_line + 1, end_line)
    content = mdTrim(state.getLines(start_line, line, state.blkIndent, False))
    state.line = line + bool(marker)
    tag = {"": "p", "=": "h1", "-": "h2"}[marker]
    kind = "heading" if marker else "paragraph"
    opening = state.push(f"{kind}_open", tag, 1)
    opening.markup = marker
    opening.map = [start_line, state.line]
    inline = state.push("inline", "", 0)
    inline.content = content
    inline.map = [start_line, line]
    inline.children = []
    state.push(f"{kind}_close", tag, -1).markup = marker
    if marker:
        state.parentType = before
    return True


def _end(state: StateBlock, line: int, end_line: int) -> tuple[str, int]:
    """Return what a heading is underlined with, empty for a paragraph, and the line behind it."""
    terminators = state.md.block.ruler.getRules("paragraph")
    while line < end_line and not state.isEmpty(line):
        indent = state.sCount[line]
        # no code: behind a paragraph it goes on with it, and a quote has looked at it before
        if indent - state.blkIndent <= 3:
            if indent >= state.blkIndent and (marker := _underline(state, line)):
                return marker, line
            # most lines begin with a letter, and all rules would be asked of each
            if indent >= 0 and (
                _first(state, line) in _MARKS
                or (line + 1 < end_line and _first(state, line + 1) in _DELIMITERS)
            ):
                for rule in terminators:
                    if rule(state, line, end_line, True):
                        return "", line
        line += 1
    return "", line


def _first(state: StateBlock, line: int) -> str:
    """Return the first character of a line, or its end."""
    place = state.bMarks[line] + state.tShift[line]
    return state.src[place : place + 1]


def _underline(state: StateBlock, line: int) -> str:
    start = state.bMarks[line] + state.tShift[line]
    text = state.src[start : state.eMarks[line]]
    marker = text[:1]
    return marker if marker in ("-", "=") and not text.lstrip(marker).strip(" \t") else ""
