"""Plain line: Markdown as words on one line, for previews."""

from __future__ import annotations

import html
import re

from tui.safe_text import SafeText, clean_line

_CHARS_A_CHAR = 4
"""How many of a source may stand for one that is read: addresses, marks, rules."""
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
# a rule, the underline of a heading, the line below the head of a table
_RULE = re.compile(r"[\s|:*_=+-]*")
_DEFINITION = re.compile(r"\s{0,3}\[[^\]]+\]:\s")
_LEAD = re.compile(r"^\s*(?:(?:#{1,6}|>|[-*+]|\d{1,9}[.)]|\[[ xX]\])(?=\s|$)\s*)+")
_CLOSING = re.compile(r"\s#+\s*$")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(
    r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[^()]*)?(?:\)|$)|\[[^\]]*\])"
)
_ADDRESS = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_STRONG = re.compile(
    r"(?<![\\*])(\*{1,3})(?![\s*])(.+?)(?<![\s\\*])\1(?!\*)"
    r"|(?<![\\\w])(_{1,3})(?![\s_])(.+?)(?<![\s\\_])\3(?!\w)"
    r"|(?<!\\)(~~)(?![\s~])(.+?)(?<![\s\\~])~~"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS = re.compile(r"[\\`*_~<&\[\]]")


def plain_line(source: str, limit_chars: int) -> SafeText:
    """Return what is read of a Markdown source, `limit_chars` at most."""
    pieces: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in source[: limit_chars * _CHARS_A_CHAR].splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip() == fence):
            pieces += (_inline(" ".join(prose)), " ")
            prose.clear()
            fence = "" if fence else mark[1]
        elif fence:
            pieces += (line, " ")
        elif text := _text_of(line):
            prose.append(text)
    return clean_line("".join([*pieces, _inline(" ".join(prose))]), limit_chars)


def _text_of(line: str) -> str:
    """Return a line without what makes it a heading, an item, a row; empty for one that draws."""
    if _RULE.fullmatch(line) or _DEFINITION.match(line):
        return ""
    if line.lstrip().startswith("#"):
        line = _CLOSING.sub("", line)
    line = _LEAD.sub("", line, count=1).strip()
    if line.startswith("|"):
        cells = (cell.strip() for cell in line.strip("|").split("|"))
        return " · ".join(cell for cell in cells if cell)
    return line


def _inline(text: str) -> str:
    if not _MARKS.search(text):
        return text
    # marks may stand around code and not in it; no text that is safe to draw holds a NUL
    codes = iter([match[2].strip() for match in _CODE.finditer(text)])
    unmarked = _unmarked(_CODE.sub("\0", text))
    return re.sub("\0", lambda _: next(codes, ""), unmarked)


def _unmarked(text: str) -> str:
    text = _ADDRESS.sub(r"\1", _LINK.sub(r"\1", text))
    before = ""
    while text != before:
        before, text = text, _STRONG.sub(lambda match: match[2] or match[4] or match[6], text)
    return html.unescape(_ESCAPE.sub(r"\1", text))
