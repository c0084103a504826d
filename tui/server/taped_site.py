"""Taped site of an embedded server: what was recorded answers whoever asks it again."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from msgspec import Struct
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.safe_text import SafeText, clean_line
from tui.server.faults.middleware import ReceivedQuestion
from tui.server.hardwire.accounts import Accounts, user_in
from tui.server.scripted.ids import Ids
from tui.server.scripted.world import Clock
from tui.server.web.connection import connection_of
from tui.server.web.json_body import JsonResponse
from tui.server.web.pacing import Delivery
from tui.server.web.request_body import left_when_gone
from tui.tapes.tape import Tape, base_path_of
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended

MAX_GAP_S = 3.0
"""No pause of the tape is longer here: who asks would take the server for silent."""
_NO_BODY = frozenset({204, 304})
_PATH_CHARS = 200
_TIMEOUT = "Timeout"
_RESET = "ConnectionResetError"

Missed = Callable[[SafeText], object]
"""Is told of each call that is not on the tape, in a sentence."""


class TapedAnswer(Struct, frozen=True):
    """What came of one call then."""

    asked: Asked
    events: tuple[Answered | Arrived | Ended, ...]


class TapedAnswers:
    """Answers by method and path: the first one asks for gets the first, and the last one again.

    The id that a client made for a session is put on a level with the one that was made then, by
    the place where it stands in the path of the session's first call.
    """

    def __init__(self, tape: Tape) -> None:
        events = defaultdict[int, list[Answered | Arrived | Ended]](list)
        for event in tape.events:
            if isinstance(event, Answered | Arrived | Ended):
                events[event.call].append(event)
        self._waiting = defaultdict[tuple[str, str], list[TapedAnswer]](list)
        self._made = list[Asked]()
        """The first calls of sessions, where they change something: those may have made them."""
        known = set[str]()
        for asked in tape.events:
            if isinstance(asked, Asked) and not asked.is_private:
                answer = TapedAnswer(asked, tuple(events[asked.call]))
                self._waiting[asked.method, asked.path].append(answer)
                if asked.session not in known and asked.method == "POST":
                    self._made.append(asked)
                known.add(asked.session)
        self._aliases: dict[str, str] = {}

    def next(self, method: str, path: str) -> TapedAnswer | None:
        """Return the answer to a call, `None` where the tape has none."""
        answers = self._waiting.get((method, self._path_then(path)))
        if answers is None and method == "POST":
            self._learn_id(path)
            answers = self._waiting.get((method, self._path_then(path)))
        if not answers:
            return None
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _path_then(self, path: str) -> str:
        resource, mark, query = path.partition("?")
        names = (self._aliases.get(each, each) for each in resource.split("/"))
        return "/".join(names) + mark + query

    def _learn_id(self, path: str) -> None:
        now = path.split("/")
        for number, asked in enumerate(self._made):
            then = asked.path.split("/")
            if asked.session in then and len(then) == len(now):
                id_now = now[then.index(asked.session)]
                if now == [id_now if each == asked.session else each for each in then]:
                    self._aliases[id_now] = asked.session
                    del self._made[number]
                    return


class TapedSite:
    """Answers of a tape at the places of its API; its sign-in, which is on no tape, is our own."""

    received: Sequence[ReceivedQuestion] = ()
    """No faults are played, and no questions noted."""

    def __init__(self, tape: Tape, delivery: Delivery, now: Clock, missed: Missed) -> None:
        paths = [each.path for each in tape.events if isinstance(each, Asked)]
        self._answers = TapedAnswers(tape)
        self._delivery = delivery
        self._missed = missed
        self._sign_in_path = f"{base_path_of(tape)}/api"
        self._accounts = Accounts(Ids(None), now, user_in(paths))

    def application(self, *own_origins: str) -> ASGIApp:
        """Return the API of the tape; browsers on `own_origins` may sign in."""
        self._accounts.trusted_origins = frozenset(own_origins)
        routes = Starlette(routes=self._accounts.routes())
        sign_in = Starlette(routes=[Mount(self._sign_in_path, routes)])

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].startswith(f"{self._sign_in_path}/auth/"):
                await sign_in(scope, receive, send)
            else:
                await self._answer(scope, receive, send)

        return answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        answer = self._answers.next(scope["method"], path)
        if answer is None:
            sentence = clean_line(f"{scope['method']} {path} is not on the tape.", _PATH_CHARS)
            self._missed(sentence)
            await JsonResponse({"error": sentence, "message": sentence}, 404)(scope, receive, send)
            return
        async with left_when_gone(receive) as left:
            await self._play(answer, scope, send, left)

    async def _play(
        self, answer: TapedAnswer, scope: Scope, send: Send, left: asyncio.Event
    ) -> None:
        has_begun = has_body = False
        async with contextlib.aclosing(self._paced(answer, left)) as events:
            async for event in events:
                match event:
                    case Answered(status=status) if status >= 200 and not has_begun:
                        has_begun, has_body = True, status not in _NO_BODY
                        await send(_head(event))
                    case Arrived(data=data) if has_body:
                        await send(_piece(data, more=True))
                    case Ended(how=End.WHOLE) if has_begun:
                        await send(_piece(b"", more=False))
                        return
                    case Ended(how=End.BROKEN | End.UNANSWERED, errors=errors):
                        await _break(errors, scope, left, has_begun=has_begun)
                        return
                    case _:
                        pass
        # left then, or not over when the tape was
        await left.wait()

    async def _paced(
        self, answer: TapedAnswer, left: asyncio.Event
    ) -> AsyncGenerator[Answered | Arrived | Ended, None]:
        last_s = answer.asked.at_s
        for event in answer.events:
            await self._delivery.pause(min(event.at_s - last_s, MAX_GAP_S), left)
            last_s = event.at_s
            yield event


async def _break(
    errors: Iterable[str], scope: Scope, left: asyncio.Event, *, has_begun: bool
) -> None:
    """Fail as a call did then, of whose error and causes these are the names."""
    names = [*errors]
    if any(each.endswith(_TIMEOUT) for each in names):
        await left.wait()
    elif _RESET in names:
        connection_of(scope).reset()
    elif not has_begun:
        connection_of(scope).cut()
    # else it is never completed, and closed behind all that came


def _head(event: Answered) -> dict[str, object]:
    fields = [("content-type", event.content_type)] if event.content_type else []
    headers = [(name.encode(), value.encode()) for name, value in (*fields, *event.headers)]
    return {"type": "http.response.start", "status": event.status, "headers": headers}


def _piece(data: bytes, *, more: bool) -> dict[str, object]:
    return {"type": "http.response.body", "body": data, "more_body": more}
