"""Teaching of the chatbots of a host of the GPT-trainer family: questions with answers as sources.

Source: the vendor's API reference; that hosts of older editions lack it is from their documents,
and where a failed source says why is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tui.backends.base import Teaching
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.gpt_trainer.deletions import refuse_undone
from tui.backends.gpt_trainer.newer_calls import newer_call
from tui.backends.json_reading import (
    Object,
    as_list,
    as_object,
    encode_json,
    id_at,
    line_at,
    objects,
    path,
    text_at,
    time_at,
    web_address,
)
from tui.backends.offers import Offer
from tui.errors import NotFound
from tui.facts import BotSource, SourceStatus
from tui.model import LONG_AGO

_STATUSES: Mapping[str, SourceStatus] = {
    "await": SourceStatus.AWAITED,
    "pending": SourceStatus.AWAITED,
    "success": SourceStatus.READY,
    "fail": SourceStatus.FAILED,
}


class GptTrainerTeaching(Teaching):
    def __init__(self, calls: KeyedCalls) -> None:
        self.offer = Offer("This host tells of no sources of a bot, and takes none.")
        self._calls = calls

    async def teach(self, bot_id: str, question: str, answer: str, link: str = "") -> BotSource:
        told = {"question": question, "answer": answer}
        received = await newer_call(
            self._calls,
            self.offer,
            path("chatbot", bot_id, "data-source", "qa"),
            partial(self._has_bot, bot_id),
            content=encode_json(told | ({"reference_source_link": link} if link else {})),
        )
        record = as_object(received.json())
        with received.credentials.veil():
            return _source(record)

    async def sources(self, bot_id: str) -> list[BotSource]:
        received = await newer_call(
            self._calls,
            self.offer,
            path("chatbot", bot_id, "data-sources"),
            partial(self._has_bot, bot_id),
            method="GET",
        )
        with received.credentials.veil():
            rows = objects(as_list(await received.long_json()))
        found = [_source(each) for each in rows if id_at(each, "uuid")]
        # of those of one second, the one that is listed last is the newest; hosts tell no more
        found.reverse()
        return sorted(found, key=lambda each: each.created_at or LONG_AGO, reverse=True)

    async def delete_source(self, bot_id: str, source_id: str) -> None:
        received = await newer_call(
            self._calls,
            self.offer,
            path("data-source", source_id, "delete"),
            partial(self._has_source, bot_id, source_id),
        )
        refuse_undone(received, "the source")

    async def _has_bot(self, bot_id: str) -> bool:
        try:
            await self._calls.call("GET", path("chatbot", bot_id))
        except NotFound:
            return False
        return True

    async def _has_source(self, bot_id: str, source_id: str) -> bool:
        return any(each.id == source_id for each in await self.sources(bot_id))


def _source(record: Object) -> BotSource:
    names = (line_at(record, name) for name in ("title", "question", "file_name"))
    source_id = id_at(record, "uuid")
    return BotSource(
        source_id,
        next(filter(None, names), line_at(record, "uuid")),
        line_at(record, "type"),
        _STATUSES.get(line_at(record, "status").casefold(), SourceStatus.UNKNOWN),
        reason=line_at(record, "error") or line_at(record, "error_message"),
        link=web_address(text_at(record, "reference_source_link")),
        created_at=time_at(record, "created_at"),
    )
