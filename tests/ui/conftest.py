from __future__ import annotations

from tests.ui.desktop import desktop

__all__ = ["desktop"]
