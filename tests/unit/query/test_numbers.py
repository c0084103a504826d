from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON, assistant, user
from tui.facts import Feedback, MessageFacts
from tui.model import Message, Origin, Session
from tui.query import Document, Matcher, parse
from tui.query.numbers import NO_GROUP, Counter, Grouping, Numbers
from tui.safe_text import SafeText
from tui.values import replace

LABELS = st.lists(
    st.sampled_from(["refund", "delivery", "价格"]).map(SafeText), max_size=2, unique=True
)
FACTS = st.builds(
    MessageFacts,
    labels=LABELS.map(tuple),
    frustration=st.sampled_from(["", "angry"]).map(SafeText),
    feedback=st.sampled_from([None, *Feedback]),
    total_tokens=st.none() | st.integers(0, 900),
    finish_reason=st.sampled_from(["stop", "length"]).map(SafeText),
    error=st.sampled_from(["", "overloaded"]).map(SafeText),
    without_source=st.sampled_from([None, True, False]),
)
EXCHANGES = st.tuples(FACTS | st.none(), st.integers(0, 100), st.none() | st.integers(1, 30))


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    made = []
    for number, exchanges in enumerate(draw(st.lists(st.lists(EXCHANGES, max_size=4), max_size=4))):
        messages: list[Message] = []
        for index, (facts, hours, seconds) in enumerate(exchanges):
            at = NOON + timedelta(hours=hours)
            origin = None if seconds is None else Origin(duration_s=float(seconds))
            messages += [
                replace(user(f"q{index}", "How much?"), created_at=at),
                replace(assistant(f"a{index}", "4"), created_at=at, facts=facts, origin=origin),
            ]
        made.append(Document(Session(f"s{number}"), tuple(messages), ("id", "Ann")))
    return made


def counted(found: list[Document], query: str = "", grouping: Grouping | None = None) -> Counter:
    matcher = Matcher(parse(query), NOON) if query else None
    counter = Counter(matcher, grouping, UTC)
    for each in found:
        counter.add(each)
    return counter


@given(documents(), st.sampled_from([Grouping.DAY, Grouping.HOUR, Grouping.BOT]))
def test_groups_that_share_nothing_add_up_to_all(found: list[Document], grouping: Grouping) -> None:
    counter = counted(found, grouping=grouping)
    groups = counter.groups.values()
    for name in ("exchanges", "tokens", "errors", "cut", "thumbs_down", "without_source"):
        assert sum(getattr(each, name) for each in groups) == getattr(counter.total, name)
    assert counter.total.exchanges == sum(len(each.messages) // 2 for each in found)
    assert counter.total.sessions == sum(bool(each.messages) for each in found)


@given(
    documents(), st.sampled_from(["feedback:down", "frustrated:", "nosource:", "cut:", "error:"])
)
def test_what_a_query_asks_for_is_true_of_all_it_counts(found: list[Document], query: str) -> None:
    total = counted(found, query).total
    names = {
        "feedback:down": "thumbs_down",
        "frustrated:": "frustrated",
        "nosource:": "without_source",
        "cut:": "cut",
        "error:": "errors",
    }
    assert getattr(total, names[query]) == total.exchanges
    assert getattr(counted(found).total, names[query]) == total.exchanges


@given(documents())
def test_a_label_has_every_exchange_that_bears_it(found: list[Document]) -> None:
    groups = counted(found, grouping=Grouping.LABEL).groups
    for name, numbers in groups.items():
        bearing = [
            each.facts.labels if each.facts is not None else ()
            for document in found
            for each in document.messages[1::2]
        ]
        expected = [labels for labels in bearing if (name in labels or not (name or labels))]
        assert numbers.exchanges == len(expected)
    assert not groups or NO_GROUP not in [*groups][:-1]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.booleans())))
def test_a_bot_is_one_group_wherever_its_name_is_known_from(
    kinds: list[tuple[str, bool, bool]],
) -> None:
    found = []
    for number, (bot_id, is_listed, is_asked_here) in enumerate(kinds):
        name = bot_id.upper()
        origin = Origin(SafeText(name)) if is_asked_here else None
        messages = (user("q", "How much?"), replace(assistant("a", "4"), origin=origin))
        bots = (bot_id, name) if is_listed else (bot_id,)
        found.append(Document(Session(f"s{number}"), messages, bots))
    groups = counted(found, grouping=Grouping.BOT).groups
    named = {bot_id for bot_id, *ways in kinds if any(ways)}
    ids = {bot_id for bot_id, *_ in kinds}
    assert set(groups) == {each.upper() if each in named else each for each in ids}
    assert sum(each.exchanges for each in groups.values()) == len(kinds)


def test_shares_and_times_are_of_what_is_known() -> None:
    none = Numbers()
    assert (none.without_source_share, none.median_answer_s) == (None, None)
    told = Numbers(with_known_source=4, without_source=1, answer_s=[1.0, 9.0, 2.0])
    assert (told.without_source_share, told.median_answer_s) == (0.25, 2.0)


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (Grouping.DAY, ["2026-03-12", "2026-03-13", NO_GROUP]),
        (Grouping.HOUR, ["12", "20", NO_GROUP]),
    ],
)
def test_times_are_those_of_the_exchange(grouping: Grouping, names: list[str]) -> None:
    times: list[datetime | None] = [NOON, None, NOON + timedelta(hours=32)]
    messages = [replace(user(str(at), "Q"), created_at=at) for at in times]
    assert [*counted([Document(Session("s"), messages)], grouping=grouping).groups] == names
