from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.markdown.drawn import drawn, lines


def emphasised(source: str) -> str:
    styles = {".strong", ".em", ".strike"}
    return "".join(piece.text for piece in drawn(source).pieces if styles & set(piece.styles))


@each_row("mark", ["**", "*", "***", "~~"])
@each_row(
    ("before", "inside", "after"),
    [
        ("", "「強調」", "です"),
        ("これは", "「強調」", "です"),
        ("", "注意：", "文"),
        ("テスト", "(注)", "です"),
        ("テスト", "（注）", "です"),
        ("这是", "“引用”", "的"),
        ("", "마크다운(Markdown)", "은"),
        ("値は", "100%", "です"),
        ("", "太郎。", "次"),
        ("参照", "`code`", "する"),
        ("漢", "字", "字"),
        ("", "「x」", "abc"),
    ],
)
def test_emphasis_beside_cjk_needs_no_blanks(
    mark: str, before: str, inside: str, after: str
) -> None:
    source = f"{before}{mark}{inside}{mark}{after}"
    assert lines(source) == [f"{before}{inside}{after}".replace("`", "")]
    assert emphasised(source) == inside.replace("`", "")


LETTERS = st.sampled_from("漢字かなカナ한글。、「」（）：！？“”")


@settings(max_examples=60 * FUZZ)
@given(st.text(LETTERS, min_size=1, max_size=6), st.text(LETTERS, max_size=4), st.text(LETTERS))
def test_any_cjk_text_can_be_bold(inside: str, before: str, after: str) -> None:
    assert emphasised(f"{before}**{inside}**{after}") == inside


@each_row(
    ("source", "bold"),
    [
        ("a**b**c", "b"),
        ('a**"b"**c', ""),
        ("snake_case_name", ""),
        ("変数_名_です", ""),
        ("__注意：__文", "注意："),
        ("文__「名」__です", "「名」"),
        ("** a**", ""),
        ("a * b * c", ""),
        ("2*3*4 x", "3"),
        ("~a~ and ~5 or ~6", ""),
    ],
)
def test_elsewhere_the_rules_of_commonmark_hold(source: str, bold: str) -> None:
    assert emphasised(source) == bold
