"""Table rule for the parser: a bar inside code or a formula parts no cells, none is left out.

GFM cuts a row at every bar without a backslash, also inside code, and drops the cells that have
no head. People and models write `du -k | sort` into cells and mean what they see.

Source: GFM, section 4.10 (tables), but for these two.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from markdown_it.rules_block import StateBlock

from tui.ui.markdown.inline_rules import formula_end

MAX_COLUMNS = 64
"""A wider head is text: over many short rows it would be cells without end."""
BEGINS_WITH_ITEM = "begins_with_item"
"""In the environment of the parser: the first line goes on in a list, and is no head."""
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?")
_TICKS = re.compile(r"`+")
_MARK = re.compile(r"\||\\.?|`+|\$")


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table that begins at a line; `silent` only tells whether one does."""
    if start_line + 2 > end_line:
        return False
    if start_line == state.level == 0 and state.env.get(BEGINS_WITH_ITEM):
        return False
    alignments = _alignments(state, start_line + 1)
    heads = _cells(_line(state, start_line), len(alignments))
    if "|" not in _line(state, start_line) or not 0 < len(heads) <= MAX_COLUMNS:
        return False
    if len(heads) != len(alignments):
        return False
    if silent:
        return True
    state.parentType = "table"
    opening = state.push("table_open", "table", 1)
    state.push("thead_open", "thead", 1).map = [start_line, start_line + 1]
    _push_row(state, "th", start_line, heads, alignments)
    state.push("thead_close", "thead", -1)
    state.line = _push_body(state, start_line + 2, end_line, alignments)
    state.push("table_close", "table", -1)
    opening.map = [start_line, state.line]
    return True


def _push_body(state: StateBlock, first: int, end: int, alignments: list[str]) -> int:
    """Read rows from a line on; return the line after the last one."""
    terminators = state.md.block.ruler.getRules("blockquote")
    line = first
    while line < end and state.sCount[line] >= state.blkIndent and not state.is_code_block(line):
        text = _line(state, line)
        if not text or any(rule(state, line, end, True) for rule in terminators):
            break
        if line == first:
            state.push("tbody_open", "tbody", 1)
        _push_row(state, "td", line, _cells(text, len(alignments)), alignments)
        line += 1
    if line > first:
        state.push("tbody_close", "tbody", -1)
    return line


def _push_row(
    state: StateBlock, tag: str, line: int, cells: list[str], alignments: list[str]
) -> None:
    last = len(alignments) - 1
    # cells beyond the last head stand in the last column as they were written
    texts = [*cells[:last], " | ".join(cells[last:])] if len(cells) > last else cells
    state.push("tr_open", "tr", 1).map = [line, line + 1]
    for text, alignment in zip(texts, alignments, strict=False):
        opening = state.push(f"{tag}_open", tag, 1)
        if alignment:
            opening.attrs = {"style": f"text-align:{alignment}"}
        inline = state.push("inline", "", 0)
        inline.map = [line, line + 1]
        inline.content = text
        inline.children = []
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip(" \t")


def _alignments(state: StateBlock, line: int) -> list[str]:
    """Return the alignments that a line of delimiters tells, none when it is another line."""
    if state.sCount[line] < state.blkIndent or state.is_code_block(line):
        return []
    text = _line(state, line)
    # a hyphen and a blank begin a list
    if not _DELIMITERS.fullmatch(text) or text in ("-", ":") or text[:2] in ("- ", "-\t"):
        return []
    columns = [column.strip(" \t") for column in text.strip("|").split("|")]
    names = {(True, True): "center", (False, True): "right", (True, False): "left"}
    return [names.get((each.startswith(":"), each.endswith(":")), "") for each in columns]


def _cells(line: str, count: int) -> list[str]:
    """Return the texts of the cells of a row where so many are expected."""
    texts = cell_texts(line)
    # a formula is not looked for where it may as well be money
    return cell_texts(line, has_formulas=True) if len(texts) > count > 0 else texts


def cell_texts(line: str, *, has_formulas: bool = False) -> list[str]:
    """Return the texts of the cells of a row, in which an escaped bar has become a bar.

    A bar inside a formula parts cells, unless the row `has_formulas`.
    """
    cells = [""]
    ticks = _ticks_by_length(line)
    at = 0
    while (mark := _MARK.search(line, at)) is not None:
        cells[-1] += line[at : mark.start()]
        at = mark.end()
        end = formula_end(line, mark.start(), len(line)) if has_formulas else None
        if end is not None:
            at = max(at, end)
            cells[-1] += line[mark.start() : at].replace("\\|", "|")
        elif mark[0] == "|":
            cells.append("")
        elif mark[0].startswith("\\"):
            cells[-1] += mark[0].replace("\\|", "|")
        elif mark[0] == "$":
            cells[-1] += "$"
        else:
            at = _end_of_code(line, mark.start(), at, ticks)
            cells[-1] += line[mark.start() : at].replace("\\|", "|")
    cells[-1] += line[at:]
    texts = [cell.strip(" \t") for cell in cells]
    if not texts[0]:
        del texts[0]
    if texts and not texts[-1]:
        del texts[-1]
    return texts


def _ticks_by_length(line: str) -> dict[int, list[int]]:
    """Return where runs of backticks begin, by how many they are."""
    starts: dict[int, list[int]] = {}
    for run in _TICKS.finditer(line):
        starts.setdefault(len(run[0]), []).append(run.start())
    return starts


def _end_of_code(line: str, start: int, opened: int, ticks: dict[int, list[int]]) -> int:
    """Return where code ends whose backticks stand from `start` to `opened`, else `opened`.

    A bar beside both its marks or a letter in front of them tells that they are no marks of
    code: a backtick that is the whole of a cell, an apostrophe.
    """
    closings = ticks.get(opened - start, [])
    at = bisect_left(closings, opened)
    if at == len(closings):
        return opened
    content = line[opened : closings[at]]
    if "|" in content:
        inside = content.strip(" \t")
        is_apostrophe = start > 0 and line[start - 1].isalnum()
        if is_apostrophe or (inside.startswith("|") and inside.endswith("|")):
            return opened
    return closings[at] + opened - start
