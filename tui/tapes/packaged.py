"""Tapes that come with Runnel, known by their names."""

from __future__ import annotations

from pathlib import Path

ENDING = ".tape"
FOLDER = Path(__file__).parent / "library"


def packaged_names() -> tuple[str, ...]:
    return tuple(sorted(each.stem for each in FOLDER.glob(f"*{ENDING}")))


def located(path: Path) -> Path:
    """Return where a tape is: at `path`, or in the package where that is but the name of one."""
    is_name = str(path) == path.name and path.name in packaged_names()
    return FOLDER / f"{path.name}{ENDING}" if is_name and not path.is_file() else path
