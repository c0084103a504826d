"""Link reference definitions: `[label]: address "title"`, which only the links to them show.

Source: CommonMark, section 4.7.
"""

from __future__ import annotations

import re
from functools import cache

MAX_LABEL_CHARS = 100
"""A longer label is shown before it is known whether it begins a definition."""
_LINES = 3
"""A definition takes one for its label, its address and its title, at most."""
_QUOTED = (r"\"(?:\\.|[^\"\\])*+{}\"", r"'(?:\\.|[^'\\])*+{}'", r"\((?:\\.|[^()\\])*+{}\)")
_TITLE = "|".join(each.format("") for each in _QUOTED)
_BEGUN_TITLE = "|".join(each.format(r"\\?+") + "?+" for each in _QUOTED)
_BLANK = r"[ \t]*+\n?+[ \t]*+"
_BEGUN = (
    # behind the marks of quotes and items
    r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*"
    rf"(?P<label>\[(?:\\.|[^\[\]\\\n]){{0,{MAX_LABEL_CHARS}}}+\\?+)"
    rf"(?:\](?::{_BLANK}(?:(?:<[^<>\n]*+>?+|[^\s<]\S*+)"
    rf"(?:{_BLANK}(?:{_BEGUN_TITLE})?+[ \t]*+\n?+)?+)?+)?+)?+\Z"
)
_DEFINITION = re.compile(r"\[(?:\\.|[^\[\]\\])+\]:", re.DOTALL)
_WHOLE = re.compile(
    r"^\[(?P<label>(?:\\.|[^\[\]\\])+)\]:\s*(?P<address><[^<>\n]*>|\S+)"
    rf"(?:\s+(?:{_TITLE}))?[ \t]*$",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"[</#.]|mailto:|\S*?(?://|@|\w\.[A-Za-z]{2})")


@cache
def _begun() -> re.Pattern[str]:
    # not when this is imported: it takes as long as to import all of this room
    return re.compile(_BEGUN)


def pending_definition(source: str, first: int, end: int) -> int | None:
    """Return where a label begins at the end of `source[first:end]` that may become a definition.

    `None` where there is none. What is held back from there on never has to vanish again.
    """
    line = end + 1
    for _ in range(_LINES):
        if line <= first:
            return None
        line = source.rfind("\n", first, line - 1) + 1 or first
        if begun := _begun().match(source, line, end):
            return begun.start("label")
    return None


def is_told(label: str, address: str) -> bool:
    """Say whether a definition is read as text: a note, or a word and its meaning.

    One with an address is not: the links to it have that, and say what it is called.
    """
    return label.startswith("^") or not _ADDRESS.match(address)


def told_definitions(text: str) -> str:
    """Return what is read as text of lines that hold nothing but definitions."""
    first = _DEFINITION.search(text)
    if first is None:
        return ""
    told = _WHOLE.sub(
        lambda each: each[0] if is_told(each["label"], each["address"]) else "",
        text[first.start() :],
    )
    return "\n".join(line for line in told.split("\n") if line.strip())
