"""Writing a question in the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from tui.errors import BadInput
from tui.safe_text import clean


def edit_externally(app: App[object], text: str) -> str:
    """Return `text` as edited in `$VISUAL` or `$EDITOR`, else `vi`, without its last line break.

    Raises:
        BadInput: the editor cannot be run here, or ended badly; the text is unchanged.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="runnel-") as folder:
        file = Path(folder) / "question.md"
        file.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                ended = subprocess.run([*shlex.split(command), str(file)], check=False)
        except (OSError, ValueError, SuspendNotSupported):
            raise BadInput(
                f"The editor {clean(command, 80)!r} could not be run.",
                hint="Set VISUAL or EDITOR to an editor of yours.",
            ) from None
        if ended.returncode != 0:
            raise BadInput(
                f"The editor ended with status {ended.returncode}; the text stays as it was."
            )
        return file.read_text(encoding="utf-8", errors="replace").removesuffix("\n")
