from __future__ import annotations

from tests.tables import each_row
from tui.ui.terminal.programs import words_at_line


@each_row(
    ("command", "words"),
    [
        ("vi", ["+7"]),
        ("/usr/bin/nvim -p", ["+7"]),
        ("nano --softwrap", ["+7"]),
        ("code --wait", []),
        ("true", []),
        ("", []),
    ],
)
def test_an_editor_begins_at_a_line_where_it_is_known_to_take_one(
    command: str, words: list[str]
) -> None:
    assert words_at_line(command, 7) == words
