"""Block rule for the parser: displayed formulas, whose lines begin with signs, not list marks."""

from __future__ import annotations

from markdown_it.rules_block import StateBlock

_CLOSINGS = {"$$": "$$", "\\[": "\\]", "\\begin{": "\\end{"}


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a formula that begins with a line; it ends with its mark or before an empty line.

    What ends in its first line stands in a line of text.
    """
    if state.is_code_block(start_line):
        return False
    first = state.src[
        state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]
    ]
    opening = next((mark for mark in _CLOSINGS if first.startswith(mark)), None)
    if opening is None or _CLOSINGS[opening] in first[len(opening) :]:
        return False
    if silent:
        return True
    line = start_line + 1
    while line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        line += 1
        if _CLOSINGS[opening] in state.src[state.bMarks[line - 1] : state.eMarks[line - 1]]:
            break
    token = state.push("formula_block", "", 0)
    token.map = [start_line, line]
    token.content = state.getLines(start_line, line, state.blkIndent, False)
    state.line = line
    return True
