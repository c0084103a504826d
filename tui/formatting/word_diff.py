"""Difference of two texts, word by word: `[-old-]` and `{+new+}`, with what is around each."""

from __future__ import annotations

from difflib import SequenceMatcher

_AROUND = 4
"""So many words are shown before and behind a change."""
MAX_WORDS = 2_000
"""Of longer texts the beginning is compared: the time grows with the square."""


def word_diff(old: str, new: str) -> str:
    """Return what changed on one line; empty when no word did."""
    before, after = old.split()[:MAX_WORDS], new.split()[:MAX_WORDS]
    pieces: list[str] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        pieces.append("…" if group[0][1] or group[0][3] else "")
        for kind, from_1, to_1, from_2, to_2 in group:
            if kind == "equal":
                pieces.append(" ".join(before[from_1:to_1]))
                continue
            if to_1 > from_1:
                pieces.append(f"[-{' '.join(before[from_1:to_1])}-]")
            if to_2 > from_2:
                pieces.append(f"{{+{' '.join(after[from_2:to_2])}+}}")
        if group[-1][2] < len(before) or group[-1][4] < len(after):
            pieces.append("…")
    return " ".join(filter(None, pieces))
