"""OSC 52, the escape code that fills the terminal's clipboard: how much of it terminals take."""

from __future__ import annotations

OSC52_BYTES = 74_994
"""What fits into 100,000 characters of base64: many terminals drop an OSC 52 beyond that."""


def fits_osc52(text: str) -> bool:
    return len(text.encode("utf-8")) <= OSC52_BYTES
