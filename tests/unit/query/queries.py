"""Queries for property tests: any tree that the grammar can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from tui.facts import Feedback
from tui.model import Role
from tui.query.folding import folded_text
from tui.query.tree import (
    Bound,
    Comparison,
    Condition,
    Counted,
    Dated,
    Has,
    Is,
    Quantity,
    Query,
    Rated,
    Says,
    State,
    Term,
    TextKey,
    Words,
)
from tui.query.when import Ago, NamedDay, TimeUnit

PIECES = (
    *(
        '"',
        "“",
        "”",
        "„",
        "«",
        "»",
        "-",
        "--",
        ":",
        "：",
        "a",
        "label:",
        "https://x",
        "12:30",
        "\\",
    ),
    *(
        " ",
        "\n",
        "std::vector",
        "退款",
        "é",
        "ß",
        "Łó",
        "lo",
        "ø",
        "İ",
        "\u200b",
        "after:7d",
        "\u3000",
        "Note:",
        "🏳️‍🌈",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=5).map("".join)
VALUES = TEXTS.map(str.strip).filter(folded_text)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), None])
WHENS = (
    st.builds(Ago, st.integers(0, 999_999_999), st.sampled_from(TimeUnit))
    | st.sampled_from(NamedDay)
    | st.dates()
    | st.datetimes(timezones=ZONES)
)
CONDITIONS: st.SearchStrategy[Condition] = (
    st.builds(Words, VALUES)
    | st.builds(Has, st.sampled_from(TextKey), VALUES | st.just(""))
    | st.builds(Says, st.sampled_from(Role))
    | st.builds(Rated, st.sampled_from([None, *Feedback]))
    | st.builds(Is, st.sampled_from(State))
    | st.builds(Dated, st.sampled_from(Bound), WHENS)
    | st.builds(
        Counted, st.sampled_from(Quantity), st.sampled_from(Comparison), st.integers(0, 10**15 - 1)
    )
)
QUERIES = st.lists(st.builds(Term, CONDITIONS, st.booleans()), max_size=6).map(
    lambda terms: Query(tuple(terms))
)
NOW = datetime(2026, 11, 26, 20, tzinfo=UTC)
