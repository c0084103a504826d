"""Faults: ways in which a send goes wrong, as unions of small effects."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field
from starlette.types import Send

from tui.server.faults.api import ApiDescription
from tui.server.scripted.scripts import Script
from tui.server.scripted.world import Chat, ScriptedExchange, World
from tui.server.web.pacing import BodyShape


class Group(enum.StrEnum):
    """What a fault is about."""

    ENDING = "how an answer ends"
    HISTORY = "what the history shows"
    BODY = "the shape of the bytes"
    HTTP = "the HTTP around the answer"
    READS = "the next readings of the history"


class Argument(Struct, frozen=True):
    """What may stand behind the name of a fault."""

    name: str
    """As it is documented: `SECONDS`."""
    default: str
    pattern: str
    """What a word must look like to be this argument."""


class Fault(Struct, frozen=True, kw_only=True):
    """One way to go wrong, and what makes it happen."""

    name: str
    summary: str
    """One sentence: what happens."""
    seen: str
    """What a person at Runnel sees of it, in half a sentence."""
    group: Group
    effects: tuple[Effect, ...]
    arguments: tuple[Argument, ...] = ()
    needs_events: bool = False
    """It can happen to a stream of events only, not to raw text."""

    def fits(self, api: ApiDescription) -> bool:
        return api.streams_events or not self.needs_events

    @property
    def for_reads(self) -> bool:
        """It can happen to a request that is no question."""
        return any(isinstance(effect, _FOR_READS) for effect in self.effects)

    @property
    def usage(self) -> str:
        """The name with its arguments, as they are documented."""
        return " ".join([self.name, *(each.name for each in self.arguments)])

    @property
    def description(self) -> str:
        """What happens, with the arguments taken for those left out, and to which API alone."""
        sentences = [self.summary]
        if self.arguments:
            sentences.append(f"({' '.join(each.default for each in self.arguments)})")
        if self.needs_events:
            sentences.append("HardWire only.")
        return " ".join(sentences)


class RequestedFault(Struct, frozen=True):
    """A fault that a request asks for."""

    fault: Fault
    values: tuple[str, ...]
    """One for each argument, as they were given or by default."""
    api: ApiDescription

    @property
    def number(self) -> float:
        """The first argument, a number."""
        return float(self.values[0])


class CannedResponse(Struct, frozen=True):
    """A response in place of the one that the API would give."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True
    """`False` cuts the connection behind `body`."""


class ConnectionReset(Struct, frozen=True):
    """No response at all: the connection is reset."""


Replacement = CannedResponse | ConnectionReset


class StoredExchange(Struct, frozen=True):
    """An exchange on its way into the history, which faults may keep out of it or change."""

    world: World
    chat: Chat
    streamed: ScriptedExchange
    """As the stream tells it."""
    full_answer: str
    """The answer as it would be without any fault."""
    requested: RequestedFault

    def hide(self) -> None:
        self.chat.exchanges[:] = [
            each for each in self.chat.exchanges if each.question_id != self.streamed.question_id
        ]

    def show(self, exchange: ScriptedExchange) -> None:
        """Let the history show `exchange` in the place of this one."""
        self.hide()
        self.chat.exchanges.append(exchange)
        self.chat.exchanges.sort(key=lambda each: each.asked_at)


class RewriteScript(Struct, frozen=True):
    """Answers with another script."""

    rewrite: Callable[[Script, RequestedFault], Script]


class OnQuestionStored(Struct, frozen=True):
    act: Callable[[StoredExchange], None]


class OnAnswerStored(Struct, frozen=True):
    act: Callable[[StoredExchange], None]


class ReshapeBody(Struct, frozen=True):
    """Writes a streamed body in other chunks."""

    shape: Callable[[RequestedFault], BodyShape]


class ChangeResponse(Struct, frozen=True):
    """Changes the messages of the response on their way out."""

    wrap: Callable[[Send, RequestedFault], Send]


def _never(_: RequestedFault) -> bool:
    return False


class ReplaceResponse(Struct, frozen=True):
    """Gives a response of its own."""

    replacement: Callable[[RequestedFault], Replacement]
    stores_question: bool = True
    is_once: Callable[[RequestedFault], bool] = _never
    """Says whether the same question gets through the second time."""


class ReplaceReadings(Struct, frozen=True):
    """Gives a response of its own to the next readings of the history; the question is answered."""

    replacement: Callable[[RequestedFault], Replacement]
    count: Callable[[RequestedFault], int]


class RewriteHistory(Struct, frozen=True):
    """Changes the records of the history, each time the chat is read from then on."""

    rewrite: Callable[[list[Any], RequestedFault], list[Any]]


Effect = (
    RewriteScript
    | OnQuestionStored
    | OnAnswerStored
    | ReshapeBody
    | ChangeResponse
    | ReplaceResponse
    | ReplaceReadings
    | RewriteHistory
)
_FOR_READS = (ChangeResponse, ReplaceResponse, ReplaceReadings, RewriteHistory)

_E = TypeVar("_E", bound=Effect)


def effects_of(
    faults: Iterable[RequestedFault], kind: type[_E]
) -> Iterator[tuple[_E, RequestedFault]]:
    """Yield the effects of one kind, each with the fault that has it, in their order."""
    for requested in faults:
        for effect in requested.fault.effects:
            if isinstance(effect, kind):
                yield effect, requested
