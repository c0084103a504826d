from __future__ import annotations

from datetime import timedelta

from tests.fakes import NOON, ScriptedBackend, connection, user
from tests.tables import each_row
from tui.conversation import Connection
from tui.conversation.documents import find
from tui.facts import SessionFacts
from tui.model import Session
from tui.query import Matcher, parse
from tui.query.found import Page
from tui.safe_text import SafeText
from tui.store import ExchangeMarks, StoredMessage
from tui.values import replace

NAMES = ("new", "old", "flagged", "exchange", "done")
TODO = SafeText("to do")


async def marked() -> Connection:
    """Return a connection with sessions that are marked, by hand and by themselves."""
    ages = {name: timedelta(days=40) for name in NAMES} | {"new": timedelta(hours=1)}
    listed = [
        Session(each, SafeText(each), updated_at=NOON - age, facts=SessionFacts())
        for each, age in ages.items()
    ]
    link = connection(ScriptedBackend(listed=listed))
    await link.sessions()
    link.store.upsert_messages("exchange", [StoredMessage(0, user("m", "A refund?"))])
    marks = link.local.marks
    marks.change(["flagged"], lambda each: replace(each, is_flagged=True, note=SafeText("Ask Bob")))
    exchange = ExchangeMarks("m", is_unread=True, tags=(TODO,), note=SafeText("Wrong"))
    marks.change(["exchange"], lambda each: each.with_exchange(exchange))
    marks.change(
        ["done"], lambda each: replace(each, is_archived=True, title=SafeText("Mine"), tags=(TODO,))
    )
    return link


@each_row(
    ("text", "found"),
    [
        ("unread:", {"new", "exchange"}),
        ("unread: after:7d", {"new"}),
        ("unread: refund", {"exchange"}),
        ("-unread: -archived:", {"old", "flagged"}),
        ("flag:", {"flagged"}),
        ("tag:", {"exchange", "done"}),
        ("tag:todo", set()),
        ('tag:"TO DO" -archived:', {"exchange"}),
        ("note:bob", {"flagged"}),
        ("note:", {"flagged", "exchange"}),
        ("archived:", {"done"}),
        ("title:mine", {"done"}),
    ],
)
async def test_queries_know_the_marks_of_sessions_and_exchanges(text: str, found: set[str]) -> None:
    link = await marked()
    hits = await find(link, Matcher(parse(text), link.now()), Page(9))
    assert {each.document.session.id for each in hits.sessions} == found
