import pytest

from tests.tables import each_row
from tests.unit.ui.markdown.drawn import Drawn, drawn, lines
from tui.ui.cells import cell_len
from tui.ui.markdown.table_rule import MAX_COLUMNS

HEAD = "| name | size |\n|:-----|-----:|\n"


def test_columns_are_as_wide_as_their_cells_and_aligned() -> None:
    assert lines(HEAD + "| a | 1 |\n| b | 22 |\n") == [
        "name │ size",
        "─────┼─────",
        "a    │    1",
        "b    │   22",
    ]


def test_cells_are_wrapped_where_the_table_is_too_wide() -> None:
    assert lines("| a | b |\n|---|---|\n| one two three | x |\n", 12) == [
        "a        │ b",
        "─────────┼──",
        "one two  │ x",
        "three    │",
        "─────────┼──",
    ]


def test_a_table_that_cannot_stand_is_told_row_by_row() -> None:
    source = "|a|b|c|\n|-|-|-|\n" + "|some words|more words|last words|\n"
    assert lines(source, 14) == [
        "a", "b", "c", "─────", "a: some words", "b: more words", "c: last words", "─────",
    ]  # fmt: skip


def test_wide_characters_keep_the_columns_straight() -> None:
    rows = drawn("| 名前 | b |\n|---|---|\n| 😀 | c |\n").lines
    assert len({cell_len(row) for row in rows}) == 1


def test_cells_without_a_head_are_not_lost() -> None:
    assert lines("| a |\n|---|\n| b | c | d |\n")[-1] == "b | c | d"


def test_rows_below_the_first_part_do_not_change_the_columns() -> None:
    source = HEAD + "| a | 1 |\n" * 500
    layout = Drawn()
    layout.write(source)
    above = layout.rows[:100]
    first = layout.write("| a very long name indeed | 1 |\n")
    assert layout.rows[:100] == above
    assert first >= 500
    assert [row.split("│")[0].strip() for row in layout.lines[first:]] == [
        "a", "very", "long", "name", "inde", "ed",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("rows", [3, 2_000])
def test_a_table_ends_with_a_blank_line(rows: int) -> None:
    shown = lines(HEAD + "| a | 1 |\n" * rows + "\ntext | more\n\n```\n|code|\n```\n")
    assert len(shown) == rows + 7
    assert shown[-4:] == ["text | more", "", " code · 1 line", " |code|"]


@pytest.mark.slow
def test_a_long_table_ends_where_another_block_begins() -> None:
    assert lines(HEAD + "| a | 1 |\n" * 2_000 + "# head\n")[-2:] == ["", "head"]


@each_row(
    ("row", "cells"),
    [
        ("| `du -k | sort` | x |", ["du -k | sort", "x"]),
        ("| ``a ` | b`` | x |", ["a ` | b", "x"]),
        (r"| `a \| b` | x |", ["a | b", "x"]),
        (r"| a \| b | x |", ["a | b", "x"]),
        ("| ` | x |", ["`", "x"]),
        ("| it`s | he`s |", ["it`s", "he`s"]),
        ("| ` | grave | ` |", ["`", "grave | `"]),
        (r"| \` | ` |", ["`", "`"]),
        ("| a | `b | c", ["a", "`b | c"]),
        ("| a | b | **c** | d |", ["a", "b | c | d"]),
        ("| a | b || d |", ["a", "b |  | d"]),
        ("| $P(A|B)$ | x |", ["$P(A|B)$", "x"]),
        ("| x | $|y|$ |", ["x", "$|y|$"]),
        (r"| \(|y|\) | $\{a | b\}$ |", [r"\(|y|\)", r"$\{a | b\}$"]),
        ("| $USD | CAD$ |", ["$USD", "CAD$"]),
        ("| a ($) | b ($) | c |", ["a ($)", "b ($) | c"]),
        ("| $5 | $6 | 7$ |", ["$5", "$6 | 7$"]),
        ("| only |", ["only", ""]),
        ("only", ["only", ""]),
        ("|| b |", ["", "b"]),
        (r"| $\\|x\|$ | \\(y\\) |".replace("\\\\", "\\"), ["$|x|$", r"\(y\)"]),
    ],
)
def test_a_row_shows_all_that_is_in_it(row: str, cells: list[str]) -> None:
    shown = lines(f"| head | second |\n|---|---|\n{row}\n", 80)[2]
    assert [cell.strip() for cell in shown.split("│")] == cells


@each_row("mark", ["<br>", "<br/>", "<br />", "<BR >", "</br>"])
def test_a_break_of_html_breaks_the_line_in_a_cell(mark: str) -> None:
    source = f"| a | b |\n|---|---|\n| one{mark}two {mark} three | x |\n"
    assert [line.split("│")[0].strip() for line in lines(source)[2:]] == ["one", "two", "three"]


def test_a_bar_inside_code_parts_no_heads_either() -> None:
    assert lines("| `a|b` | c |\n|---|---|\n| d | e |\n")[0].split() == ["a|b", "│", "c"]


@each_row("head", ["$|x|$ | b", "in $ | in $", "a ($) | b ($)", "$a|$b"])
def test_signs_of_money_part_no_heads(head: str) -> None:
    shown = lines(f"| {head} |\n|---|---|\n| `c|d` | e |\n")
    assert [line.count("│") for line in shown] == [1, 0, 1]


def test_a_table_needs_as_many_heads_as_delimiters() -> None:
    assert lines("| a | b |\n|---|\n| c |\n") == ["| a | b |", "|---|", "| c |"]


def test_a_head_of_many_cells_over_many_short_rows_is_no_bomb() -> None:
    source = "|a" * 400 + "|\n" + "|-" * 400 + "|\n" + "b\n" * 400
    assert "".join(drawn(source).lines) == source.replace("\n", "")


def test_an_item_is_no_head_however_the_list_came() -> None:
    pieces = ["- a\n- b\n", "- c | d\n", "---|---\n", "e | f\n"]
    assert drawn(*pieces).rows == drawn("".join(pieces)).rows


@pytest.mark.slow
def test_missing_cells_are_the_same_in_rows_that_come_one_by_one() -> None:
    cells = MAX_COLUMNS
    head = "|a" * cells + "|\n" + "|-" * cells + "|\n" + ("|c" * cells + "|\n") * 40
    pieces = [head, *["b\n" * 20] * 10, "\nend"]
    assert drawn(*pieces).rows == drawn("".join(pieces)).rows
