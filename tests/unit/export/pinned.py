"""Golden files of the exports: `python -m tests.unit.export.pinned` writes them again."""

from __future__ import annotations

from pathlib import Path

from tests.unit.export.values import document, everything
from tui.export.formats import Format

GOLDEN = Path(__file__).parent / "golden"


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for kind in Format:
        file = GOLDEN / f"everything.{kind}"
        file.write_bytes(document(kind, everything()).encode())
        print(file)


if __name__ == "__main__":
    main()
