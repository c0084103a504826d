"""The middleware that makes faults happen, in front of both APIs."""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.server.demo import Dialect
from tui.server.faults.fault import (
    NONE,
    Api,
    Armed,
    BodyCut,
    Reply,
    Trouble,
    expect_trouble,
    line_of,
)
from tui.server.faults.registry import Asker, UnknownFault
from tui.server.faults.replies import error_reply
from tui.server.web.json_body import encode_json

HEADER = b"x-runnel-fault"
KEPT_QUESTIONS = 1_000
"""How many of the questions that came last are remembered."""

_GPT_TRAINER_SEND = re.compile(r"/api/v1/session/([^/]+)/message/(?:stream|non-stream)")
_HARDWIRE_SEND = re.compile(r"/api/chats/([^/]+)/messages(?:/stream)?")
_GPT_TRAINER_HISTORY = re.compile(r"/api/v1/session/([^/]+)/messages")
_HARDWIRE_HISTORY = re.compile(r"/api/chats/([^/]+)/messages")


@dataclass(frozen=True, slots=True)
class Received:
    """A question as it came over the wire."""

    chat_id: str
    text: str
    refused: bool
    """A fault turned it away before it was stored."""


@dataclass(slots=True)
class _Call:
    """A request, as far as faults care."""

    scope: Scope
    receive: Receive
    send: Send
    api: Api
    sends_to: str
    """The chat that is asked, empty for any other call."""
    reads: str
    """The chat whose history is read, empty for any other call."""


class Switchboard:
    """Knows which faults are on in which chat, and what was asked."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._let_through: set[tuple[str, str]] = set()
        self._coming: defaultdict[str, deque[Armed]] = defaultdict(deque)
        self._retold: defaultdict[str, list[Armed]] = defaultdict(list)
        self.received: deque[Received] = deque(maxlen=KEPT_QUESTIONS)

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return `app` with every fault it can be asked for."""
        return partial(self._serve, app)

    async def _serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        expect_trouble(NONE)
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        call = _call(scope, receive, send)
        asker = Asker(call.api, self._dialect)
        try:
            faults = _from_header(asker, call)
        except UnknownFault as unknown:
            code = "REQUEST_VALIDATION"
            await _give(error_reply(call.api, self._dialect, 400, code, str(unknown)), call)
            return
        try:
            if call.sends_to:
                await self._serve_send(app, call, asker, faults)
            else:
                await self._serve_other(app, call, faults)
        except BodyCut:
            # nothing was sent yet, and the connection is closed
            return

    async def _serve_send(
        self, app: ASGIApp, call: _Call, asker: Asker, faults: tuple[Armed, ...]
    ) -> None:
        body = await _whole_body(call.receive)
        call.receive = _again(body, call.receive)
        question, rest = _question(body), None
        if asked := asker.in_question(question):
            faults, rest = (*faults, *asked[0]), asked[1]
        faults = tuple(each for each in faults if self._is_due(each, call, question))
        expect_trouble(Trouble(call.api, faults, rest, line_of(call.scope)))
        self._switch_on(faults, call.sends_to)
        call.send = _changed(call.send, faults)
        replying = next(
            (each for each in faults if each.fault.reply and not each.fault.reads), None
        )
        refused = replying is not None and not replying.fault.stored
        self.received.append(Received(call.sends_to, question, refused))
        if replying is None:
            await app(call.scope, call.receive, call.send)
        elif refused:
            await _give(_reply(replying), call)
        else:
            await _answer_aside(app, call, _reply(replying))

    async def _serve_other(self, app: ASGIApp, call: _Call, faults: tuple[Armed, ...]) -> None:
        coming = self._coming.get(call.reads)
        if coming:
            faults = (*faults, coming.popleft())
        expect_trouble(Trouble(call.api, faults, None, line_of(call.scope)))
        if replying := next((each for each in faults if each.fault.reply), None):
            await _give(_reply(replying), call)
            return
        send = _changed(call.send, faults)
        retold = [
            *self._retold.get(call.reads, ()),
            *(each for each in faults if each.fault.retell),
        ]
        if not retold:
            await app(call.scope, call.receive, send)
            return
        history = _Recorded()
        await app(call.scope, call.receive, history.take)
        await history.give(send, retold)

    def _is_due(self, armed: Armed, call: _Call, question: str) -> bool:
        """Say whether `armed` happens now; some happen to a question only the first time."""
        if armed.fault.once is None or not armed.fault.once(armed):
            return True
        key = (call.sends_to, question)
        if key in self._let_through:
            self._let_through.discard(key)
            return False
        self._let_through.add(key)
        return True

    def _switch_on(self, faults: tuple[Armed, ...], chat_id: str) -> None:
        for armed in faults:
            if armed.fault.reads:
                self._coming[chat_id].extend([armed] * armed.fault.reads(armed))
            if armed.fault.retell:
                self._retold[chat_id].append(armed)


class _Recorded:
    """A response held back, to be told otherwise."""

    def __init__(self) -> None:
        self._start: MutableMapping[str, Any] = {}
        self._body = bytearray()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    async def give(self, send: Send, retold: list[Armed]) -> None:
        body = bytes(self._body)
        if self._start["status"] == 200:
            body = encode_json(_retell(json.loads(body), retold))
        headers = [each for each in self._start["headers"] if each[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**self._start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _call(scope: Scope, receive: Receive, send: Send) -> _Call:
    path, method = scope["path"], scope["method"]
    api = Api.GPT_TRAINER if path.startswith("/api/v1/") else Api.HARDWIRE
    sends = _GPT_TRAINER_SEND if api is Api.GPT_TRAINER else _HARDWIRE_SEND
    history = _GPT_TRAINER_HISTORY if api is Api.GPT_TRAINER else _HARDWIRE_HISTORY
    sent = sends.fullmatch(path) if method == "POST" else None
    read = history.fullmatch(path) if method == "GET" else None
    return _Call(scope, receive, send, api, sent[1] if sent else "", read[1] if read else "")


def _from_header(asker: Asker, call: _Call) -> tuple[Armed, ...]:
    header = next((value for key, value in call.scope["headers"] if key == HEADER), None)
    if header is None:
        return ()
    faults = asker.in_header(header.decode("latin-1"))
    for armed in faults:
        if not call.sends_to and not armed.fault.for_reads:
            raise UnknownFault(f"{armed.fault.name} happens to a question only.")
    return faults


def _reply(armed: Armed) -> Reply | None:
    assert armed.fault.reply is not None
    return armed.fault.reply(armed)


def _changed(send: Send, faults: tuple[Armed, ...]) -> Send:
    for armed in faults:
        if armed.fault.send:
            send = armed.fault.send(send, armed)
    return send


async def _give(reply: Reply | None, call: _Call) -> None:
    """Answer with `reply`; `None` resets the connection."""
    if reply is None:
        line_of(call.scope).reset()
        raise BodyCut
    fields = {"content-type": reply.media_type, **reply.headers}
    if reply.whole:
        fields["content-length"] = str(len(reply.body))
    headers = [(key.encode(), value.encode()) for key, value in fields.items()]
    await call.send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await call.send(
        {"type": "http.response.body", "body": reply.body, "more_body": not reply.whole}
    )


async def _answer_aside(app: ASGIApp, call: _Call, reply: Reply | None) -> None:
    """Give `reply` as soon as `app` took the question, and let it go on by itself.

    What `app` itself refuses is told as it is.
    """
    is_refused: bool | None = None

    async def take(message: Message) -> None:
        nonlocal is_refused
        if is_refused is None:
            is_refused = message["status"] >= 400
            if not is_refused:
                await _give(reply, call)
        if is_refused:
            await call.send(message)

    await app(call.scope, call.receive, take)


def _retell(value: Any, retold: list[Armed]) -> Any:
    """Return a history with its records changed, wherever they stand in it."""
    if isinstance(value, list):
        for armed in retold:
            assert armed.fault.retell is not None
            value = armed.fault.retell(value, armed)
        return value
    if isinstance(value, dict):
        return {key: _retell(each, retold) for key, each in value.items()}
    return value


async def _whole_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives `body` once more and then what `receive` gives."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def _question(body: bytes) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    question = value.get("query", value.get("content"))
    return question if isinstance(question, str) else ""
