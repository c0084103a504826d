"""Site of one embedded server: its worlds, and the application that serves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from tui.server.demo import BIG_CHATBOT, CHATBOTS, Dialect, ScriptedPart
from tui.server.faults.middleware import FaultMiddleware, ReceivedQuestion
from tui.server.gpt_trainer.api import GptTrainerApi
from tui.server.gpt_trainer.description import GptTrainerDescription
from tui.server.hardwire.accounts import Accounts
from tui.server.hardwire.api import HardwireApi
from tui.server.hardwire.description import HardwireDescription
from tui.server.hardwire.dialect import DialectShapes
from tui.server.hardwire.documented_dialect import DocumentedWire
from tui.server.hardwire.real_dialect import RealWire
from tui.server.scripted.crowd import Crowd
from tui.server.scripted.ids import Ids
from tui.server.scripted.seed_data import remember_past
from tui.server.scripted.world import Chat, Clock, World
from tui.server.web.pacing import Delivery

_EMPTY_CHAT_AGE = timedelta(days=4)


class Site:
    """Both APIs over worlds of their own, each with its past."""

    def __init__(
        self, delivery: Delivery, scripted: ScriptedPart, now: Clock, seed: int | None
    ) -> None:
        """`seed` makes ids the same in every run."""
        self._rate_limit = scripted.rate_limit
        self._faults = FaultMiddleware()
        is_documented = scripted.dialect is Dialect.DOCUMENTED
        self._wire: DialectShapes = DocumentedWire() if is_documented else RealWire()
        ids = Ids(seed)
        self._accounts = Accounts(ids, now)

        crowd: Crowd | None = None
        if scripted.sessions or scripted.arrives_every is not None:
            crowd = Crowd(scripted.sessions, BIG_CHATBOT.id, now, scripted.arrives_every)
        chatbots = (BIG_CHATBOT, *CHATBOTS) if crowd is not None else CHATBOTS
        gpt_trainer_world = World(ids.hex, now, crowd)
        owners = {chatbot.slug: chatbot.id for chatbot in CHATBOTS}
        remember_past(gpt_trainer_world, "gpt-trainer", owners, markers=True)

        hardwire_world = World(ids.uuid, now)
        owners = {chatbot.slug: self._accounts.demo.id for chatbot in CHATBOTS}
        planned_runs = remember_past(hardwire_world, "hardwire", owners, markers=False)
        if not is_documented:
            # a chat nobody wrote to: it is never listed, yet it takes a place in a page
            made_at = now() - _EMPTY_CHAT_AGE
            empty = Chat(ids.uuid(), self._accounts.demo.id, created_at=made_at, active_at=made_at)
            hardwire_world.add(empty)

        self._gpt_trainer = GptTrainerApi(gpt_trainer_world, delivery, scripted.edition, chatbots)
        self._hardwire = HardwireApi(
            hardwire_world,
            delivery,
            self._wire,
            self._accounts,
            ids,
            planned_runs if scripted.busy else (),
        )

    @property
    def received(self) -> Sequence[ReceivedQuestion]:
        """The questions that came over the wire, oldest first, those of long ago left out."""
        return self._faults.received

    def application(self, *own_origins: str) -> ASGIApp:
        """Return both APIs at their places; browsers on `own_origins` may sign in."""
        self._accounts.trusted_origins = frozenset(own_origins)
        gpt_trainer = self._faults.around(self._gpt_trainer.application(), GptTrainerDescription())
        hardwire = self._faults.around(
            self._hardwire.application(self._rate_limit), HardwireDescription(self._wire)
        )
        return Starlette(routes=[Mount("/api/v1", gpt_trainer), Mount("/api", hardwire)])
