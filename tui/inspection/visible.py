"""Bytes made visible: text as text, and a mark for all that would act, hide, or is no text."""

from __future__ import annotations

import codecs
import re

from tui.formatting.times import size
from tui.safe_text import SafeText, clean

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def visible(data: bytes, limit_bytes: int) -> SafeText:
    """Return bytes as lines that are safe to draw; what is behind `limit_bytes` is only counted.

    Controls become their pictures, what only hides becomes its number (`⟨U+202E⟩`), and a byte
    that is not UTF-8 its value (`⟨FF⟩`).
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    # of a character that the limit cuts through nothing is told
    text = decoder.decode(data[:limit_bytes], final=len(data) <= limit_bytes)
    shown = clean(_NOT_ASCII.sub(_marked, text.replace("\r", "␍")))
    if len(data) > limit_bytes:
        return SafeText(f"{shown}\n… {size(len(data) - limit_bytes)} more")
    return shown


def visible_line(data: bytes, limit_bytes: int) -> SafeText:
    """Return the beginning of bytes on one line, with marks for its line ends and tabs."""
    shown = visible(data[:limit_bytes], limit_bytes)
    ending = "…" if len(data) > limit_bytes else ""
    return SafeText(f"{shown.replace(chr(10), '␊').replace(chr(9), '␉')}{ending}")


def _marked(character: re.Match[str]) -> str:
    letter = character[0]
    if "\udc80" <= letter <= "\udcff":
        return f"⟨{ord(letter) - 0xDC00:02X}⟩"
    # the gate drops what only hides: here it is what is looked for
    return letter if clean(letter) == letter else f"⟨U+{ord(letter):04X}⟩"
