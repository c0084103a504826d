"""Text inside of an escape sequence: nothing of it can end the sequence or begin another one."""

from __future__ import annotations

from tui.safe_text import clean_line, drawable, sendable


def osc_text(text: str, limit_chars: int) -> str:
    """Return `text` on one line, without any control character, and no longer than told."""
    return drawable(clean_line(sendable(text), limit_chars))
