"""Faults of one request, handed from the middleware to the API that answers."""

from __future__ import annotations

from msgspec import Struct, field
from starlette.types import Scope

from tui.server.faults.fault import (
    OnAnswerStored,
    OnQuestionStored,
    RequestedFault,
    ReshapeBody,
    RewriteScript,
    StoredExchange,
    effects_of,
)
from tui.server.scripted.scripts import Say, Script
from tui.server.scripted.world import Chat, ScriptedExchange, World
from tui.server.web.connection import NoConnection, TcpConnection
from tui.server.web.pacing import BodyShape

PLAIN_ANSWER = Script(
    (
        Say(
            "The **faults on demand** of the embedded server answer this. They always say the "
            "same few sentences, so that anything missing is seen at once.\n\n"
            "1. The first line of a list, with `code` in it.\n"
            "2. The second: ünïcödé, 漢字 and \U0001f469\u200d\U0001f4bb.\n\n"
            '```python\nprint("the middle")\n```\n\n'
            "The last sentence of the answer ends here."
        ),
    ),
)
"""Answers a question that asks for faults and for nothing else."""

_KEY = "runnel.faults"


class RequestFaults(Struct, frozen=True):
    """All that goes wrong with one request."""

    faults: tuple[RequestedFault, ...] = ()
    own_script: Script | None = None
    """What answers a question that asks for faults, when none happens; `None` for all others."""
    connection: TcpConnection = field(default_factory=NoConnection)

    def intended(self, script: Script) -> Script:
        """Return what is answered when nothing goes wrong; `script` is for the whole question."""
        return script if self.own_script is None else self.own_script

    def rewritten(self, script: Script) -> Script:
        """Return `script` with everything that goes wrong in it."""
        for effect, requested in effects_of(self.faults, RewriteScript):
            script = effect.rewrite(script, requested)
        return script

    def note_asked(
        self, world: World, chat: Chat, exchange: ScriptedExchange, full_answer: str
    ) -> None:
        for effect, requested in effects_of(self.faults, OnQuestionStored):
            effect.act(StoredExchange(world, chat, exchange, full_answer, requested))

    def note_answered(
        self, world: World, chat: Chat, exchange: ScriptedExchange, full_answer: str
    ) -> None:
        for effect, requested in effects_of(self.faults, OnAnswerStored):
            effect.act(StoredExchange(world, chat, exchange, full_answer, requested))

    def shapes(self) -> list[BodyShape]:
        """Return what the chunks of the body go through, one after the other."""
        reshaping = effects_of(self.faults, ReshapeBody)
        return [effect.shape(requested) for effect, requested in reshaping]


def put_faults(scope: Scope, faults: RequestFaults) -> None:
    scope[_KEY] = faults


def faults_of(scope: Scope) -> RequestFaults:
    """Return what goes wrong with a request; nothing where no middleware looked for faults."""
    faults: RequestFaults = scope.get(_KEY, RequestFaults())
    return faults
