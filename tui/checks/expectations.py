"""Expectations of an answer, each of which says in words where an answer does not hold it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Protocol

import regex
from markdown_it import MarkdownIt
from msgspec import Struct

from tui.checks.languages import language_of
from tui.formatting.counts import counted
from tui.formatting.times import duration
from tui.safe_text import JsonValue, clean_line

MATCH_LIMIT_S = 1.0
"""So long a pattern may look through one answer."""
_PLACE_DIGITS = 20
_SHOWN_CHARS = 60


class Source(Struct, frozen=True):
    title: str
    url: str


class Answer(Struct, frozen=True):
    """What is judged of an answer."""

    text: str
    """Markdown, as the server stores it."""
    sources: tuple[Source, ...] = ()
    tools: tuple[str, ...] = ()
    """Names of the tools that were called, in their order."""
    seconds: float = 0.0
    """From the question until the answer was whole."""
    first_s: float | None = None
    """From the question to the first of its text; `None` when it did not come as a stream."""


class Expectation(Protocol):
    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        """Return what is wrong with an answer, in words that go on behind “it”; empty: nothing.

        `before` is the answer that the same question had in the run compared with.
        """
        ...


class Contains(Struct, frozen=True):
    """The text, whatever its case, its accents as they are."""

    text: str

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        return "" if _folded(self.text) in _folded(answer.text) else f"lacks {_shown(self.text)}"


class Lacks(Struct, frozen=True):
    text: str

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        return f"contains {_shown(self.text)}" if _folded(self.text) in _folded(answer.text) else ""


class Matches(Struct, frozen=True):
    """A regular expression, looked for anywhere in the text."""

    pattern: str
    limit_s: float = MATCH_LIMIT_S

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        try:
            found = regex.search(self.pattern, answer.text, timeout=self.limit_s, concurrent=True)
        except TimeoutError:
            return f"takes longer than {duration(self.limit_s)} to look for {_shown(self.pattern)}"
        return "" if found else f"does not match {_shown(self.pattern)}"


class Cites(Struct, frozen=True):
    """A source whose title or address holds this text; any source when it is empty."""

    source: str = ""

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        if not answer.sources:
            return "cites no source"
        wanted = _folded(self.source)
        if any(wanted in _folded(f"{each.title}\n{each.url}") for each in answer.sources):
            return ""
        return f"does not cite {_shown(self.source)} but {_titles(answer.sources)}"


class CitesNothing(Struct, frozen=True):
    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        return f"cites {_titles(answer.sources)}" if answer.sources else ""


class Calls(Struct, frozen=True):
    tool: str

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        if self.tool in answer.tools:
            return ""
        called = f" but {', '.join(map(_shown, answer.tools))}" if answer.tools else ""
        return f"does not call {_shown(self.tool)}{called}"


class MaxSeconds(Struct, frozen=True):
    seconds: float

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        if answer.seconds <= self.seconds:
            return ""
        return f"took {answer.seconds:.1f} s, more than {self.seconds:g} s"


class MaxChars(Struct, frozen=True):
    count: int

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        length = len(answer.text)
        if length <= self.count:
            return ""
        return f"has {counted(length, 'character')}, more than {self.count:,}"


class InLanguage(Struct, frozen=True):
    """Most of the text, code aside, is in the language of a code that `language_code` gave."""

    code: str

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        found = language_of(answer.text)
        if not found:
            return "is too short for its language to be told"
        return "" if found == self.code else f"is in the language {found}, not {self.code}"


class SameAsLast(Struct, frozen=True):
    """The words of the run compared with, however they are set in lines; all is well without."""

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        if before is None or before.text.split() == answer.text.split():
            return ""
        return "is not the answer of the run before"


class HoldsJson(Struct, frozen=True):
    """The value at a path (`items.0.name`) of the JSON that the text is, or has in a code block."""

    path: str
    value: JsonValue

    def fault_of(self, answer: Answer, before: Answer | None) -> str:
        try:
            found = _document_in(answer.text)
        except ValueError:
            return "is not JSON, and has no code block that is"
        for step in self.path.split(".") if self.path else ():
            if isinstance(found, dict) and step in found:
                found = found[step]
            elif isinstance(found, list) and (at := _place_in(found, step)) is not None:
                found = found[at]
            else:
                return f"has nothing at {_shown(self.path)}"
        if _is_same(found, self.value):
            return ""
        written, wanted = (_shown_json(each) for each in (found, self.value))
        return f"has {written} at {_shown(self.path)}, not {wanted}"


def _place_in(values: Sequence[JsonValue], step: str) -> int | None:
    # Python raises for a number of thousands of digits
    is_place = step.isdecimal() and len(step) < _PLACE_DIGITS and int(step) < len(values)
    return int(step) if is_place else None


def _document_in(text: str) -> JsonValue:
    """Return the JSON that a text is, else that of its first code block which is JSON.

    Raises:
        ValueError: there is none.
    """
    # of the blocks alone: what stands in a line is no code block, and may take long to read
    parser = MarkdownIt().disable("inline")
    blocks = (each.content for each in parser.parse(text) if each.type == "fence")
    for each in (text, *blocks):
        try:
            document: JsonValue = json.loads(each)
        except (ValueError, RecursionError):
            continue
        return document
    raise ValueError("no JSON")


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    # 1 == True in Python, and in no JSON
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _folded(text: str) -> str:
    """Return a text for comparing: without case, each letter spelled in one way, spaces as one."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _titles(sources: Sequence[Source]) -> str:
    return ", ".join(_shown(each.title or each.url) for each in sources)


def _shown(text: str) -> str:
    return f"“{clean_line(text, _SHOWN_CHARS)}”"


def _shown_json(value: JsonValue) -> str:
    return str(clean_line(json.dumps(value, ensure_ascii=False), _SHOWN_CHARS))
