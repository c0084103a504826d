from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tests.tables import each_row
from tui.facts import SessionFacts
from tui.formatting.person import lead_items, masked, masked_json, person_items
from tui.safe_text import SafeText, clean_line

ADA = SessionFacts(
    lead=(
        (SafeText("Name"), SafeText("Ada Lindqvist")),
        (SafeText("E-Mail"), SafeText("ada@post.example")),
        (SafeText("Telefon"), SafeText("+46 70 174 06 14")),
        (SafeText("company"), SafeText("Weber")),
    ),
    auth_data={"id": 20417, "plan": "pro", "verified": True, "roles": ["admin"], "note": ""},
)


@each_row(
    ("text", "shown"),
    [
        ("Ada", "A…"), ("Ada Lindqvist", "A… L…"), ("ada@post.example", "a…@…"),
        ("+46 70 174", "+…"), ("0221-47", "0…"), ("山田太郎", "山…"), ("A", "…"), ("", ""),
        ("a@b", "a…@…"), ("one two three four", "o…"), ("👩‍💻 coder", "… c…"), ("Zoë", "Z…"),
    ],
)  # fmt: skip
def test_a_value_is_masked_to_its_first_letters(text: str, shown: str) -> None:
    assert masked(text) == shown


@given(st.text().map(clean_line))
def test_nothing_masked_can_be_read_back(text: str) -> None:
    told = masked(text)
    assert clean_line(told) == told
    for word in told.replace("@…", " ").split():
        assert word.endswith("…")
        assert len(list(iter_graphemes(word.removesuffix("…")))) <= 1
    assert text not in told or text.strip("…@ ") == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8).map(clean_line),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(JSON)
def test_masked_json_keeps_its_shape_and_no_value(value: object) -> None:
    def shape(of: object) -> object:
        match of:
            case dict():
                return {key: shape(inner) for key, inner in of.items()}
            case list():
                return [shape(inner) for inner in of]
            case bool() | None:
                return of
            case _:
                return "value"

    told = masked_json(value)  # type: ignore[arg-type]
    assert shape(told) == shape(value)
    assert not any(digit in json.dumps(told) for digit in ("1000", "-99"))


def test_a_person_is_told_by_the_lead_and_what_stands_at_the_top_of_the_identity() -> None:
    assert person_items(ADA, shown=True) == (
        "Ada Lindqvist", "ada@post.example", "+46 70 174 06 14", "company: Weber",
        "id: 20417", "plan: pro", "verified: yes",
    )  # fmt: skip
    assert person_items(ADA, shown=False) == (
        "A… L…", "a…@…", "+…", "company: W…", "id: 2…", "plan: p…", "verified: yes",
    )  # fmt: skip
    assert lead_items(ADA, shown=False) == person_items(ADA, shown=False)[:4]
    assert person_items(SessionFacts(auth_data="customer 7"), shown=False) == ("c…",)
    assert person_items(SessionFacts(), shown=True) == ()
