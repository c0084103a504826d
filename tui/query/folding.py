"""Folding of what is looked for and of what is searched: letters and blanks in one form."""

from __future__ import annotations

from functools import lru_cache

from tui.formatting.search_pattern import folded


def folded_text(text: str) -> str:
    """Return a text as it is compared: case, accents and width away, blanks single or none."""
    return " ".join(folded(text).split())


@lru_cache(65_536)
def folded_name(text: str) -> str:
    """Return `folded_text` of what is asked of again and again, such as a title."""
    return folded_text(text)
