"""Inline rules for the parser: formulas, tags of HTML, emphasis beside CJK.

Formulas are read by KaTeX and MathJax, not by Markdown: their backslashes, underscores and stars
are part of them. `$` is the sign of a formula only where it cannot be one of money.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

MAX_FORMULA_CHARS = 2_000
MAX_TAG_CHARS = 500
_BETWEEN_DOLLARS = re.compile(
    r"(?<!\w)\$(?=[^\s$)\]},.;:/\"'*])(?:\\[^\n]|[^$`\n\\]|\n(?!\s*\n))+(?<![\s(\[{])\$(?!\w)"
)
_DISPLAY = re.compile(r"\$\$(?!\$)[^$`]+\$\$(?!\$)")
_AMOUNT_AND_WORDS = re.compile(r"\d.*\s[^\W\d_]{2}", re.DOTALL)
"""What stands between the signs of two sums of money."""
_CLOSINGS = {"\\(": "\\)", "\\[": "\\]"}
_BREAK = re.compile(r"</?br\s*/?>[ \t]*(?:\n[ \t]*)?", re.IGNORECASE)


def formula(state: StateInline, silent: bool) -> bool:
    """Take a formula as it was written; also what may be a part of one that has no end."""
    end = formula_end(state.src, state.pos, state.posMax)
    if end is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def formula_end(text: str, start: int, stop: int) -> int | None:
    """Return where what may be a formula ends that begins at `start`, `None` for what is none."""
    match text[start : min(start + 2, stop)]:
        case "\\(" | "\\[" as opening:
            far = min(stop, start + MAX_FORMULA_CHARS)
            end = text.find(_CLOSINGS[opening], start + 2, far)
            return start + 2 if end < 0 else end + 2
        case "\\)" | "\\]" | "\\{" | "\\}" | "\\\\":
            return start + 2
        case opening if opening.startswith("$"):
            far = min(stop, start + MAX_FORMULA_CHARS)
            whole = _DISPLAY.match(text, start, far) or _BETWEEN_DOLLARS.match(text, start, far)
            if whole is None or _AMOUNT_AND_WORDS.match(whole[0].strip("$")):
                return None
            return whole.end()
        case _:
            return None


def line_break(state: StateInline, silent: bool) -> bool:
    """Break the line at `<br>`; the line break of the source behind it is the same one."""
    if state.src[state.pos] != "<":
        return False
    tag = _BREAK.match(state.src, state.pos, state.posMax)
    if tag is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = tag.end()
    return True


def html_tag(state: StateInline, silent: bool) -> bool:
    """Take a tag or a comment of HTML as it was written: what stands in it is no Markdown."""
    if state.src[state.pos] != "<":
        return False
    tag = HTML_TAG_RE.match(state.src, state.pos, min(state.posMax, state.pos + MAX_TAG_CHARS))
    if tag is None or "\n" in tag[0]:
        return False
    if not silent:
        # as text, in which addresses are links
        state.pending += tag[0]
    state.pos = tag.end()
    return True


def emphasis(state: StateInline, silent: bool) -> bool:
    """Note the marks of emphasis, and whether they can open or close it."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = _end_of_run(state, marker)
    before, after = _neighbours(state, end)
    opens, closes = _flanks(before, after), _flanks(after, before)
    if marker == "_":
        # within a word it is a part of the word
        opens, closes = (
            opens and (not closes or _is_punctuation(before) or _is_wide_mark(after)),
            closes and (not opens or _is_punctuation(after) or _is_wide_mark(before)),
        )
    for _ in range(end - state.pos):
        _push_delimiter(state, marker, end - state.pos, opens, closes)
    state.pos = end
    return True


def strikethrough(state: StateInline, silent: bool) -> bool:
    """Note the marks of what is struck out; a single tilde is a tilde."""
    if silent or state.src[state.pos] != "~":
        return False
    end = _end_of_run(state, "~")
    length = end - state.pos
    if length < 2:
        return False
    before, after = _neighbours(state, end)
    if length % 2:
        state.push("text", "", 0).content = "~"
    for _ in range(length // 2):
        _push_delimiter(state, "~~", 0, _flanks(before, after), _flanks(after, before))
    state.pos = end
    return True


def _push_delimiter(state: StateInline, mark: str, length: int, opens: bool, closes: bool) -> None:
    state.push("text", "", 0).content = mark
    token = len(state.tokens) - 1
    state.delimiters.append(Delimiter(ord(mark[0]), length, token, -1, opens, closes))


def _end_of_run(state: StateInline, marker: str) -> int:
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    return end


def _neighbours(state: StateInline, end: int) -> tuple[str, str]:
    before = state.src[state.pos - 1] if state.pos > 0 else " "
    after = state.src[end] if end < state.posMax else " "
    return before, after


def _flanks(outside: str, inside: str) -> bool:
    """Say whether marks between two characters may belong to the one inside.

    Punctuation inside tells of the other side, but for that of scripts without blanks: there
    are none that could tell.

    Source: CommonMark, section 6.2, as amended for Chinese, Japanese and Korean by
    tats-u/markdown-cjk-friendly.
    """
    if inside.isspace():
        return False
    if not _is_punctuation(inside) or _is_cjk(inside):
        return True
    return outside.isspace() or _is_punctuation(outside) or _is_cjk(outside)


@lru_cache(1024)
def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


@lru_cache(1024)
def _is_cjk(character: str) -> bool:
    code = ord(character)
    return unicodedata.east_asian_width(character) in "WFH" or 0xAC00 <= code <= 0xD7A3


def _is_wide_mark(character: str) -> bool:
    return _is_cjk(character) and _is_punctuation(character)
