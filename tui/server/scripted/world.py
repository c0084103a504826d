"""World that the server holds in memory: chats, and in each its exchanges."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct, field

from tui.safe_text import JsonValue

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class ScriptedSource(Struct, frozen=True):
    """A place an answer draws on."""

    marker: str
    """As it stands in the answer, without brackets."""
    title: str
    text: str = ""
    url: str = ""
    file_name: str = ""


class ToolRun(Struct, frozen=True):
    name: str
    arguments: JsonValue
    result: JsonValue


class Thumb(enum.StrEnum):
    UP = "like"
    DOWN = "dislike"


class Review(Struct, frozen=True):
    """What became of an answer afterwards: what the server noticed, and what the person said."""

    labels: tuple[str, ...] = ()
    frustration: str = ""
    thumb: Thumb | None = None
    comment: str = ""
    is_cut: bool = False
    """The model's limit ended the answer."""


class Person(Struct, frozen=True):
    """Who is at the other end of a chat, as far as a website knows."""

    lead: Mapping[str, str]
    """Fields of the form that was filled in; may be empty."""
    auth_data: JsonValue = None
    ip_address: str = ""


NO_REVIEW = Review()


class ScriptedExchange(Struct):
    """A question and, once it is there, its answer."""

    question_id: str
    answer_id: str
    question: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None
    """`None` while the answer is not stored."""
    error: str = ""
    """Why the answer broke off; `answer` then holds what came before."""
    sources: tuple[ScriptedSource, ...] = ()
    tools: tuple[ToolRun, ...] = ()
    review: Review = NO_REVIEW


class Chat(Struct):
    id: str
    owner: str
    """The chatbot or the user it belongs to."""
    created_at: datetime
    active_at: datetime
    """When the last question or answer came."""
    title: str | None = None
    system: str = ""
    """What the operator told the model beforehand."""
    person: Person | None = None
    """`None` where nobody said who they are."""
    exchanges: list[ScriptedExchange] = field(default_factory=list)
    watchers: set[asyncio.Future[str]] = field(default_factory=set)
    """Who waits for the next title."""


class Past(Protocol):
    """Chats that are made up when they are asked for, of one owner."""

    owner: str

    def heads(self) -> Iterator[Chat]:
        """Yield all of them without their exchanges."""
        ...

    def chat(self, chat_id: str) -> Chat | None: ...

    def chat_with(self, answer_id: str) -> Chat | None:
        """Return the chat in which an exchange may stand, by the id of its answer."""
        ...


class World:
    """The chats of one API. Used by one event loop at a time.

    Of `past` those are kept that somebody wrote in or took something away from.
    """

    def __init__(self, new_id: Callable[[], str], now: Clock, past: Past | None = None) -> None:
        self.new_id = new_id
        self.now = now
        self._past = past
        self._chats: dict[str, Chat] = {}
        self._deleted: set[str] = set()

    def chat(self, chat_id: str) -> Chat | None:
        kept = self._chats.get(chat_id)
        if kept is not None or self._past is None or chat_id in self._deleted:
            return kept
        return self._past.chat(chat_id)

    def chats_of(self, owner: str) -> list[Chat]:
        """Return the owner's chats in the order they were made; of the past without exchanges."""
        chats = [chat for chat in self._chats.values() if chat.owner == owner]
        if self._past is not None and self._past.owner == owner:
            chats += [
                chat
                for chat in self._past.heads()
                if chat.id not in self._chats and chat.id not in self._deleted
            ]
        return sorted(chats, key=lambda chat: chat.created_at)

    def open_chat(self, owner: str, chat_id: str | None = None) -> Chat:
        """Make an empty chat, under a given id or a new one."""
        now = self.now()
        chat = Chat(chat_id or self.new_id(), owner, created_at=now, active_at=now)
        self.add(chat)
        return chat

    def add(self, chat: Chat) -> None:
        self._chats[chat.id] = chat

    def delete_chat(self, chat: Chat) -> None:
        self._chats.pop(chat.id, None)
        self._deleted.add(chat.id)

    def was_deleted(self, chat_id: str) -> bool:
        return chat_id in self._deleted

    def ask(self, chat: Chat, question: str) -> ScriptedExchange:
        """Store a question, its answer still to come."""
        chat.active_at = self.now()
        exchange = ScriptedExchange(self.new_id(), self.new_id(), question, chat.active_at)
        chat.exchanges.append(exchange)
        self.add(chat)
        return exchange

    def settle(
        self,
        chat: Chat,
        exchange: ScriptedExchange,
        answer: str,
        *,
        error: str = "",
        sources: tuple[ScriptedSource, ...] = (),
        tools: tuple[ToolRun, ...] = (),
    ) -> None:
        """Store an answer, whole or broken off."""
        exchange.answer, exchange.error = answer, error
        exchange.sources, exchange.tools = sources, tools
        exchange.answered_at = chat.active_at = self.now()

    def exchange(self, answer_id: str) -> tuple[Chat, ScriptedExchange] | None:
        """Return an exchange and its chat by the id of the answer."""
        for chat in self._chats.values():
            for exchange in chat.exchanges:
                if exchange.answer_id == answer_id:
                    return chat, exchange
        made_up = self._past.chat_with(answer_id) if self._past is not None else None
        if made_up is None or made_up.id in self._chats or made_up.id in self._deleted:
            return None
        told = (exchange for exchange in made_up.exchanges if exchange.answer_id == answer_id)
        return next(((made_up, exchange) for exchange in told), None)

    def delete_exchange(self, chat: Chat, exchange: ScriptedExchange) -> None:
        chat.exchanges.remove(exchange)
        self.add(chat)

    def name_chat(self, chat: Chat, title: str) -> None:
        """Give a title and tell those who wait for it."""
        chat.title = title
        watchers, chat.watchers = chat.watchers, set()
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(title)
