"""Blocks of the Markdown source of an answer, by its lines."""

from __future__ import annotations

from markdown_it.token import Token
from msgspec import Struct

from tui.ui.markdown.sections import outliner
from tui.ui.markdown.shown_limit import SHOWN_CHARS


class CodeBlock(Struct, frozen=True):
    language: str
    """First word of the fence's info string, empty when there is none."""
    code: str


class SourceBlock(Struct, frozen=True):
    """A paragraph, heading, list, table, quote or code block of the top level, by its lines."""

    first_line: int
    end_line: int
    """The line after its last one that is not empty."""


def code_blocks(text: str) -> list[CodeBlock]:
    """Return the code blocks of what is shown of `text`, in order."""
    return [
        CodeBlock((token.info.split() or [""])[0], token.content)
        for token in _outline(text)
        if token.type in ("fence", "code_block")
    ]


def source_blocks(text: str) -> list[SourceBlock]:
    """Return the blocks of what is shown of `text`; what is between them belongs to none."""
    lines = text.split("\n")
    blocks: list[SourceBlock] = []
    for token in _outline(text):
        if token.level == 0 and token.map is not None:
            first, end = token.map
            while end > first + 1 and not lines[end - 1].strip():
                end -= 1
            blocks.append(SourceBlock(first, end))
    return blocks


def _outline(text: str) -> list[Token]:
    # without what stands inside the blocks: brackets without end would take minutes
    return outliner().parse(text[:SHOWN_CHARS])
