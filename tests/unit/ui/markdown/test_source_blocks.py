from __future__ import annotations

from tui.ui.markdown.source_blocks import CodeBlock, code_blocks, source_blocks


def test_code_blocks_come_in_order_with_their_language() -> None:
    text = "```python title=x\na = 1\n\n```\n\n- item\n\n  ~~~\n  b\n  ~~~\n"
    assert code_blocks(text) == [CodeBlock("python", "a = 1\n\n"), CodeBlock("", "b\n")]


def test_indented_code_is_a_code_block() -> None:
    assert code_blocks("text\n\n    a\n    b\n") == [CodeBlock("", "a\nb\n")]


def test_an_open_fence_is_code_to_its_end() -> None:
    assert code_blocks("```sh\nls\n") == [CodeBlock("sh", "ls\n")]


def test_inline_code_is_no_block() -> None:
    assert code_blocks("`a`") == []


def test_brackets_without_end_hold_nothing_up() -> None:
    assert code_blocks("[" * 200_000 + "\n\n```\na\n```\n") == [CodeBlock("", "a\n")]


def test_blocks_are_known_by_their_lines() -> None:
    text = "# Head\ntext\non\n\n\n- a\n  - b\n\n- c\n\n```\nx\n\n```\n| a |\n|---|\n| 1 |\n\n> q\n"
    lines = text.split("\n")
    assert [lines[each.first_line : each.end_line] for each in source_blocks(text)] == [
        ["# Head"],
        ["text", "on"],
        ["- a", "  - b", "", "- c"],
        ["```", "x", "", "```"],
        ["| a |", "|---|", "| 1 |"],
        ["> q"],
    ]


def test_a_text_of_nothing_has_no_blocks() -> None:
    assert source_blocks("\n \n") == []
