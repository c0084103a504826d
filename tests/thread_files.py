"""What Linux tells of each thread of a process, which may end while it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def told_of_threads(pid: int, name: str) -> Iterator[str]:
    """Yield the text of the file `name` of each thread; of those that have ended, nothing."""
    threads: list[Path] = []
    # not by a pattern: `Path.glob` looks whether there is a folder, and fails if it is gone then
    with suppress(OSError):
        threads = [*Path(f"/proc/{pid}/task").iterdir()]
    for thread in threads:
        try:
            told = (thread / name).read_text("ascii", "replace")
        except OSError:
            continue
        yield told
