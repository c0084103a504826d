"""Files of the repository that a program makes, and the command that makes or judges them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def run_command(
    arguments: Sequence[str],
    program: str,
    folder: Path,
    write: Callable[[Path], None],
    stale: Callable[[Path], Sequence[str]],
) -> int:
    """Make the files of `folder`, or with `--check` tell what is stale; return the exit status.

    `program` is what `python -m` takes.
    """
    if arguments not in ([], ["--check"]):
        print(f"usage: python -m {program} [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write(folder)
        return 0
    names = stale(folder)
    for name in names:
        print(f"stale: {folder.name}/{name} (make it: python -m {program})", file=sys.stderr)
    return 1 if names else 0
