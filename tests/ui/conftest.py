from __future__ import annotations

from tests.ui.terminal.desktop import desktop

__all__ = ["desktop"]
