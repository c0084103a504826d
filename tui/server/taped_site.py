"""Taped site of an embedded server: what was recorded answers whoever asks it again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.safe_text import SafeText, clean_line
from tui.server.faults.middleware import ReceivedQuestion
from tui.server.hardwire.accounts import Accounts, user_in
from tui.server.scripted.ids import Ids
from tui.server.scripted.world import Clock
from tui.server.taped_answers import AddAsked, TapedAnswer, TapedAnswers
from tui.server.web.connection import connection_of
from tui.server.web.json_body import JsonResponse
from tui.server.web.pacing import Delivery
from tui.server.web.request_body import BodyTooLong, left_when_gone, read_whole
from tui.tapes.sessions import TapedRows
from tui.tapes.tape import Tape, base_path_of
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended

MAX_GAP_S = 3.0
"""No pause of the tape is longer here: who asks would take the server for silent."""
_NO_BODY = frozenset({204, 304})
_PATH_CHARS = 200
_STREAMED = b"text/event-stream"
_MAX_QUESTION_BYTES = 1_000_000
"""A longer question is known by its path alone."""
_TIMEOUT = "Timeout"
_RESET = "ConnectionResetError"

MakeList = Callable[[str, TapedRows], bytes | None]
"""Path -> what a list there may be, `None` where the path is that of none."""
Missed = Callable[[SafeText], object]
"""Is told of each call that is not on the tape, in a sentence."""


class TapedSite:
    """Answers of a tape at the places of its API; its sign-in, which is on no tape, is our own."""

    received: Sequence[ReceivedQuestion] = ()
    """No faults are played, and no questions noted."""

    def __init__(
        self,
        tape: Tape,
        delivery: Delivery,
        now: Clock,
        missed: Missed,
        make_list: MakeList,
        add_asked: AddAsked,
    ) -> None:
        paths = [each.path for each in tape.events if isinstance(each, Asked)]
        self._answers = TapedAnswers(tape, add_asked)
        self._delivery = delivery
        self._missed = missed
        self._make_list = make_list
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
        try:
            body = await read_whole(receive, _MAX_QUESTION_BYTES)
        except BodyTooLong:
            body = b""
        except ClientDisconnect:
            return
        answer = self._answers.next(scope["method"], path, body)
        if answer is None and (made := self._made_list(scope, path)) is not None:
            await Response(made, media_type="application/json")(scope, receive, send)
            return
        if answer is None:
            sentence = clean_line(f"{scope['method']} {path} is not on the tape.", _PATH_CHARS)
            self._missed(sentence)
            await JsonResponse({"error": sentence, "message": sentence}, 404)(scope, receive, send)
            return
        async with left_when_gone(receive) as left:
            await self._play(answer, scope, send, left)

    def _made_list(self, scope: Scope, path: str) -> bytes | None:
        """Return what is asked for where it is a list and the tape holds none, else `None`."""
        wants_stream = _STREAMED in dict(scope["headers"]).get(b"accept", b"")
        if scope["method"] != "GET" or wants_stream:
            return None
        return self._make_list(path, self._answers.rows)

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
