"""What is to go wrong with one request: the values that the fault switchboard hands around.

The middleware finds out which faults a request asks for; the answer in the making, the streamed
body and the history then look here.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.types import Scope, Send

from tui.server.demo import Dialect
from tui.server.scripted.scripts import Say, Script, is_scripted, script_for
from tui.server.scripted.world import Chat, Exchange, World

PLAIN_ANSWER = Script(
    (
        Say(
            "The **fault switchboard** of the embedded server answers this. It always says the "
            "same few sentences, so that anything missing is seen at once.\n\n"
            "1. The first line of a list, with `code` in it.\n"
            "2. The second: ünïcödé, 漢字 and \U0001f469\u200d\U0001f4bb.\n\n"
            '```python\nprint("the middle")\n```\n\n'
            "The last sentence of the answer ends here."
        ),
    ),
)
"""Answers a question that asks for faults and for nothing else."""


class Api(enum.StrEnum):
    GPT_TRAINER = "gpt-trainer"
    HARDWIRE = "hardwire"


BOTH = frozenset(Api)


class Group(enum.StrEnum):
    """What a fault is about."""

    ENDING = "how an answer ends"
    HISTORY = "what the history shows"
    WIRE = "the shape of the bytes"
    HTTP = "the HTTP around the answer"
    READS = "the next readings of the history"


class BodyCut(Exception):
    """Raised by the pieces of a body to close the connection in its middle."""


class Line(Protocol):
    """The connection a request came over, for what no application can do to it."""

    def cut(self) -> None:
        """Close it at once, as a process that ends does."""

    def reset(self) -> None:
        """Close it so that the other end is told of a reset."""

    def restart(self, seconds: float) -> None:
        """Close every connection, and take new ones only after `seconds`."""


class _NoLine:
    """Stands for a connection out of reach."""

    def cut(self) -> None:
        return

    def reset(self) -> None:
        return

    def restart(self, seconds: float) -> None:
        return


def line_of(scope: Scope) -> Line:
    line: Line = scope.get("runnel.line", _NoLine())
    return line


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in place of the one that the API would give."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    """`False` cuts the connection behind `body`."""


class Shape(Protocol):
    """Changes the pieces in which a body is written."""

    def feed(self, piece: bytes) -> Sequence[bytes]: ...
    def finish(self) -> Sequence[bytes]:
        """Return what was held back, after the last piece."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What may stand behind the name of a fault."""

    name: str
    """As it is documented: `SECONDS`."""
    default: str
    pattern: str
    """What a word must look like to be this argument."""


@dataclass(slots=True)
class Kept:
    """An exchange on its way into the history, which faults may keep out of it or change."""

    world: World
    chat: Chat
    told: Exchange
    """As the stream tells it."""
    whole: str
    """The answer as it would be without any fault."""
    armed: Armed

    def hide(self) -> None:
        self.chat.exchanges[:] = [
            each for each in self.chat.exchanges if each.question_id != self.told.question_id
        ]

    def show(self, exchange: Exchange) -> None:
        """Let the history show `exchange` in the place of this one."""
        self.hide()
        self.chat.exchanges.append(exchange)
        self.chat.exchanges.sort(key=lambda each: each.asked_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to go wrong, and what makes it happen; hooks it does not need are `None`."""

    name: str
    what: str
    """One sentence: what happens."""
    seen: str
    """What a person at Runnel sees of it, in half a sentence."""
    group: Group
    apis: frozenset[Api] = BOTH
    arguments: tuple[Argument, ...] = ()
    stored: bool = True
    """The question of a send is stored all the same."""
    script: Callable[[Script, Armed], Script] | None = None
    asked: Callable[[Kept], None] | None = None
    """Called when the question has just been stored."""
    answered: Callable[[Kept], None] | None = None
    """Called when the answer has just been stored."""
    shape: Callable[[bool], Shape] | None = None
    """Takes whether the body is server-sent events."""
    send: Callable[[Send, Armed], Send] | None = None
    """Changes the messages of the response."""
    reply: Callable[[Armed], Reply | None] | None = None
    """`None` for an answer resets the connection."""
    once: Callable[[Armed], bool] | None = None
    """Says whether the same question gets through the second time."""
    retell: Callable[[list[Any], Armed], list[Any]] | None = None
    """Changes the records of the history, each time the chat is read from then on."""
    reads: Callable[[Armed], int] | None = None
    """How many readings of the history get `reply`; the question itself then gets through."""

    @property
    def for_reads(self) -> bool:
        """It can happen to a request that is no question."""
        return any((self.reply, self.retell, self.send))

    @property
    def usage(self) -> str:
        """The name with its arguments, as they are documented."""
        return " ".join([self.name, *(each.name for each in self.arguments)])

    @property
    def description(self) -> str:
        """What happens, with the arguments taken for those left out, and to which API alone."""
        sentences = [self.what]
        if self.arguments:
            sentences.append(f"({' '.join(each.default for each in self.arguments)})")
        if self.apis == {Api.HARDWIRE}:
            sentences.append("HardWire only.")
        return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class Armed:
    """A fault that a request asks for."""

    fault: Fault
    values: tuple[str, ...]
    """One for each argument, as they were given or by default."""
    api: Api
    dialect: Dialect

    @property
    def number(self) -> float:
        """The first argument, a number."""
        return float(self.values[0])

    @property
    def is_documented(self) -> bool:
        return self.dialect is Dialect.DOCUMENTED


@dataclass(frozen=True, slots=True)
class Trouble:
    """All that is to go wrong with one request."""

    api: Api = Api.GPT_TRAINER
    faults: tuple[Armed, ...] = ()
    rest: str | None = None
    """The question without the words that ask for faults; `None` when it holds none."""
    line: Line = field(default_factory=_NoLine)

    def intended(self, script: Script) -> Script:
        """Return what is answered when nothing goes wrong; `script` is for the whole question."""
        if self.rest is None:
            return script
        script = script_for(self.rest) if is_scripted(self.rest) else PLAIN_ANSWER
        return script.without_markers() if self.api is Api.HARDWIRE else script

    def written(self, script: Script) -> Script:
        """Return `script` with everything that goes wrong in it."""
        for armed in self.faults:
            if armed.fault.script:
                script = armed.fault.script(script, armed)
        return script

    def note_asked(self, world: World, chat: Chat, exchange: Exchange, whole: str) -> None:
        for armed in self.faults:
            if armed.fault.asked:
                armed.fault.asked(Kept(world, chat, exchange, whole, armed))

    def note_answered(self, world: World, chat: Chat, exchange: Exchange, whole: str) -> None:
        for armed in self.faults:
            if armed.fault.answered:
                armed.fault.answered(Kept(world, chat, exchange, whole, armed))

    def shapes(self, *, is_events: bool) -> list[Shape]:
        """Return what the pieces of the body go through, one after the other."""
        return [armed.fault.shape(is_events) for armed in self.faults if armed.fault.shape]


NONE = Trouble()
_CURRENT: ContextVar[Trouble] = ContextVar("trouble", default=NONE)


def current_trouble() -> Trouble:
    """Return what is to go wrong with the request that is being answered."""
    return _CURRENT.get()


def expect_trouble(trouble: Trouble) -> None:
    """Let `current_trouble` return `trouble` for the rest of this request."""
    _CURRENT.set(trouble)
