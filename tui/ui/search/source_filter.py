"""Filter of Markdown sources: which of them cannot show some words, told without reading them."""

from __future__ import annotations

import re
from collections.abc import Generator

from tui.formatting.search_pattern import STRETCH_CHARS, folded
from tui.ui.markdown.shown_limit import SHOWN_CHARS, SHOWN_LINES

_COMPARED_LETTERS = 40
_REFERENCE = re.compile(r"&#?\w{1,40};")
# where a source may hold letters that are not shown: addresses, labels, tags
_HIDES = re.compile(r"""[\[\]()<>"'][\W_]*""")
_NO_LETTERS = re.compile(r"[^\w\0]+|_+")


def may_show(source: str, letters: str) -> Generator[None, None, bool]:
    """Return whether letters, folded loosely, may be read in a source; yields after each stretch.

    Sure is only a no: the source holds them neither one after the other, nor with something
    between two of the marks that hide.
    """
    is_cut = len(source) > SHOWN_CHARS or source.count("\n") >= SHOWN_LINES
    # what stands in place of the rest is not in the source
    if not letters or is_cut or _REFERENCE.search(source):
        return True
    stretches: list[str] = []
    for start in range(0, len(source), STRETCH_CHARS):
        stretch = folded(source[start : start + STRETCH_CHARS])
        stretches.append(_NO_LETTERS.sub("", _HIDES.sub("\0", stretch)))
        yield
    marked = "".join(stretches)
    letters = letters[:_COMPARED_LETTERS]
    if letters in marked.replace("\0", ""):
        return True
    return "\0" in marked and (len(marked) > STRETCH_CHARS or _is_interrupted(letters, marked))


def _is_interrupted(letters: str, marked: str) -> bool:
    """Whether letters may follow one another where marks hide what stands between some of them."""
    size = len(letters)
    open_ends = [end for end in range(1, size + 1) if f"{letters[:end]}\0" in marked]
    seen = set(open_ends)
    while open_ends:
        at = open_ends.pop()
        if f"\0{letters[at:]}" in marked:
            return True
        for end in range(at + 1, size + 1):
            if end not in seen and f"\0{letters[at:end]}\0" in marked:
                seen.add(end)
                open_ends.append(end)
    return False
