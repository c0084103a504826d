"""Sections of parsed source: the units that freeze one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec import Struct

from tui.safe_text import clean
from tui.ui.markdown.blocks import Context, InList, InTable
from tui.ui.markdown.formula_rule import formula_block
from tui.ui.markdown.inline_rules import emphasis, formula, html_tag, line_break, strikethrough
from tui.ui.markdown.paragraph_rule import paragraph_or_heading
from tui.ui.markdown.table_rule import table

MAX_NESTING = 60
"""Levels of tokens; what lies deeper the parser leaves out, so such a block is shown as it is."""
MAX_BRACKET_COST = 16_000_000
"""Brackets times characters: the parser looks for an end from each of them."""
_MAY_HAVE_ADDRESS = re.compile(r"[:@]|//|\.[^\s.]|localhost", re.IGNORECASE)
"""What no address is without: the look for one takes a hundred times as long."""

References = dict[str, object]


class Section(Struct, frozen=True):
    """The tokens of one unit, and the lines of the parsed text they come from."""

    first_line: int
    end_line: int
    tokens: tuple[Token, ...]
    context: Context
    """What to know to parse again from this section on."""


@cache
def parser() -> MarkdownIt:
    """Return a parser for answers; raw HTML is text to be read, not structure to be dropped."""
    made = _dialect()
    # an address is shown as it was written: decoded it would not be what is opened
    made.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    assert made.linkify is not None
    made.linkify.pretest = may_have_address(made.linkify.pretest)
    made.core.ruler.before("inline", "spare", _spare_costly_text)
    made.core.ruler.push("clean", _clean_decoded_text)
    return made


def may_have_address(pretest: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return what says as `pretest` does whether a text may have one, soon where it has none."""
    return lambda text: _MAY_HAVE_ADDRESS.search(text) is not None and pretest(text)


@cache
def outliner() -> MarkdownIt:
    """Return a parser that finds blocks and leaves the text inside them alone."""
    return _dialect().disable(["inline", "linkify", "text_join"])


def _dialect() -> MarkdownIt:
    options = {"html": False, "maxNesting": MAX_NESTING, "store_labels": True}
    made = MarkdownIt("gfm-like", options)
    # it would change the source, whose characters are counted
    made.disable("normalize")
    block, inline = made.block.ruler, made.inline.ruler
    block.at("table", table, {"alt": ["paragraph", "reference"]})
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    block.at("lheading", paragraph_or_heading)
    block.before("table", "formula_block", formula_block, interrupts)
    inline.before("escape", "formula", formula)
    inline.before("autolink", "line_break", line_break)
    inline.before("autolink", "html_tag", html_tag)
    inline.at("emphasis", emphasis)
    inline.at("strikethrough", strikethrough)
    return made


def _spare_costly_text(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            brackets = token.content.count("[")
            if brackets * len(token.content) > MAX_BRACKET_COST:
                token.type = "literal"


def _clean_decoded_text(state: StateCore) -> None:
    """Clean what character references, escapes and host names have been decoded to."""
    _clean_tokens(state.tokens)


def _clean_tokens(tokens: Sequence[Token]) -> None:
    for token in tokens:
        # most tokens are marks, without a text of their own
        if token.content:
            token.content = clean(token.content)
            if token.type == "text":
                # a line break that was decoded breaks no row
                token.content = token.content.replace("\n", " ")
        if token.info:
            token.info = clean(token.info)
        for name, value in token.attrs.items():
            if isinstance(value, str):
                token.attrs[name] = clean(value).replace("\n", " ")
        if token.children:
            _clean_tokens(token.children)


def sections(tokens: Sequence[Token], lines: Sequence[str], context: Context) -> list[Section]:
    """Return the sections of the parsed `lines`, in order.

    A text parsed in a context starts with the item or rows that continue what is open there.
    """
    result: list[Section] = []
    for at, block in enumerate(_top_level(tokens)):
        kind = block[0].type
        if kind in ("bullet_list_open", "ordered_list_open"):
            result += _items(block, context if at == 0 else None)
        elif at == 0 and kind == "table_open" and isinstance(context, InTable):
            result += _rows(block, context)
        else:
            first, end = lines_of(block[0])
            result.append(Section(first, end, block, None))
    first_line = InTable.HEAD_LINES if isinstance(context, InTable) else 0
    return list(_with_definitions(result, lines, first_line))


def _top_level(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    depth = start = 0
    for at, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tuple(tokens[start : at + 1])
            start = at + 1


def _items(block: tuple[Token, ...], context: Context) -> Iterator[Section]:
    position = opened_list(block[0])
    if isinstance(context, InList) and context.is_same_list(position.ordered, position.markup):
        position = context
    for item in _top_level(block[1:-1]):
        first, end = lines_of(item[0])
        yield Section(first, end, item, position)
        position = position.next_item()


def opened_list(opening: Token) -> InList:
    """Return where a list begins."""
    start = opening.attrGet("start")
    ordered = opening.type == "ordered_list_open"
    return InList(ordered, opening.markup, 1 if start is None else int(start))


def _rows(block: tuple[Token, ...], context: InTable) -> Iterator[Section]:
    for group in _top_level(block[1:-1]):
        if group[0].type == "tbody_open":
            for row in _top_level(group[1:-1]):
                first, end = lines_of(row[0])
                yield Section(first, end, row, context)


def lines_of(token: Token) -> tuple[int, int]:
    """Return the first line of a block and the one behind it, of the parsed text."""
    first, end = token.map or (0, 0)
    return first, end


def _with_definitions(blocks: list[Section], lines: Sequence[str], line: int) -> Iterator[Section]:
    """Give lines that belong to no block, for they define links, to sections too."""
    for section in [*blocks, Section(len(lines), len(lines), (), None)]:
        while line < section.first_line and not lines[line].strip():
            line += 1
        if line < section.first_line:
            yield Section(line, section.first_line, (), None)
        if section.tokens:
            yield section
        line = max(line, section.end_line)
