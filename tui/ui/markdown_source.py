"""What can be found in the Markdown source of an answer."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt

OPENABLE = ("https://", "http://", "mailto:")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    language: str
    """First word of the fence's info string, empty when there is none."""
    code: str


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A paragraph, heading, list, table, quote or code block of the top level, by its lines."""

    first_line: int
    end_line: int
    """The line after its last one that is not empty."""


def parser() -> MarkdownIt:
    """Return a parser for answers; raw HTML is text to be read, not structure to be dropped."""
    return MarkdownIt("gfm-like", {"html": False})


def code_blocks(text: str) -> list[CodeBlock]:
    return [
        CodeBlock((token.info.split() or [""])[0], token.content)
        for token in parser().parse(text)
        if token.type in ("fence", "code_block")
    ]


def source_blocks(text: str) -> list[SourceBlock]:
    """Return the blocks of `text` in order; what is between them belongs to none."""
    lines = text.split("\n")
    found: list[SourceBlock] = []
    for token in parser().parse(text):
        if token.level == 0 and token.map is not None:
            first, end = token.map
            while end > first + 1 and not lines[end - 1].strip():
                end -= 1
            found.append(SourceBlock(first, end))
    return found
