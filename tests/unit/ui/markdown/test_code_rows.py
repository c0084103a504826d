from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.markdown.drawn import Drawn, drawn, lines, text_of
from tui.ui.cells import cell_len
from tui.ui.markdown.blocks import Code
from tui.ui.markdown.code_rows import CodeKey, CodeRows
from tui.ui.markdown.wrap import HANG_MARK

KEYS = (CodeKey("a.copy", "c", "copy"), CodeKey("a.save", "s", "save"))
CODES = st.lists(
    st.sampled_from(
        ["x", "word ", "    ", " ", "\n", "=", "longer_than_a_row_" * 3, "漢字", "é", "e\u0301",
         "👩\u200d👩", "\u200b", " \u0301", "a b c d e f g h " * 12, "-" * 140]
    ),
    max_size=30,
).map("".join)  # fmt: skip
WIDTHS = st.sampled_from([(1, 1), (9, 9), (20, 20), (40, 90), (100, 150)])


def rows_text(rows: CodeRows) -> list[str]:
    return [text_of(rows.row(y)) for y in range(len(rows))]


def code_part(rows: CodeRows, y: int) -> str:
    """What of the code a row shows, and nothing that the layout adds."""
    return rows.text[rows.offset(y, 0) : rows.offset(y, 1 << 30)]


@pytest.mark.slow
@settings(max_examples=75 * FUZZ)
@given(CODES, WIDTHS)
def test_every_character_is_in_one_row_and_a_row_that_goes_on_says_so(
    code: str, widths: tuple[int, int]
) -> None:
    rows = CodeRows(Code("", code), *widths)
    shown, last_end = "", 0
    for y in range(rows.head_rows, len(rows)):
        start = rows.offset(y, 0)
        goes_on = start > 0 and code[start - 1] != "\n"
        shown += code[last_end:start] + code_part(rows, y)
        last_end = rows.offset(y, 1 << 30)
        text = text_of(rows.row(y))
        assert text[rows.text_column(y) :].startswith(code_part(rows, y))
        assert cell_len(text) <= max(2, widths[1])
        if widths[0] > 15:
            assert text[: rows.text_column(y)].endswith(HANG_MARK) == goes_on
    assert shown == code


@pytest.mark.slow
@settings(max_examples=75 * FUZZ)
@given(CODES, st.lists(st.integers(0, 400), max_size=12), WIDTHS)
def test_code_that_grows_has_the_rows_of_the_whole(
    code: str, cuts: list[int], widths: tuple[int, int]
) -> None:
    page = Drawn(widths[1])
    source = f"```py\n{code}\n```\n"
    for start, end in pairwise([0, *sorted(min(cut, len(source)) for cut in cuts), len(source)]):
        page.write(source[start:end])
    page.finish()
    assert page.rows == drawn(source, width=widths[1]).rows


def test_a_long_line_is_broken_behind_a_blank_and_hangs_below_its_beginning() -> None:
    code = "if x:\n    call(argument_one, argument_two, argument_three)"
    assert lines(f"```py\n{code}\n```", 30) == [
        " py · 2 lines",
        " if x:",
        "     call(argument_one,",
        "     ↳ argument_two,",
        "     ↳ argument_three)",
    ]


def test_code_takes_more_room_than_text_where_it_needs_it() -> None:
    short, long = "x = 1", "y" * 120
    code = [row for row in drawn(f"```\n{short}\n```\n\n{'word ' * 60}", width=160).lines if row]
    assert [cell_len(row) for row in code[:2]] == [100, 100]
    assert max(cell_len(row) for row in code[2:]) <= 100
    wide = drawn(f"```\n{short}\n{long}\n```", width=160).lines
    assert [cell_len(row) for row in wide] == [160] * 3
    page = Drawn(160)
    for piece in ("```\n", f"{short}\n", long[:90], long[90:], "\n```\n"):
        page.write(piece)
    assert page.lines == wide


@each_row(
    ("width", "head"),
    [
        (60, " python · 2 lines   c copy · s save"),
        (36, " python · 2 lines   c copy · s save"),
        (35, " python · 2 lines"),
        (17, " python"),
        (3, "pyt"),
    ],
)
def test_the_head_says_what_there_is_room_for(width: int, head: str) -> None:
    rows = CodeRows(Code("python", "a\nb"), width, width, KEYS)
    assert rows_text(rows)[0].rstrip() == head


@each_row(
    ("code", "size"),
    [
        (Code("py", ""), "0 lines"),
        (Code("py", "a"), "1 line"),
        (Code("py", "a\n" * 1_233), "1,234 lines"),
        (Code("py", "a\n" * 7, is_open=True), "8 lines"),
        (Code("py", "a\n" * 46, is_open=True), "40+ lines"),
        (Code("py", "a\n" * 1_299, is_open=True), "1,300+ lines"),
    ],
)
def test_the_head_counts_lines_of_the_source_and_calmly_while_they_come(
    code: Code, size: str
) -> None:
    assert rows_text(CodeRows(code, 60, 60))[0].strip() == f"py · {size}"


@pytest.mark.slow
def test_a_head_changes_a_few_times_while_a_thousand_lines_come() -> None:
    page = Drawn()
    page.write("```py\n")
    heads = [page.layout.row(0)]
    for _ in range(1_000):
        page.write("x = 1\n")
        heads.append(page.layout.row(0))
    assert sum(one != other for one, other in pairwise(heads)) < 30


def test_a_key_in_the_head_is_found_where_it_stands() -> None:
    rows = CodeRows(Code("python", "a"), 60, 60, KEYS)
    head = rows_text(rows)[0]
    found = {rows.key_at(0, x) for x in range(head.index("c copy"), head.index("c copy") + 6)}
    assert found == {KEYS[0]}
    assert rows.key_at(0, head.index("s save")) == KEYS[1]
    assert rows.key_at(0, head.index("python")) is None
    assert rows.key_at(1, head.index("c copy")) is None
