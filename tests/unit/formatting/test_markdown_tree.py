from __future__ import annotations

from tui.formatting.markdown_tree import MAX_PARAGRAPH_CHARS, blocks_of


def words_of(source: str) -> list[str]:
    return [
        each.content
        for block in blocks_of(source)
        for each in block.walk()
        # of what stands between marks some is empty
        if each.type == "text" and each.content
    ]


def test_the_marks_of_a_paragraph_beyond_measure_are_text_and_those_of_others_are_read() -> None:
    long = "**x** " * (MAX_PARAGRAPH_CHARS // 6 + 1)
    assert words_of(f"# *a*\n\n{long}\n\n**b**") == ["a", long.strip(), "b"]
    assert words_of("**x**") == ["x"]
