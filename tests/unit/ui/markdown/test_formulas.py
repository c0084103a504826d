from __future__ import annotations

import pytest

from tests.tables import each_row
from tests.unit.ui.markdown.drawn import Drawn, lines


@each_row(
    "formula",
    [
        r"\(x\)",
        r"\(a_1 * b_2 * c\)",
        r"\[ \frac{a}{b} \]",
        r"\[\{x\} \\ \_y\_\]",
        r"$a_1 b_2 c_3$",
        r"$x*y*z$",
        r"$[0, x^*) * y^*$",
        r"$\$5 * a * b$",
        r"$\{x \mid x \% 2\}$",
        r"$$a_1 * b_2 * c$$",
        r"$f(x) = x if y$",
        r"\{a\} and \\ and \)",
        r"an open \(x*y",
        r"\begin{cases} a \\ b \end{cases}",
    ],
)
@each_row("around", ["{}", "so {} is", "- {}", "> {}", "# {}"])
def test_a_formula_is_shown_as_it_was_written(formula: str, around: str) -> None:
    assert lines(around.format(formula), 80)[0].endswith(
        around.format(formula).lstrip("-># ").strip()
    )


def test_a_formula_in_a_cell_is_shown_as_it_was_written() -> None:
    shown = lines("| a |\n|---|\n| $x_1*y_2*z$ and \\(u*v*w\\) |\n")[2]
    assert shown == "$x_1*y_2*z$ and \\(u*v*w\\)"


@each_row(
    ("source", "shown"),
    [
        ("from $5 to *about* $10", "from $5 to about $10"),
        ("$5 *a* and **6$**", "$5 a and 6$"),
        ("US$5, **US$6**", "US$5, US$6"),
        ("$HOME and *$PATH*", "$HOME and $PATH"),
        ("`$a` *b* `c$`", "$a b c$"),
        (r"\$5 and *b*$", "$5 and b$"),
        ("$ 5 *a* $", "$ 5 a $"),
        ("the price ($) of *a* and *b* ($)", "the price ($) of a and b ($)"),
        ("**in $** and *in $*", "in $ and in $"),
    ],
)
def test_money_and_names_are_no_formulas(source: str, shown: str) -> None:
    assert lines(source) == [shown]


@pytest.mark.parametrize(("opening", "closing"), [("$$", "$$"), ("\\[", "\\]")])
def test_the_lines_of_a_displayed_formula_are_no_lists_heads_or_breaks(
    opening: str, closing: str
) -> None:
    rows = [opening, "a", "- b", "+ c \\\\", "=", "> d", "# e_1 *f* g", closing]
    assert lines("so\n" + "\n".join(rows) + "\nthen *on*") == ["so", "", *rows, "", "then on"]


def test_a_displayed_formula_that_is_still_coming_is_not_taken_for_a_list() -> None:
    layout = Drawn()
    layout.write("$$\na\n- b\n")
    assert [line.rstrip() for line in layout.lines] == ["$$", "a", "- b"]


def test_a_displayed_formula_without_an_end_ends_with_an_empty_line() -> None:
    assert lines("$$\na *b*\n\n*c*") == ["$$", "a *b*", "", "c"]


def test_an_escape_of_what_formulas_do_not_use_is_no_more_than_that() -> None:
    assert lines(r"\*a\* \_b\_ \# \` \| \< \~ \- \. \!") == ["*a* _b_ # ` | < ~ - . !"]
