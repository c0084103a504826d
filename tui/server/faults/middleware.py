"""Middleware that makes faults happen, in front of one API or several."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator
from functools import partial

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.server.faults.api import ApiDescription
from tui.server.faults.fault import (
    ChangeResponse,
    ConnectionReset,
    Replacement,
    ReplaceReadings,
    ReplaceResponse,
    RequestedFault,
    RewriteHistory,
    effects_of,
)
from tui.server.faults.history_response import HistoryResponse
from tui.server.faults.reader import FaultReader, UnknownFault
from tui.server.faults.request_faults import PLAIN_ANSWER, RequestFaults, put_faults
from tui.server.faults.responses import error_response
from tui.server.scripted.scripts import Script, is_scripted
from tui.server.web.connection import BodyCut, connection_of
from tui.server.web.gate import MAX_BODY_BYTES
from tui.server.web.request_body import given_again, read_whole
from tui.values import replace

HEADER = b"x-runnel-fault"
REMEMBERED_QUESTIONS = 1_000
"""How many of the questions that came last are remembered."""


class ReceivedQuestion(Struct, frozen=True):
    """A question as it came over the wire."""

    chat_id: str
    text: str
    refused: bool
    """A fault turned it away before it was stored."""


class _Call(Struct, frozen=True):
    """A request, as far as faults care."""

    scope: Scope
    receive: Receive
    send: Send
    api: ApiDescription
    asked_chat: str
    """The chat that is asked, empty for any other call."""
    read_chat: str
    """The chat whose history is read, empty for any other call."""


class FaultMiddleware:
    """Knows which faults are on in which chat, and what was asked."""

    def __init__(self) -> None:
        self._happened_once: set[tuple[str, str]] = set()
        self._for_readings: defaultdict[str, deque[RequestedFault]] = defaultdict(deque)
        self._for_histories: defaultdict[str, list[RequestedFault]] = defaultdict(list)
        self.received: deque[ReceivedQuestion] = deque(maxlen=REMEMBERED_QUESTIONS)

    def around(self, app: ASGIApp, api: ApiDescription) -> ASGIApp:
        """Return `app` with every fault it can be asked for."""
        return partial(self._serve, app, api)

    async def _serve(
        self, app: ASGIApp, api: ApiDescription, scope: Scope, receive: Receive, send: Send
    ) -> None:
        call = _call(api, scope, receive, send)
        try:
            faults = _from_header(call)
        except UnknownFault as unknown:
            refusal = error_response(api, 400, "REQUEST_VALIDATION", str(unknown))
            await _respond(refusal, call)
            return
        try:
            if call.asked_chat:
                await self._serve_question(app, call, faults)
            else:
                await self._serve_other(app, call, faults)
        except BodyCut:
            # nothing was sent yet, and the connection is closed
            return

    async def _serve_question(
        self, app: ASGIApp, call: _Call, faults: tuple[RequestedFault, ...]
    ) -> None:
        body = await read_whole(call.receive, MAX_BODY_BYTES)
        question, own_script = _question(body), None
        if asked := FaultReader(call.api).in_question(question):
            faults, own_script = (*faults, *asked[0]), _script_for(asked[1], call.api)
        faults = tuple(each for each in faults if self._is_due(each, call, question))
        put_faults(call.scope, RequestFaults(faults, own_script, connection_of(call.scope)))
        self._switch_on(faults, call.asked_chat)
        call = replace(
            call, receive=given_again(body, call.receive), send=_changed(call.send, faults)
        )
        effect, requested = next(effects_of(faults, ReplaceResponse), (None, None))
        is_refused = effect is not None and not effect.stores_question
        self.received.append(ReceivedQuestion(call.asked_chat, question, is_refused))
        if effect is None or requested is None:
            await app(call.scope, call.receive, call.send)
        elif is_refused:
            await _respond(effect.replacement(requested), call)
        else:
            await _answer_aside(app, call, effect.replacement(requested))

    async def _serve_other(
        self, app: ASGIApp, call: _Call, faults: tuple[RequestedFault, ...]
    ) -> None:
        if waiting := self._for_readings.get(call.read_chat):
            faults = (*faults, waiting.popleft())
        replacement = next(_replacements(faults), None)
        if replacement is not None:
            await _respond(replacement, call)
            return
        send = _changed(call.send, faults)
        rewriting = [*self._for_histories.get(call.read_chat, ()), *faults]
        rewrites = list(effects_of(rewriting, RewriteHistory))
        if not rewrites:
            await app(call.scope, call.receive, send)
            return
        history = HistoryResponse()
        await app(call.scope, call.receive, history.take)
        await history.send_rewritten(send, rewrites)

    def _is_due(self, requested: RequestedFault, call: _Call, question: str) -> bool:
        """Say whether a fault happens now; some happen to a question only the first time."""
        if not any(
            effect.is_once(requested) for effect, _ in effects_of([requested], ReplaceResponse)
        ):
            return True
        key = (call.asked_chat, question)
        if key in self._happened_once:
            self._happened_once.discard(key)
            return False
        self._happened_once.add(key)
        return True

    def _switch_on(self, faults: tuple[RequestedFault, ...], chat_id: str) -> None:
        """Let what happens to later readings of the chat happen to them."""
        for effect, requested in effects_of(faults, ReplaceReadings):
            self._for_readings[chat_id].extend([requested] * effect.count(requested))
        for _, requested in effects_of(faults, RewriteHistory):
            self._for_histories[chat_id].append(requested)


def _call(api: ApiDescription, scope: Scope, receive: Receive, send: Send) -> _Call:
    path = scope["path"].removeprefix(scope["root_path"])
    asked_chat = api.asked_chat(scope["method"], path)
    return _Call(scope, receive, send, api, asked_chat, api.read_chat(scope["method"], path))


def _from_header(call: _Call) -> tuple[RequestedFault, ...]:
    header = next((value for key, value in call.scope["headers"] if key == HEADER), None)
    if header is None:
        return ()
    faults = FaultReader(call.api).in_header(header.decode("latin-1"))
    for requested in faults:
        if not call.asked_chat and not requested.fault.for_reads:
            raise UnknownFault(f"{requested.fault.name} happens to a question only.")
    return faults


def _script_for(rest: str, api: ApiDescription) -> Script:
    """Return the answer to a question of which only `rest` does not ask for faults."""
    return api.script_for(rest) if is_scripted(rest) else PLAIN_ANSWER


def _replacements(faults: tuple[RequestedFault, ...]) -> Iterator[Replacement]:
    """Yield what is sent in place of a response that is no answer to a question."""
    for response, requested in effects_of(faults, ReplaceResponse):
        yield response.replacement(requested)
    for reading, requested in effects_of(faults, ReplaceReadings):
        yield reading.replacement(requested)


def _changed(send: Send, faults: tuple[RequestedFault, ...]) -> Send:
    for effect, requested in effects_of(faults, ChangeResponse):
        send = effect.wrap(send, requested)
    return send


async def _respond(replacement: Replacement, call: _Call) -> None:
    """Send `replacement` in place of a response."""
    if isinstance(replacement, ConnectionReset):
        connection_of(call.scope).reset()
        raise BodyCut
    fields = {"content-type": replacement.media_type, **replacement.headers}
    if replacement.is_whole:
        fields["content-length"] = str(len(replacement.body))
    headers = [(key.encode(), value.encode()) for key, value in fields.items()]
    start = {"type": "http.response.start", "status": replacement.status, "headers": headers}
    await call.send(start)
    more_body = not replacement.is_whole
    await call.send(
        {"type": "http.response.body", "body": replacement.body, "more_body": more_body}
    )


async def _answer_aside(app: ASGIApp, call: _Call, replacement: Replacement) -> None:
    """Send `replacement` as soon as `app` took the question, and let it go on by itself.

    What `app` itself refuses is sent as it is.
    """
    is_refused: bool | None = None

    async def take(message: Message) -> None:
        nonlocal is_refused
        if is_refused is None:
            is_refused = message["status"] >= 400
            if not is_refused:
                await _respond(replacement, call)
        if is_refused:
            await call.send(message)

    await app(call.scope, call.receive, take)


def _question(body: bytes) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    question = value.get("query", value.get("content"))
    return question if isinstance(question, str) else ""
