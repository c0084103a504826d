from __future__ import annotations

from tests.tables import each_row
from tui.export.file_endings import FORMATS, told_format, words_for_format
from tui.export.formats import Format


def test_the_formats_are_told_as_they_are_spelt() -> None:
    assert sorted(FORMATS) == sorted(each.value for each in Format)


@each_row(
    ("name", "told"),
    [
        *((f"a.b.{each}", each) for each in FORMATS),
        ("a.HTM", "html"),
        ("~/a.Markdown", "md"),
        ("a.txt", "md"),
        ("a", None),
        (".md", None),
        ("a.xls", None),
    ],
)
def test_the_name_of_a_file_tells_its_format(name: str, told: str | None) -> None:
    assert told_format(name) == told
    for each in FORMATS:
        assert words_for_format(name, each) == ("" if each == told else f" as {each}")
