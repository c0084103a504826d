"""Folding of what is looked for and of what is searched: letters and blanks in one form."""

from __future__ import annotations

from functools import lru_cache

from tui.formatting.search_pattern import STRETCH_CHARS, folded

_OTHER_BLANKS = ("  ", *"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f")
"""All of ASCII that are not one space."""


def folded_text(text: str) -> str:
    """Return a text as it is compared: case, accents and width away, blanks single or none."""
    return with_single_blanks(folded(text))


def with_single_blanks(text: str, stretch_chars: int = STRETCH_CHARS) -> str:
    """Return a text with one space in place of blanks, and none around it.

    The words of a stretch are there at once: those of a long text take ten times its room.
    """
    if text.isascii() and not any(blank in text for blank in _OTHER_BLANKS):
        # as most texts are, and quicker than to take it apart
        return text.strip(" ")
    lines: list[str] = []
    was_blank = False
    for at in range(0, len(text), stretch_chars):
        stretch = text[at : at + stretch_chars]
        line = " ".join(stretch.split())
        if line:
            if lines and (was_blank or stretch[0].isspace()):
                lines.append(" ")
            lines.append(line)
        was_blank = stretch[-1].isspace()
    return "".join(lines)


@lru_cache(65_536)
def folded_name(text: str) -> str:
    """Return `folded_text` of what is asked of again and again, such as a title."""
    return folded_text(text)
