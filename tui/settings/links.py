"""Links to the terminal that can be configured; light to import, for the command line."""

from __future__ import annotations

AUTO_LINK, FAST_LINK, SLOW_LINK = LINKS = ("auto", "fast", "slow")
"""How much is drawn: as the way to the terminal turns out to be, as on a fast or on a slow one."""
