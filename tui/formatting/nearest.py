"""Nearest known name for one that is not known, as the end of a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name that `word` was most likely meant to be, empty when none is near."""
    # for a wrong name alone
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'nearest'?`, or nothing when nothing known is near."""
    near = nearest(word, known)
    return f"; did you mean '{near}'?" if near else ""
