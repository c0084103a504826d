"""Readable text of Markdown: what it says, without its marks, for terminals that only append."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.common.utils import normalizeReference
from markdown_it.tree import SyntaxTreeNode
from wcwidth import wrap

from tui.formatting.markdown_tree import blocks_of

MAX_BLOCK_CHARS = 100_000
"""A longer block is shown as its source: what parses it takes ever longer."""
_LEAST_COLUMNS = 20
_PIECE_CHARS = 10_000
_GROWTH = 1.25
"""A block is looked at again when it has grown by this much, so that all of it costs little."""
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}+|~{3,}+)(?P<language>[^`\n]*+)\n")
_NAMES = re.compile(r"\[([^\[\]\n]{1,200})\]")
_CODE_ENDS = "End of code."


@dataclass
class ReadableText:
    """Makes whole lines of Markdown that arrives in pieces; a line that was given never changes.

    Lines are given a block at a time, of lists an item and of code a line at a time. Those of a
    paragraph are wrapped at `columns` cells, or left whole when it is 0; code is left as it is.
    """

    columns: int = 0
    label: str = ""
    """Stands before the first line."""
    _waiting: str = ""
    """Source of which no line, or not every line, was given yet."""
    _given: int = 0
    """How many lines of what is waiting were given."""
    _look_at: float = 0
    """So much must be waiting before it is looked at again."""
    _fence: str = ""
    """The mark that opened the code in which the text is; empty outside."""
    _is_begun: bool = False
    _is_first: bool = True
    """No block was given to its end."""
    _references: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """Targets of links that are named, from all of the text."""
    _unresolved: dict[str, str] = field(default_factory=dict)
    """What may be a name of a link, as it is known and as it was given, without its target."""

    def feed(self, source: str) -> str:
        """Take the next piece and return the lines that it completes, each with its line break."""
        lines: list[str] = []
        for begin in range(0, len(source), _PIECE_CHARS):
            self._waiting += source[begin : begin + _PIECE_CHARS]
            while (before := self._waiting) and "\n" in before:
                lines += self._code_lines() if self._fence else self._block_lines()
                if self._waiting == before:
                    break
        return _joined(lines)

    def end(self) -> str:
        """Return the rest; what comes then begins anew, without a label."""
        if self._fence:
            rest = [self._waiting] if self._waiting else []
            is_closed = bool(rest) and _closes(rest[0], self._fence)
            lines = [*([] if is_closed else rest), _CODE_ENDS]
        else:
            lines = self._given_to_the_end(self._waiting)
        lines += self._late_targets()
        self._waiting, self._fence, self._look_at = "", "", 0
        return _joined(lines)

    def _code_lines(self) -> list[str]:
        *whole, self._waiting = self._waiting.split("\n")
        for number, line in enumerate(whole):
            if _closes(line, self._fence):
                self._waiting = "\n".join([*whole[number + 1 :], self._waiting])
                self._fence = ""
                return [*whole[:number], _CODE_ENDS]
        return whole

    def _block_lines(self) -> list[str]:
        """Give what is complete, and leave waiting what is not."""
        if len(self._waiting) < self._look_at:
            return []
        end = self._waiting.rindex("\n") + 1
        whole = self._waiting[:end]
        self._look_at = len(self._waiting) * _GROWTH
        blocks = self._parsed(whole)
        if not blocks:
            return []
        last = blocks[-1]
        starts = _line_starts(whole)
        begin = starts[_first_line(last)]
        lines = self._given_to_the_end(whole[:begin]) if len(blocks) > 1 else []
        self._waiting, rest = self._waiting[begin:], whole[begin:]
        if last.type == "fence" and (opening := _FENCE.match(rest)):
            lines += self._begun([f"Code{_in_words(opening['language'])}:"])
            self._fence, self._look_at, self._is_first = opening["mark"], 0, False
            self._waiting = self._waiting[opening.end() :]
        elif _is_complete(last, rest) or len(rest) > MAX_BLOCK_CHARS:
            lines += self._given_to_the_end(rest)
            self._waiting = self._waiting[len(rest) :]
        elif last.type in ("bullet_list", "ordered_list"):
            # the last item may go on
            lines += self._rest_of(rest[: starts[_first_line(last.children[-1])] - begin])
        return lines

    def _given_to_the_end(self, source: str) -> list[str]:
        """Give what is left of the blocks that are `source`, and go on behind them."""
        lines = self._rest_of(source)
        for name in _NAMES.findall(source):
            if (known_as := normalizeReference(name)) not in self._targets:
                self._unresolved[known_as] = name
        self._is_first = self._is_first and not self._is_begun
        self._given, self._look_at = 0, 0
        return lines

    def _late_targets(self) -> list[str]:
        """Tell where links lead whose lines were given before that was known."""
        late = [
            f"Link {name}: {self._targets[known_as]['href']}"
            for known_as, name in self._unresolved.items()
            if known_as in self._targets
        ]
        self._unresolved.clear()
        return self._begun(late)

    @property
    def _targets(self) -> Mapping[str, Mapping[str, str]]:
        return self._references.get("references", {})

    def _rest_of(self, source: str) -> list[str]:
        """Give what was not given of the blocks that are `source`."""
        lines: list[str] = []
        starts = _line_starts(source)
        for block in self._parsed(source):
            is_first = self._is_first and not lines
            columns = _narrower(self.columns, len(self.label) if is_first else 0)
            first, end = block.map or (0, 0)
            if starts[end] - starts[first] > MAX_BLOCK_CHARS:
                told = source[starts[first] : starts[end]].splitlines()
            else:
                told = _told(block, columns)
            lines += ["", *told] if lines and told else told
        new, is_continued = lines[self._given :], self._given > 0
        self._given = max(self._given, len(lines))
        return new if is_continued else self._begun(new)

    def _begun(self, lines: list[str]) -> list[str]:
        """Put the label before the first line of all, and an empty line between blocks."""
        if not lines:
            return lines
        if self._is_begun:
            return ["", *lines]
        self._is_begun = True
        return [self.label + lines[0], *lines[1:]]

    def _parsed(self, source: str) -> Sequence[SyntaxTreeNode]:
        return blocks_of(source, self._references)


def readable(source: str, *, columns: int = 0, label: str = "") -> str:
    """Return the readable lines of a whole text, each with its line break."""
    text = ReadableText(columns, label)
    return text.feed(source) + text.end()


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _first_line(node: SyntaxTreeNode) -> int:
    return node.map[0] if node.map else 0


def _is_complete(block: SyntaxTreeNode, source: str) -> bool:
    """Say whether nothing that comes can become a part of the last block."""
    if block.type in ("heading", "hr"):
        return True
    return block.type in ("paragraph", "table") and source.rstrip(" \t").endswith("\n\n")


def _closes(line: str, mark: str) -> bool:
    bare = line.strip()
    return (
        len(bare) >= len(mark)
        and not bare.strip(mark[0])
        and len(line) - len(line.lstrip(" ")) <= 3
    )


def _in_words(language: str) -> str:
    name = language.split()
    return f" ({name[0]})" if name else ""


def _told(block: SyntaxTreeNode, columns: int) -> list[str]:
    """Return the lines of a block; 0 columns leave them whole."""
    match block.type:
        case "heading":
            return wrapped(f"Heading {block.tag[1:]}: {_words(block)}", columns)
        case "bullet_list" | "ordered_list":
            return [line for item in block.children for line in _item_lines(item, columns)]
        case "blockquote":
            return [f"> {line}" for line in _children_lines(block, _narrower(columns, 2))]
        case "fence" | "code_block":
            code = block.content.removesuffix("\n").split("\n")
            return [f"Code{_in_words(block.info)}:", *code, _CODE_ENDS]
        case "table":
            return _table_lines(block, columns)
        case "hr":
            return ["---"]
        case _:
            lines = _words(block).split("\n")
            return [row for line in lines for row in wrapped(line, columns)]


def _children_lines(block: SyntaxTreeNode, columns: int) -> list[str]:
    return [line for child in block.children for line in _told(child, columns)]


def _item_lines(item: SyntaxTreeNode, columns: int) -> list[str]:
    # of an ordered list the parser keeps the number and what follows it apart
    mark = f"{item.info}{item.markup} " if item.info else "- "
    lines = _children_lines(item, _narrower(columns, len(mark))) or [""]
    return [mark + lines[0], *(" " * len(mark) + line for line in lines[1:])]


def _table_lines(table: SyntaxTreeNode, columns: int) -> list[str]:
    """Return a row a line, each cell behind the head of its column: no eye has to align them."""
    rows = [
        [_words(cell) for cell in row.children] for part in table.children for row in part.children
    ]
    head, body = rows[0], rows[1:]
    lines = [f"Table, {len(body)} {'row' if len(body) == 1 else 'rows'}:"]
    for row in body or [head]:
        cells = (
            f"{name}: {cell}" if name and body else cell
            for name, cell in zip(head, row, strict=False)
            if cell
        )
        lines += wrapped("; ".join(cells), columns)
    return lines


def _words(node: SyntaxTreeNode) -> str:
    """Return what a person reads of inline parts: a line break only where one was meant."""
    inner = "".join(map(_words, node.children))
    match node.type:
        case "text" | "html_inline" | "html_block":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "code_inline":
            return f"`{node.content}`"
        case "s":
            return f"~~{inner}~~"
        case "link":
            target = str(node.attrs.get("href", ""))
            shown = inner.strip()
            is_same = target in (shown, f"mailto:{shown}", f"{shown}/")
            return f"{inner} ({target})" if target and not is_same else inner
        case "image":
            return f"Image: {node.content or 'without a name'} ({node.attrs.get('src', '')})"
        case _:
            return inner


def _narrower(columns: int, by: int) -> int:
    return max(_LEAST_COLUMNS, columns - by) if columns else 0


def wrapped(text: str, columns: int) -> list[str]:
    """Return the rows of a line, cut between words; 0 columns leave it whole."""
    if not columns or not text:
        return [text]
    rows = wrap(
        text,
        columns,
        break_long_words=False,
        break_on_hyphens=False,
        control_codes="ignore",
        propagate_sgr=False,
    )
    return rows or [""]
