from __future__ import annotations

import re

from tests.tables import each_row
from tui.ui.markdown.source_blocks import CodeBlock
from tui.ui.transcript.copying import suggested_name

HOSTILE_LANGUAGES = [
    "../../etc/passwd", "/etc/passwd", "py\x00thon", "a/b", "..", ".", "con", "nul", "aux.txt",
    "-rf", "~", "$(id)", "\u202ecod.exe", "x" * 10_000, "desktop", "python;rm", "\x1b]0;t\x07",
]  # fmt: skip


@each_row("language", HOSTILE_LANGUAGES)
def test_a_suggested_name_is_always_a_plain_one(language: str) -> None:
    assert re.fullmatch(r"code\.[A-Za-z0-9]{1,12}", suggested_name(CodeBlock(language, "x")))
