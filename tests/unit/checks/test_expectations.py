from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.checks.expectations import (
    MATCH_LIMIT_S,
    Answer,
    Calls,
    Cites,
    CitesNothing,
    Contains,
    Expectation,
    HoldsJson,
    InLanguage,
    Lacks,
    Matches,
    MaxChars,
    MaxSeconds,
    SameAsLast,
    Source,
)
from tui.safe_text import JsonValue

GERMAN = (
    "# Rückgabe\n\nSie können alles innerhalb von 30 Tagen zurückgeben.\n\n```python\nprint()\n```"
)
CITED = Answer("Soap costs 4 €.", (Source("Prices", "https://shop.test/prices.pdf"),), ("lookup",))
LISTED = Answer('Here it is:\n\n```json\n{"items": [{"n": 1}], "ok": true, "none": null}\n```\n')


@each_row(
    ("expected", "answer", "fault"),
    [
        (Contains("4 €"), CITED, ""),
        (Contains("SOAP\ncosts"), CITED, ""),
        (Contains("cafe\u0301"), Answer("CAFÉ"), ""),
        (Contains("cafe"), Answer("Café"), "lacks “cafe”"),
        (Contains("x" * 90), CITED, f"lacks “{'x' * 59}…”"),
        (Lacks("dollars"), CITED, ""),
        (Lacks("soap"), CITED, "contains “soap”"),
        (Matches(r"\d+ €"), CITED, ""),
        (Matches(r"^\d"), CITED, r"does not match “^\d”"),
        (Cites(), CITED, ""),
        (Cites("PRICES.pdf"), CITED, ""),
        (Cites("terms"), CITED, "does not cite “terms” but “Prices”"),
        (Cites("terms"), LISTED, "cites no source"),
        (CitesNothing(), LISTED, ""),
        (CitesNothing(), CITED, "cites “Prices”"),
        (Calls("lookup"), CITED, ""),
        (Calls("search"), CITED, "does not call “search” but “lookup”"),
        (Calls("search"), LISTED, "does not call “search”"),
        (MaxSeconds(2), Answer("", seconds=2.0), ""),
        (MaxSeconds(2), Answer("", seconds=2.5), "took 2.5 s, more than 2 s"),
        (InLanguage("de"), Answer(GERMAN), ""),
        (InLanguage("en"), Answer(GERMAN), "is in the language de, not en"),
        (InLanguage("de"), Answer("Ja. `print(1)`"), "is too short for its language to be told"),
        (MaxChars(3), Answer("abc"), ""),
        (MaxChars(3), Answer("abcd"), "has 4 characters, more than 3"),
        (HoldsJson("items.0.n", 1), LISTED, ""),
        (HoldsJson("items.0.n", True), LISTED, "has 1 at “items.0.n”, not true"),
        (HoldsJson("none", None), LISTED, ""),
        (HoldsJson("items.1", 1), LISTED, "has nothing at “items.1”"),
        (HoldsJson("ok.deep", 1), LISTED, "has nothing at “ok.deep”"),
        (HoldsJson("", [1]), Answer("[1]"), ""),
        (HoldsJson("1" * 4301, 1), Answer("[1]"), f"has nothing at “{'1' * 59}…”"),
        (HoldsJson("a", 1), CITED, "is not JSON, and has no code block that is"),
        (HoldsJson("a", 1), Answer("[" * 200_000), "is not JSON, and has no code block that is"),
    ],
)
def test_each_says_what_is_wrong(expected: Expectation, answer: Answer, fault: str) -> None:
    assert expected.fault_of(answer, None) == fault


def test_an_answer_is_the_same_as_before_whatever_its_lines() -> None:
    before = Answer("It costs\n4 €.")
    assert SameAsLast().fault_of(Answer("It  costs 4 €."), before) == ""
    assert SameAsLast().fault_of(Answer("It costs 5 €."), before)
    assert SameAsLast().fault_of(Answer("It costs 5 €."), None) == ""


def test_a_pattern_that_never_ends_is_given_up() -> None:
    fault = Matches("(a|a)*b(?<!ab)").fault_of(Answer("a" * 50_000 + "c"), None)
    assert fault in ("does not match “(a|a)*b(?<!ab)”",) or "takes longer than 1.0 s" in fault
    slow = r"(?:(?:a+)+)+$"
    assert Matches(slow).limit_s == MATCH_LIMIT_S == 1.0
    fault = Matches(slow, limit_s=0.1).fault_of(Answer("a" * 5_000 + "!"), None)
    assert "takes longer than 0.1 s" in fault


TEXTS = st.text(max_size=30)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(TEXTS, TEXTS, TEXTS)
def test_what_stands_in_an_answer_is_contained_and_not_lacked(
    before: str, text: str, behind: str
) -> None:
    # a mark that joins the letter before it makes another letter of it
    answer = Answer(f"{before} {text} {behind}")
    if text.strip():
        lacked = Contains(text).fault_of(answer, None) != ""
        assert lacked is (Lacks(text).fault_of(answer, None) == "")


@pytest.mark.slow
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), VALUES, min_size=1))
def test_every_value_is_found_at_its_path(document: dict[str, JsonValue]) -> None:
    for text in (json.dumps(document), f"Look:\n\n~~~\n{json.dumps(document)}\n~~~"):
        for key, value in document.items():
            assert HoldsJson(key, value).fault_of(Answer(text), None) == ""
