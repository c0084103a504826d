"""Markdown parser for words: the blocks of a text as trees, to be told without their marks."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

MAX_PARAGRAPH_CHARS = 100_000
"""The marks in a longer one are text: what looks for their ends takes seconds."""


def blocks_of(
    source: str, references: MutableMapping[str, Any] | None = None
) -> Sequence[SyntaxTreeNode]:
    """Return the blocks of a source in their order; HTML is text.

    `references` are what was defined for links before, and take what is defined here.
    """
    return SyntaxTreeNode(_parser().parse(source, references)).children


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _read_lines)
    return parser


def _read_lines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = children = token.children or []
        if len(token.content) > MAX_PARAGRAPH_CHARS:
            children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, children)
