"""Markdown parser for words: the blocks of a text as trees, to be told without their marks."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


def blocks_of(
    source: str, references: MutableMapping[str, Any] | None = None
) -> Sequence[SyntaxTreeNode]:
    """Return the blocks of a source in their order; HTML is text.

    `references` are what was defined for links before, and take what is defined here.
    """
    return SyntaxTreeNode(_parser().parse(source, references)).children


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
