"""Crowd of customers: the sessions of a big bot, each made up anew whenever it is asked for.

Nothing of them is kept, so that thousands cost no more than a few. The same number of the same
crowd is always the same session.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from msgspec import Struct

from tui.safe_text import JsonValue
from tui.server.scripted.scripts import without_markers
from tui.server.scripted.world import (
    Chat,
    Clock,
    Person,
    Review,
    ScriptedExchange,
    ScriptedSource,
    Thumb,
)

MAX_EXCHANGES = 16
"""In a session: the ids of exchanges are made of its number and theirs."""
_SPAN = timedelta(days=300)
_ANSWER_TIME = timedelta(seconds=9)
_BETWEEN_QUESTIONS = timedelta(minutes=2, seconds=10)
_RISE = 1.15
"""How much more was asked of late: 1 is as much as ever."""
_ID_RANGE = 1 << 128
# odd, so that each number has an id of its own and each id leads back to its number
_CHAT_FACTOR = 0x9E3779B97F4A7C15F39CC0605CEDC835
_EXCHANGE_FACTOR = 0xD1342543DE82EF95BF58476D1CE4E5B9

_HAS_LEAD, _HAS_IDENTITY = 0.45, 0.12
_LACKS_SOURCE, _IS_FRUSTRATED, _IS_CUT, _HAS_FAILED = 0.15, 0.07, 0.01, 0.01
_LIKES, _DISLIKES, _SAYS_WHY = 0.08, 0.05, 0.5


class _Head(Struct, frozen=True):
    """What a list tells of a session, and the dice that go on with the rest of it."""

    chat: Chat
    topic: dict[str, Any]
    turns: int
    filled: dict[str, str]
    dice: random.Random


class Crowd:
    """Sessions of `owner`: `count` of them over months up to now, and those that come from then on.

    Another one begins every `arrives_every`, and its questions come as time passes; `None`: none.
    """

    def __init__(
        self, count: int, owner: str, now: Clock, arrives_every: timedelta | None = None
    ) -> None:
        self.owner = owner
        self._count = count
        self._now = now
        self._began_at = now()
        self._arrives_every = arrives_every
        self._texts = _texts()

    def heads(self) -> Iterator[Chat]:
        """Yield all sessions as a list needs them, without their exchanges, the newest first."""
        arrived = range(self._last - 1, self._count - 1, -1)
        return (self._head(number).chat for number in (*arrived, *range(self._count)))

    def chat(self, chat_id: str) -> Chat | None:
        """Return a session with its exchanges, `None` when it is none of these."""
        number = _number_of(chat_id, _CHAT_FACTOR)
        return self._chat(number) if number is not None and number < self._last else None

    def chat_with(self, answer_id: str) -> Chat | None:
        """Return the session in which an exchange may stand, by the id of its answer."""
        number = _number_of(answer_id, _EXCHANGE_FACTOR)
        if number is None or number // MAX_EXCHANGES >= self._last:
            return None
        return self._chat(number // MAX_EXCHANGES)

    @property
    def _last(self) -> int:
        """One more than the number of the session that began last."""
        if self._arrives_every is None:
            return self._count
        return self._count + (self._now() - self._began_at) // self._arrives_every

    def _head(self, number: int) -> _Head:
        dice = random.Random(number)
        topic = dice.choice(self._texts["topic"])
        turns = dice.randint(1, len(topic["turn"]))
        place = dice.random()
        if number < self._count:
            # of late more: the age grows faster than the number
            age = _SPAN * ((number + place) / self._count) ** _RISE
            ended_at = self._began_at - age
            began_at = ended_at - _ANSWER_TIME - (turns - 1) * _BETWEEN_QUESTIONS
        else:
            assert self._arrives_every is not None
            began_at = self._began_at + (number - self._count + 1) * self._arrives_every
            past = self._now() - began_at
            turns = min(turns, past // _BETWEEN_QUESTIONS + 1)
            asked_at = began_at + (turns - 1) * _BETWEEN_QUESTIONS
            is_answered = self._now() - asked_at >= _ANSWER_TIME
            ended_at = asked_at + _ANSWER_TIME * is_answered
        chat = Chat(_id_of(number, _CHAT_FACTOR), self.owner, began_at, ended_at)
        chat.person = self._person(topic["language"], dice)
        filled = {
            "product": dice.choice(self._texts["products"]),
            "city": dice.choice(self._texts["cities"]),
            "order": f"{dice.randrange(10_000, 99_999)}",
            "days": f"{dice.randint(2, 9)}",
        }
        return _Head(chat, topic, turns, filled, dice)

    def _chat(self, number: int) -> Chat:
        head = self._head(number)
        sources = _sources(head)
        head.chat.exchanges = [
            self._exchange(head, number, turn, sources if turn == 0 else ())
            for turn in range(head.turns)
        ]
        last = head.chat.exchanges[-1]
        if last.asked_at == head.chat.active_at:
            head.chat.exchanges[-1] = ScriptedExchange(
                last.question_id, last.answer_id, last.question, last.asked_at
            )
        return head.chat

    def _exchange(
        self, head: _Head, number: int, turn: int, sources: tuple[ScriptedSource, ...]
    ) -> ScriptedExchange:
        dice, text = head.dice, head.topic["turn"][turn]
        question, answer = (text[key].format(**head.filled) for key in ("question", "answer"))
        asked_at = head.chat.created_at + turn * _BETWEEN_QUESTIONS
        review = self._review(head)
        failure = dice.choice(self._texts["failures"]) if dice.random() < _HAS_FAILED else ""
        if failure:
            answer = ""
        elif review.is_cut:
            answer = answer[: len(answer) * 2 // 3]
        exchange_number = number * MAX_EXCHANGES + turn
        return ScriptedExchange(
            # a question has no id on the wire
            f"question-{exchange_number}",
            _id_of(exchange_number, _EXCHANGE_FACTOR),
            question,
            asked_at,
            answer=answer if sources else without_markers(answer),
            answered_at=asked_at + _ANSWER_TIME,
            error=failure,
            sources=() if failure else sources,
            review=review,
        )

    def _review(self, head: _Head) -> Review:
        dice = head.dice
        frustration = dice.choice(self._texts["frustrations"])
        fate = dice.random()
        thumb = Thumb.UP if fate < _LIKES else Thumb.DOWN if fate < _LIKES + _DISLIKES else None
        said = dice.choice(self._texts["comments"][thumb]) if thumb else ""
        return Review(
            tuple(head.topic["labels"]),
            frustration if dice.random() < _IS_FRUSTRATED else "",
            thumb,
            said if dice.random() < _SAYS_WHY else "",
            is_cut=dice.random() < _IS_CUT,
        )

    def _person(self, language: str, dice: random.Random) -> Person | None:
        has_lead, has_identity = dice.random() < _HAS_LEAD, dice.random() < _HAS_IDENTITY
        if not (has_lead or has_identity):
            return None
        name, customer = dice.choice(self._texts["names"][language]), dice.randrange(100_000)
        lead = {"name": name, "email": f"customer{customer:05}@mail.example"}
        identity: JsonValue = {
            "customer_id": f"C-{customer:05}",
            "plan": dice.choice(["basic", "plus"]),
        }
        address = f"203.0.113.{dice.randrange(256)}"
        return Person(lead if has_lead else {}, identity if has_identity else None, address)


def _sources(head: _Head) -> tuple[ScriptedSource, ...]:
    told: Sequence[str] = head.topic.get("source", ())
    if not told or head.dice.random() < _LACKS_SOURCE:
        return ()
    title, text = (each.format(**head.filled) for each in told)
    answer: str = head.topic["turn"][0]["answer"]
    marker = answer.partition("[")[2].partition("]")[0]
    return (ScriptedSource(marker, title, text, url=f"https://market.example/help/{marker}"),)


def _id_of(number: int, factor: int) -> str:
    return f"{(number + 1) * factor % _ID_RANGE:032x}"


@cache
def _texts() -> Mapping[str, Any]:
    path = resources.files("tui.server") / "texts" / "crowd.toml"
    return tomllib.loads(path.read_text("utf-8"))


def _number_of(text: str, factor: int) -> int | None:
    try:
        number = int(text, 16) * pow(factor, -1, _ID_RANGE) % _ID_RANGE - 1
    except ValueError:
        return None
    return number if number >= 0 and _id_of(number, factor) == text else None
