"""Block reader: tokens of a section to flat blocks, with the prefixes of lists and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from markdown_it.token import Token
from msgspec import Struct

from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import (
    TAB,
    Block,
    Body,
    Code,
    Context,
    InList,
    InTable,
    Literal,
    Prose,
    ThematicBreak,
)
from tui.ui.markdown.definitions import told_definitions
from tui.ui.markdown.inline import inline_text
from tui.ui.markdown.sections import MAX_NESTING, Section, lines_of, opened_list
from tui.ui.markdown.styled_text import Piece, Row, in_one_style
from tui.ui.markdown.table import RowSource, read_row, read_table

_BULLETS = ("• ", "◦ ", "▪ ")
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_QUOTE_MARKS = " \t>"


class SourceRange:
    """What of the source is parsed at once, by lines."""

    def __init__(self, source: str, start: int, end: int, context: Context) -> None:
        self.source = source
        self.start = start
        self.context = context
        text = source[start:end]
        self.lines = text.split("\n")
        head_lines = 0
        if isinstance(context, InTable):
            text = context.head + text
            head_lines = InTable.HEAD_LINES
            self.lines = [""] * head_lines + self.lines
        self.text = text
        sizes = (len(line) + 1 for line in self.lines[head_lines:])
        self._starts = [start] * head_lines + list(accumulate(sizes, initial=start))
        self._end = end

    def offset(self, line: int) -> int:
        """Return where a line begins in the source; the end for lines beyond the last."""
        return min(self._starts[min(line, len(self._starts) - 1)], self._end)


class _Container(Struct):
    """A list item or a quote."""

    first: Row
    rest: Row
    end_line: int
    is_item: bool
    begun: bool = False

    def take(self) -> Row:
        """Return what stands before the next row."""
        if self.begun:
            return self.rest
        self.begun = True
        return self.first


class SectionReader:
    """Reads the tokens of one section; used once."""

    def __init__(self, source_range: SourceRange, section: Section) -> None:
        self._source_range = source_range
        self._section = section
        self._containers: list[_Container] = []
        self._lists: list[InList] = []
        self._blocks: list[Block] = []
        self._line = section.first_line
        """First line of which nothing was read yet."""
        if isinstance(section.context, InList):
            self._lists.append(section.context)

    def read(self) -> tuple[Block, ...]:
        section, source_range = self._section, self._source_range
        if any(token.level >= MAX_NESTING - 1 for token in section.tokens):
            text = "\n".join(source_range.lines[section.first_line : section.end_line]).rstrip()
            self._add(Literal(text.replace("\t", TAB)), section.first_line, section.end_line)
            return tuple(self._blocks)
        if isinstance(section.context, InTable):
            source = self._row_source(section.first_line)
            row = read_row(section.tokens, section.context.columns, source)
            return (Block(row, source.start, source.end),)
        self._read(section.tokens)
        self._read_definitions(section.end_line)
        return tuple(self._blocks)

    def _read(self, tokens: Sequence[Token]) -> None:
        at = 0
        base: tuple[str, ...] = ()
        while at < len(tokens):
            token = tokens[at]
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._lists.append(opened_list(token))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open" | "blockquote_open":
                    self._open(token)
                case "list_item_close" | "blockquote_close":
                    self._close()
                case "heading_open":
                    base = (f".{token.tag}",)
                case "heading_close":
                    base = ()
                case "table_open":
                    end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                    self._add_table(tokens[at : end + 1])
                    at = end
                case _:
                    self._read_leaf(token, base)
            at += 1

    def _read_leaf(self, token: Token, base: tuple[str, ...]) -> None:
        match token.type:
            case "inline":
                self._add_prose(token, base)
            case "fence" | "code_block":
                code = token.content.removesuffix("\n").replace("\t", TAB)
                self._add(Code(" ".join(token.info.split()), code), *lines_of(token))
            case "hr":
                self._add(ThematicBreak(), *lines_of(token))
            case _ if token.content:
                self._add(Literal(token.content.replace("\t", TAB)), *lines_of(token))

    def _open(self, token: Token) -> None:
        end_line = lines_of(token)[1]
        if token.type == "blockquote_open":
            bar: Row = (Piece("▌ ", (".quote-bar",)),)
            self._containers.append(_Container(bar, bar, end_line, is_item=False))
            return
        current = self._lists[-1]
        mark = _BULLETS[(len(self._lists) - 1) % len(_BULLETS)]
        if current.ordered:
            mark = f"{current.shown_number(token.info)}{current.markup} "
        self._lists[-1] = current.next_item()
        rest = _blank(cell_len(mark))
        self._containers.append(_Container(_mark(mark), rest, end_line, is_item=True))

    def _close(self) -> None:
        container = self._containers[-1]
        if not container.begun:
            self._read_definitions(container.end_line)
        if not container.begun:
            self._add(Prose(), self._line, self._line + 1)
        self._containers.pop()

    def _add_prose(self, token: Token, base: tuple[str, ...]) -> None:
        styled = inline_text(token.children or (), *base)
        item = self._containers[-1] if self._containers else None
        if item and item.is_item and not item.begun and (box := _TASKS.get(styled.text[:4])):
            # a box stands in place of a bullet, a number says more than that
            if self._lists[-1].ordered:
                box = item.first[0].text + box
            item.first, item.rest = _mark(box), _blank(cell_len(box))
            styled = styled.without_start(4)
        self._add(Prose.of(styled), *lines_of(token))

    def _add_table(self, tokens: Sequence[Token]) -> None:
        first, end = lines_of(tokens[0])
        rows = [self._row_source(line) for line in (first, *range(first + 2, end))]
        self._add(read_table(tokens, rows), first, end)

    def _row_source(self, line: int) -> RowSource:
        return RowSource(*self._extent(line, line + 1))

    def _read_definitions(self, upto: int) -> None:
        """Read the lines that belong to no block, for they define what links go to."""
        lines = [line.strip(_QUOTE_MARKS) for line in self._source_range.lines[self._line : upto]]
        if told := told_definitions("\n".join(lines)):
            self._add(Prose.of(in_one_style(told, ".muted")), self._line, upto)

    def _add(self, body: Body, first_line: int, end_line: int) -> None:
        if first_line > self._line:
            self._read_definitions(first_line)
        start, end = self._extent(first_line, end_line)
        gap = self._gap(start)
        first = _joined(tuple(each.take() for each in self._containers))
        rest = _joined(tuple(each.rest for each in self._containers))
        self._blocks.append(Block(body, start, end, first, rest, gap))
        self._line = max(self._line, end_line)

    def _gap(self, start: int) -> Row | None:
        """Return what stands in the empty row above: always one above a top-level block."""
        if not self._blocks:
            return gap_before(self._source_range.source, start, self._section.context)
        if not _is_blank_above(self._source_range.source, start):
            return None
        return _joined(tuple(each.rest for each in self._containers if each.begun))

    def _extent(self, first_line: int, end_line: int) -> tuple[int, int]:
        start, end = self._source_range.offset(first_line), self._source_range.offset(end_line)
        if end > start and self._source_range.source[end - 1] == "\n":
            end -= 1
        return start, end


def gap_before(source: str, start: int, context: Context) -> Row | None:
    """Return the empty row above the first block of a unit, `None` where there is none."""
    if isinstance(context, InTable):
        return None
    goes_on = isinstance(context, InList) and context.has_begun
    return None if goes_on and not _is_blank_above(source, start) else ()


def _is_blank_above(source: str, start: int) -> bool:
    """Nothing but the marks of quotes stands on the line above the one at `start`."""
    above = source.rfind("\n", 0, max(0, start - 1)) + 1
    return start > 0 and not source[above : start - 1].strip(_QUOTE_MARKS)


@lru_cache
def _mark(text: str) -> Row:
    return (Piece(text, (".bullet",)),)


@lru_cache
def _blank(cells: int) -> Row:
    return (Piece(" " * cells),)


@lru_cache
def _joined(rows: tuple[Row, ...]) -> Row:
    """Return one row of several, the same object again and again: items have it by thousands."""
    return tuple(piece for row in rows for piece in row)
