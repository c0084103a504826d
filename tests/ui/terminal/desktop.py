"""A desktop with a browser that notes what it is asked to open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

NOTING = """#!/bin/sh
# the address is moved there whole, so that nobody reads half of it
printf '%s' "$1" > "$0.new"; mv "$0.new" "$0.address"
"""


class Desktop:
    """Its programs lie in `folder`, before all others."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.delenv("BROWSER", raising=False)
        self.add("xdg-open")

    def add(self, name: str, script: str = NOTING) -> None:
        program = self.folder / name
        program.write_text(script)
        program.chmod(0o700)

    def opened_by(self, name: str = "xdg-open") -> str:
        """Return what a program was asked to open last, empty for nothing yet."""
        noted = self.folder / f"{name}.address"
        return noted.read_text() if noted.exists() else ""


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    folder = tmp_path / "programs"
    folder.mkdir()
    return Desktop(folder, monkeypatch)
