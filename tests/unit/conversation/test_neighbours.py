from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from tests.fakes import NOON, ScriptedBackend, assistant, connection, user
from tests.tables import each_row
from tui.conversation.message_finder import MessageFinder
from tui.conversation.neighbours import AROUND, neighbours_of, terms_of
from tui.conversation.session_catalogue import SessionCatalogue
from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import StoredMessage

QUESTIONS = {
    "refund": "Where is the refund of order 44539 for my teapot?",
    "like": "The refund for order 7, a teapot: where?",
    "liker": "Where is my refund for the teapot of order 44539?",
    "word": "Is there a teapot with a warmer that one can order?",
    "thai": "ขอคืนเงินได้ไหม",
    "thai2": "อยากขอคืนเงินได้ไหมคะ",
    "chinese": "怎么申请退款",
    "chinese2": "我想申请退款,怎么办",
}


def person(address: str) -> SessionFacts:
    lead = (("E-mail", address), ("City", "Bern"))
    return SessionFacts(lead=tuple((SafeText(key), SafeText(value)) for key, value in lead))


async def found(
    session_id: str, message_id: str = "", *, forgotten: Collection[str] = ()
) -> dict[str, list[str]]:
    facts = {"f3": person("Ada@x.org"), "f8": person("bob@x.org"), "f30": person("ada@X.org")}
    ids = [*QUESTIONS, *(f"f{n}" for n in range(40))]
    listed = [
        Session(each, updated_at=NOON - timedelta(hours=at), facts=facts.get(each))
        for at, each in enumerate(ids)
    ]
    link = connection(ScriptedBackend(listed=listed))
    await link.sessions()
    for each in ids:
        rows = [user(f"{each}q", QUESTIONS.get(each, each))]
        rows += [assistant(f"{each}a", "A refund of a teapot"), user(f"{each}l", "Where is it?")]
        link.store.upsert_messages(each, [StoredMessage(*row) for row in enumerate(rows)])
    await link.forget_here([Session(each) for each in forgotten])
    near = await neighbours_of(
        link, MessageFinder(link, SessionCatalogue(link)), session_id, message_id
    )
    return {
        "similar": [each.id for each in near.similar],
        "of person": [each.id for each in near.of_person],
        "around": [each.id for each in near.around],
    }


@each_row(
    ("session_id", "similar"),
    [
        ("refund", ["liker", "like"]),
        ("thai", ["thai2"]),
        ("chinese", ["chinese2"]),
        ("word", []),
    ],
)
async def test_where_most_of_a_question_was_asked_too_is_similar(
    session_id: str, similar: list[str]
) -> None:
    assert (await found(session_id))["similar"] == similar


async def test_a_person_is_known_by_address_and_not_by_where_they_live() -> None:
    assert (await found("f3"))["of person"] == ["f30"]


async def test_around_are_those_before_and_behind_in_the_list() -> None:
    near = await found("f20")
    assert near["around"] == [f"f{20 + n}" for n in range(-AROUND, AROUND + 1) if n]
    assert (await found("no such session")) == {"similar": [], "of person": [], "around": []}
    assert (await found("refund"))["around"] == ["word", "thai"]


async def test_what_is_similar_is_told_of_the_question_that_was_found() -> None:
    # all were asked that, so that it tells none from others
    assert len((await found("f20", "f20l"))["similar"]) > 2


def test_terms_are_the_words_of_any_script_once() -> None:
    assert terms_of("The refund, the REFUND of 44539!") == ["refund", "44539", "the"]
    assert terms_of("怎么退款") == ["怎么", "退款"]
    assert terms_of("?!") == []


async def test_what_was_forgotten_is_near_nothing_but_has_neighbours() -> None:
    forgotten = ("refund", "like", "f8", "f30", "f19", "f21")
    assert (await found("refund", forgotten=forgotten))["around"][0] == "liker"
    assert (await found("liker", forgotten=forgotten))["similar"] == []
    assert (await found("f3", forgotten=forgotten))["of person"] == []
    assert "f19" not in (await found("f20", forgotten=forgotten))["around"]
