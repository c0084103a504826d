from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.checks.expectations import Calls, Cites, Contains, HoldsJson, Lacks, Matches
from tui.checks.reading import SuiteText, read_suite
from tui.checks.schema import schema_text
from tui.checks.suite import Case, Suite, Turn
from tui.checks.written import EXAMPLE, case_of
from tui.errors import BadInput
from tui.model import Citation, CitationsPart, ToolPart, ToolState
from tui.safe_text import SafeText

TEXT = r"""
name = "Prices"

[variables]
product = "soap"
cost = "4.5 €"

[[case]]
name = "Refund"
ask = "What of {{product}}?"
contains = ["{{ product }}", "b"]
json = { "a.b" = "{{product}}" }

[[case]]
name = "Two"

[[case.turn]]
ask = "One"
lacks = "x"

[[case.turn]]
ask = "Two"
matches = '{{cost}} \d{2}'
cites = "any"
"""


def test_a_suite_is_read_with_its_variables_filled_in() -> None:
    suite = SuiteText("prices.toml", TEXT).suite({"product": "wax"})
    first = Turn("What of wax?", (Contains("wax"), Contains("b"), HoldsJson("a.b", "wax")))
    second = Turn("One", (Lacks("x"),))
    third = Turn("Two", (Matches(r"4\.5\ € \d{2}"), Cites()))
    assert suite == Suite("Prices", (Case("Refund", (first,)), Case("Two", (second, third))))


WRONG = {
    ("contains =", "contain ="): "11:1: case 1 has no key 'contain'; did you mean 'contains'?",
    ('lacks = "x"', "lacks = 3"): (
        "19:1: turn 1 of case 2: lacks must be a text in quotes, or a list of such."
    ),
    ('lacks = "x"', "lacks = []"): (
        "19:1: turn 1 of case 2: lacks must be a text in quotes, or a list of such."
    ),
    ('name = "Two"', ""): "14:3: case 2 needs 'name'.",
    (r"'{{cost}} \d{2}'", "'('"): (
        "23:1: turn 2 of case 2: matches is no regular expression: missing ) at position 1."
    ),
    ("{{product}}?", "{{produkt}}?"): (
        "8:3: case 1: there is no variable 'produkt'; did you mean 'product'?"
    ),
    ('ask = "Two"', 'ask = ""'): "22:1: turn 2 of case 2: ask must not be empty.",
    ('ask = "Two"', 'ask = " "'): "22:1: turn 2 of case 2: ask must not be empty.",
    ('name = "Two"', 'name = " \\u200b"'): "15:1: case 2: name must not be empty.",
    ('name = "Two"', 'name = "Refund"'): "8:3: case 1 is not the only 'Refund'.",
    ("[variables]", "[variable]"): (
        "4:2: the suite has no key 'variable'; did you mean 'variables'?"
    ),
    ('ask = "One"', ""): "17:8: turn 1 of case 2 needs 'ask'.",
    ('name = "Two"', 'name = "Two"\nlanguage = "deutsch"'): (
        "16:1: case 2: language is no code of a language, such as de, pt-BR or zh."
    ),
    ("json = {", "json = 3 #"): "12:1: case 1: json must be a table.",
    ('name = "Two"', 'name = "Two"\nmax_seconds = 0'): (
        "16:1: case 2: max_seconds must be more than 0."
    ),
    ('name = "Two"', 'name = "Two"\nmax_chars = 9'): (
        "14:3: case 2 says what it expects in its turns, or has one 'ask'."
    ),
    ('ask = "What of {{product}}?"', ""): "8:3: case 1 needs either 'ask' or [[case.turn]]s.",
    ("product =", "2 ="): "5:1: variables.2 must be letters, digits and _.",
    ('lacks = "x"', "no_citation = false"): (
        "19:1: turn 1 of case 2: no_citation can only be true."
    ),
    ("[[case]]", "[[case"): " is not valid TOML: Expected ']]'",
}


@each_row(("change", "sentence"), WRONG.items())
def test_what_is_wrong_is_told_with_its_place(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        SuiteText("prices.toml", TEXT.replace(*change)).suite({})
    assert refused.value.sentence.removeprefix("prices.toml:").startswith(
        sentence
    ) or refused.value.sentence.startswith(f"prices.toml{sentence}")


def test_a_suite_without_a_name_to_show_is_called_as_its_file() -> None:
    assert SuiteText("prices.toml", TEXT.replace("Prices", " \\u200b")).suite({}).name == "prices"


def test_a_variable_that_the_suite_does_not_have_cannot_be_set() -> None:
    with pytest.raises(BadInput) as refused:
        SuiteText("prices.toml", TEXT).suite({"produkt": "wax"})
    assert refused.value.sentence == (
        "prices.toml:4:2: variables has no 'produkt'; did you mean 'product'?"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[case]\nname = "One"\nask = "One"', "any.toml:1:2: case must be written as [[case]]."),
        (
            '[[case]]\nname = "One"\n[case.turn]\nask = "One"',
            "any.toml:3:7: case 1: turn must be written as [[case.turn]].",
        ),
    ],
)
def test_a_single_table_where_there_may_be_several_is_told_of(text: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        SuiteText("any.toml", text).suite({})
    assert refused.value.sentence == told


def test_a_file_may_begin_with_the_mark_that_editors_of_windows_write(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert [each.name for each in read_suite(path, {}).cases] == ["Refund", "Two"]


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_is_no_suite_is_told_of(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "no.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=r"no\.toml"):
        read_suite(path, {})


@given(st.text(max_size=60))
def test_no_text_is_more_than_refused(text: str) -> None:
    for each in (text, TEXT.replace("Refund", text), TEXT.replace("lacks", text)):
        with suppress(BadInput):
            SuiteText("any.toml", each).suite({})


def test_the_example_is_a_suite_and_the_schema_knows_its_keys() -> None:
    suite = SuiteText("example.toml", EXAMPLE).suite({})
    assert [len(each.turns) for each in suite.cases] == [1, 1, 2]
    schema = schema_text()
    for key in ("contains", "no_citation", "json", "same_as_last", "variables", "turn"):
        assert f'"{key}"' in schema


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=40).filter(str.strip),
            st.text(max_size=40),
            st.lists(st.text(max_size=9), max_size=2),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_case_of_what_was_asked_is_one_that_can_be_read(
    asked: list[tuple[str, str, list[str]]],
) -> None:
    exchanges = []
    for number, (question, answer, titles) in enumerate(asked):
        citations = tuple(Citation(SafeText(""), SafeText(each)) for each in titles)
        tool = ToolPart(0, SafeText("lookup"), None, ToolState.DONE)
        answered = assistant(f"a{number}", answer, CitationsPart(citations), tool)
        exchanges.append((user(f"q{number}", question), answered))
    [case] = SuiteText("from.toml", case_of(exchanges)).suite({}).cases
    for turn, (sent, _), (_, _, titles) in zip(case.turns, exchanges, asked, strict=True):
        assert turn.question == sent.written
        assert Calls("lookup") in turn.expectations
        cited = [each for each in turn.expectations if isinstance(each, Cites)]
        assert len(cited) == (len({*filter(None, titles)}) or bool(titles))
