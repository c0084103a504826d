"""Embedded server and the thread it lives in."""

from __future__ import annotations

import errno
import random
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from tui.errors import BadInput, RunnelError
from tui.safe_text import SafeText
from tui.server.demo import Dialect, Edition, ScriptedPart
from tui.server.scripted.world import utc_now

if TYPE_CHECKING:
    from tui.server.faults.middleware import ReceivedQuestion
    from tui.server.site import Site
    from tui.server.taped_answers import AddAsked
    from tui.server.taped_site import TapedSite
    from tui.server.web.listener import Listener
    from tui.tapes.sessions import TapedRows
    from tui.tapes.tape import Tape

_START_S = 20
_STOP_S = 5
_LAST_PORT = 65_535


class _SitePlan(Struct, frozen=True):
    """What the site of a server is made of when it first starts; see `EmbeddedServer`."""

    scripted: ScriptedPart
    pace: float
    chunk_bytes: int | None
    seed: int | None
    now: Callable[[], datetime]
    tape: Tape | None
    missed: Callable[[SafeText], object]
    make_list: Callable[[str, TapedRows], bytes | None]
    add_asked: AddAsked

    def site(self) -> Site | TapedSite:
        from tui.server.site import Site
        from tui.server.taped_site import TapedSite
        from tui.server.web.pacing import Delivery

        delivery = Delivery(self.pace, self.chunk_bytes, random.Random(self.seed))
        if self.tape is not None:
            return TapedSite(
                self.tape, delivery, self.now, self.missed, self.make_list, self.add_asked
            )
        return Site(delivery, self.scripted, self.now, self.seed)


class EmbeddedServer:
    """Both APIs on one address, with a past of their own and scripted answers.

    What happens to the chats lasts as long as this object, over stops and starts.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        dialect: Dialect = Dialect.DOCUMENTED,
        edition: Edition = Edition.NEWEST,
        chunk_bytes: int | None = None,
        pace: float = 1.0,
        now: Callable[[], datetime] = utc_now,
        seed: int | None = None,
        rate_limit: int | None = None,
        busy: bool = False,
        sessions: int = 0,
        arrives_every: timedelta | None = None,
        tape: Tape | None = None,
        missed: Callable[[SafeText], object] = lambda _: None,
        make_list: Callable[[str, TapedRows], bytes | None] = lambda _, __: None,
        add_asked: AddAsked = lambda _, history, __: history,
    ) -> None:
        """Prepare a server; it listens from `start` on.

        `port` 0 takes any free one. `chunk_bytes` is the exact size of the pieces streams are
        written in, `None` for a token or event each. `pace` multiplies every pause, 0 leaves
        them out. `seed` makes ids and pauses the same in every run. `rate_limit` is how many calls
        a minute HardWire takes from an address; with `None` it takes any number and tells none.
        With `busy` a workflow goes on in one of the past chats of HardWire, from the first reading
        of its list on. `sessions` is how many a GPT-trainer chatbot has that is only there for
        them, and for those that come in it, one every `arrives_every`. With a `tape` it answers as
        is recorded there and has nothing of its own but the sign-in; `missed` is told of each call
        that is not on it, unless `make_list` makes a list of its path and of what is on the tape;
        `add_asked` puts into a history of it what was asked there since.
        """
        self.url = ""
        """`http://host:port` from `start` on, empty before."""
        self._host = host
        self._port = port
        scripted = ScriptedPart(dialect, edition, rate_limit, busy, sessions, arrives_every)
        taped = tape, missed, make_list, add_asked
        self._plan = _SitePlan(scripted, pace, chunk_bytes, seed, now, *taped)
        self._site: Site | TapedSite | None = None
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._changing = threading.RLock()
        """Held while it is started or stopped: two who start it at once get one."""

    def start(self) -> None:
        """Return when connections are accepted, by a thread of the server's own.

        Raises:
            BadInput: the address cannot be used, for one because another program has it.
        """
        with self._changing:
            if self._thread is None:
                self._start()

    def _start(self) -> None:
        # Starlette and uvicorn cost a tenth of a second, which most commands need not pay
        from tui.server.web.gate import Gate
        from tui.server.web.listener import Listener

        listening = self._bind()
        host, port = listening.getsockname()[:2]
        # a client that knew it finds it there again after a stop
        self._port = port
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        if self._site is None:
            self._site = self._plan.site()
        own_origins = {self.url, f"http://{self._host}:{port}", f"http://localhost:{port}"}
        application = Gate(self._site.application(*own_origins), {self._host}, own_origins)
        self._listener = Listener(application)
        self._thread = threading.Thread(
            target=self._listener.listen, args=(listening,), name="embedded-server", daemon=True
        )
        self._thread.start()
        if not self._listener.wait_until_up(_START_S):
            self.stop()
            raise RunnelError("The embedded server did not come up.")

    def stop(self) -> None:
        """Cut what is still streaming and return when the thread has ended."""
        with self._changing:
            if self._thread is None or self._listener is None:
                return
            self._listener.should_exit = True
            self._thread.join(_STOP_S)
            self._thread = self._listener = None

    @property
    def received(self) -> tuple[ReceivedQuestion, ...]:
        """The questions that came over the wire, oldest first, those of long ago left out."""
        return tuple(self._site.received) if self._site else ()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _bind(self) -> socket.socket:
        if not 0 <= self._port <= _LAST_PORT:
            raise BadInput(f"There is no port {self._port}.", hint="Ports go from 0 to 65535.")
        from tui.server.web.listener import bind

        try:
            return bind(self._host, self._port)
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> BadInput:
        if error.errno == errno.EADDRINUSE:
            return BadInput(
                f"Port {self._port} on {self._host} is taken by another program.",
                hint="Stop that program or choose another port; 0 takes any free one.",
            )
        return BadInput(
            f"Cannot listen on {self._host}:{self._port} ({error.strerror}).",
            hint="The host must be an address of this machine, such as 127.0.0.1.",
        )
