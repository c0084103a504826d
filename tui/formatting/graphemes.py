"""Grapheme clusters: what a person takes for one character, with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable


def graphemes(text: str) -> Iterable[str]:
    """Return the clusters of a text, one after the other."""
    if text.isascii() and "\r" not in text:
        return text
    # tables of all characters there are, which a start and a plain answer do without
    from wcwidth import iter_graphemes

    return iter_graphemes(text)
