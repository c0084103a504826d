from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tui.conversation.watching import FOLLOWED, UNANSWERED_S, ExchangeWatch
from tui.errors import RateLimited, RunnelError
from tui.facts import MessageFacts
from tui.model import ALWAYS, Message, Period, Session
from tui.query import Matcher, parse
from tui.safe_text import SafeText
from tui.values import replace


@dataclass(repr=False)
class Shop(ScriptedBackend):
    """A server at which customers ask; each minute of `clock` is one of its own."""

    clock: StillClock = field(default_factory=StillClock)
    list_errors: list[RunnelError] = field(default_factory=list)
    """Raised by the next readings of the list, one each."""

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        if self.list_errors:
            raise self.list_errors.pop(0)
        return await super().sessions(bot_id, period)

    def asked(self, session_id: str, question: str, answer: str = "", **facts: object) -> None:
        now = self.clock.now()
        history = self.histories.setdefault(session_id, [])
        made = next((each.created_at for each in self.listed if each.id == session_id), now)
        number = len(history)
        history.append(replace(user(f"q{number}", question), created_at=now))
        if answer:
            self.answered(session_id, answer, **facts)
        self.listed = [each for each in self.listed if each.id != session_id]
        self.listed.insert(0, Session(session_id, created_at=made, updated_at=now))

    def answered(self, session_id: str, answer: str, **facts: object) -> None:
        history = self.histories[session_id]
        said: Message = replace(
            assistant(f"a{len(history)}", answer),
            created_at=self.clock.now(),
            facts=MessageFacts(**facts),  # type: ignore[arg-type]
        )
        history.append(said)
        self.listed = [
            replace(each, updated_at=self.clock.now() + timedelta(seconds=1))
            if each.id == session_id
            else each
            for each in self.listed
        ]


async def watching(shop: Shop, query: str = "") -> ExchangeWatch:
    matcher = Matcher(parse(query), NOON) if query else None
    watch = ExchangeWatch(connection(shop, shop.clock), matcher)
    await watch.begin()
    return watch


async def seen(watch: ExchangeWatch) -> list[str]:
    return [
        " ".join((each.session.id, *(message.text for message in each.exchange.messages)))
        async for each in watch.look()
    ]


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.asked("old", "Before?", "Yes.")
    shop.clock.seconds += 60
    return shop


async def test_each_exchange_that_is_new_is_told_once(shop: Shop) -> None:
    watch = await watching(shop)
    assert await seen(watch) == []
    shop.asked("new", "First?", "1")
    shop.clock.seconds += 5
    shop.asked("old", "And now?", "Still.")
    assert await seen(watch) == ["new First? 1", "old And now? Still."]
    assert await seen(watch) == []
    shop.clock.seconds += 5
    shop.asked("new", "Second?", "2")
    assert await seen(watch) == ["new Second? 2"]
    assert shop.read_periods[-1].start is not None


async def test_a_watch_of_months_asks_for_lately_alone_and_tells_nothing_twice(shop: Shop) -> None:
    watch = await watching(shop)
    told: list[str] = []
    for day in range(60):
        shop.clock.seconds += 86_400
        shop.asked(f"of the week {day // 6}", f"Day {day}?", "Yes.")
        shop.asked(f"s{day}", "Hello?", "Hi.")
        told += await seen(watch)
        start = shop.read_periods[-1].start
        assert start is not None
        assert shop.clock.now() - start <= FOLLOWED + timedelta(days=2)
    assert len(told) == len({*told}) == 120


async def test_what_could_not_be_read_is_told_at_the_next_look(shop: Shop) -> None:
    watch = await watching(shop)
    for name in ("a", "b"):
        shop.clock.seconds += 5
        shop.asked(name, "Q?", "A.")
    shop.read_errors.append(RateLimited("Too many calls.", retry_after_s=None))
    with pytest.raises(RateLimited):
        await seen(watch)
    assert await seen(watch) == ["a Q? A.", "b Q? A."]


async def test_a_question_is_told_of_with_its_answer_or_after_a_while_without(shop: Shop) -> None:
    watch = await watching(shop)
    shop.asked("new", "Slow?")
    assert await seen(watch) == []
    shop.clock.seconds += 10
    shop.answered("new", "Here.")
    assert await seen(watch) == ["new Slow? Here."]
    shop.clock.seconds += 10
    shop.asked("new", "Nobody?")
    assert await seen(watch) == []
    shop.clock.seconds += UNANSWERED_S
    assert await seen(watch) == ["new Nobody?"]
    assert await seen(watch) == []


async def test_what_a_query_does_not_find_is_not_told(shop: Shop) -> None:
    watch = await watching(shop, "refund label:billing")
    shop.asked("a", "A refund?", "Yes.", labels=(SafeText("billing"),))
    shop.asked("b", "A refund?", "Yes.", labels=(SafeText("delivery"),))
    shop.asked("c", "A parcel?", "Yes.", labels=(SafeText("billing"),))
    assert await seen(watch) == ["a A refund? Yes."]


async def test_new_sessions_stand_in_the_list_with_their_first_question(shop: Shop) -> None:
    watch = await watching(shop)
    shop.asked("new", "What is this?", "Soap.")
    [told] = [each async for each in watch.look()]
    assert told.session.title == "What is this?"


async def test_sessions_that_arrive_are_told_of_once_and_listed_first(shop: Shop) -> None:
    link = connection(shop, shop.clock)
    await link.sessions()
    since = NOON
    assert list(await link.arrivals(since)) == []
    shop.asked("new", "First?", "1")
    assert [each.id for each in await link.arrivals(since)] == ["new"]
    assert list(await link.arrivals(since)) == []
    shop.clock.seconds += 60
    shop.asked("old", "Again?", "Yes.")
    assert [each.id for each in await link.arrivals(since)] == ["old"]
    assert [each.id for each in link.listed_sessions()] == ["old", "new"]


async def test_a_session_that_is_deleted_is_not_asked_for_again(shop: Shop) -> None:
    watch = await watching(shop)
    shop.asked("new", "Slow?")
    assert await seen(watch) == []
    del shop.histories["new"]
    shop.listed = [each for each in shop.listed if each.id != "new"]
    for _ in range(3):
        assert await seen(watch) == []
    reads = shop.reads
    assert await seen(watch) == []
    assert shop.reads == reads
