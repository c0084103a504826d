"""GPT-trainer API, as its hosts serve it under `/api/v1`.

Source: the vendor's API reference and its OpenAPI file of 2023 (422 with a list); the call without
streaming is in its SDK alone. That a public chatbot needs no key is inferred: since 2025-09 the
reference leaves the header out of creating a session and a message.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tui.server.demo import CHATBOTS, DEMO_KEY, Chatbot, Edition
from tui.server.faults.request_faults import RequestFaults, faults_of
from tui.server.gpt_trainer.records import (
    agent_record,
    chatbot_record,
    message_record,
    plain_text,
    session_record,
)
from tui.server.gpt_trainer.sources import source_record
from tui.server.scripted.generation import Generation
from tui.server.scripted.operators import calls_operator, silence
from tui.server.scripted.scripts import Fail, Say, script_for
from tui.server.scripted.taught import Lessons, host_of
from tui.server.scripted.world import Chat, World
from tui.server.web.connection import BodyCut
from tui.server.web.json_body import JsonResponse, read_object
from tui.server.web.pacing import Delivery, StreamedBody

_PLAIN_TEXT = "/session/{session}/messages/plain-text"
_SOURCES = "/chatbot/{chatbot}/data-sources"
_TEACHING = "/chatbot/{chatbot}/data-source/qa"
_SOURCE_DELETION = "/data-source/{source}/delete"
_LACKING: Mapping[Edition, frozenset[str]] = {
    Edition.NEWEST: frozenset(),
    Edition.HUB_2024: frozenset({_PLAIN_TEXT}),
    Edition.CHATWIZE_2023: frozenset(
        {
            _PLAIN_TEXT,
            _SOURCES,
            _TEACHING,
            _SOURCE_DELETION,
            "/chatbot/{chatbot}/agents",
            "/session/{session}/delete",
        }
    ),
}
"""The routes that an edition answers with 404."""
_BOUNDS = ("start_timestamp", "end_timestamp")


class InvalidRequest(Exception):
    """A request whose fields are wrong; answered with 422 and a list of what is."""

    def __init__(self, *problems: dict[str, object]) -> None:
        super().__init__(problems)
        self.problems = list(problems)


class GptTrainerApi:
    """The calls of one account."""

    def __init__(
        self,
        world: World,
        delivery: Delivery,
        edition: Edition,
        chatbots: Sequence[Chatbot] = CHATBOTS,
    ) -> None:
        self._world = world
        self._delivery = delivery
        self._edition = edition
        self._opened_at = world.now()
        self._lessons = Lessons(world.new_id, world.now, delivery.pace)
        self._chatbots = {chatbot.id: chatbot for chatbot in chatbots}

    def application(self) -> Starlette:
        app = Starlette(
            routes=self._routes(),
            exception_handlers={HTTPException: _tell_error, InvalidRequest: _tell_problems},
        )
        app.router.redirect_slashes = False
        return app

    def _routes(self) -> list[Route]:
        get, post = ["GET"], ["POST"]
        lacking = _LACKING[self._edition]
        routes = [
            Route("/chatbots", self.list_chatbots, methods=get),
            Route("/chatbot/{chatbot}", self.show_chatbot, methods=get),
            Route("/chatbot/{chatbot}/agents", self.list_agents, methods=get),
            Route("/chatbot/{chatbot}/sessions", self.list_sessions, methods=get),
            Route("/chatbot/{chatbot}/session/create", self.create_session, methods=post),
            Route(_SOURCES, self.list_sources, methods=get),
            Route(_TEACHING, self.teach, methods=post),
            Route(_SOURCE_DELETION, self.delete_source, methods=post),
            Route("/session/{session}", self.show_session, methods=get),
            Route("/session/{session}/delete", self.delete_session, methods=post),
            Route("/session/{session}/message/stream", self.stream_answer, methods=post),
            Route("/session/{session}/message/non-stream", self.answer, methods=post),
            Route("/session/{session}/messages", self.list_messages, methods=get),
            Route(_PLAIN_TEXT, self.transcribe, methods=get),
            Route("/message/{message}/delete", self.delete_message, methods=post),
            Route("/messages/delete", self.delete_messages, methods=post),
        ]
        return [route for route in routes if route.path not in lacking]

    async def list_chatbots(self, request: Request) -> Response:
        _authorise(request)
        return JsonResponse([self._record(each) for each in self._chatbots.values()])

    async def show_chatbot(self, request: Request) -> Response:
        _authorise(request)
        return JsonResponse(self._record(self._chatbot(request)))

    async def list_agents(self, request: Request) -> Response:
        _authorise(request)
        return JsonResponse([agent_record(self._chatbot(request), self._opened_at)])

    async def list_sessions(self, request: Request) -> Response:
        _authorise(request)
        chats = self._world.chats_of(self._chatbot(request).id)
        start, end = (self._bound(request, name) for name in _BOUNDS)
        return JsonResponse(
            [
                session_record(chat, with_person=self._edition is Edition.NEWEST)
                for chat in chats
                if (start is None or start <= chat.created_at)
                and (end is None or chat.created_at <= end)
            ]
        )

    async def create_session(self, request: Request) -> Response:
        chatbot = self._chatbot(request)
        _authorise(request, chatbot)
        if await request.body():
            body = await _read_body(request)
            if not isinstance(body.get("initial_variables", {}), dict):
                raise InvalidRequest(_problem("body", "initial_variables", "not a valid object"))
        return JsonResponse(session_record(self._world.open_chat(chatbot.id), with_person=False))

    async def list_sources(self, request: Request) -> Response:
        _authorise(request)
        lessons = self._lessons
        return JsonResponse(
            [source_record(lessons, each) for each in lessons.of(self._chatbot(request).id)]
        )

    async def teach(self, request: Request) -> Response:
        _authorise(request)
        chatbot = self._chatbot(request)
        body = await _read_body(request)
        texts = [body.get(name) for name in ("question", "answer")]
        problems = [
            _problem("body", name, "field required")
            for name, text in zip(("question", "answer"), texts, strict=True)
            if not isinstance(text, str) or not text.strip()
        ]
        link = body.get("reference_source_link") or ""
        if not isinstance(link, str) or (link and not host_of(link)):
            problems.append(_problem("body", "reference_source_link", "not a valid URL"))
        if problems:
            raise InvalidRequest(*problems)
        lesson = self._lessons.teach(chatbot.id, str(texts[0]), str(texts[1]), str(link))
        return JsonResponse(source_record(self._lessons, lesson))

    async def delete_source(self, request: Request) -> Response:
        _authorise(request)
        if not self._lessons.forget(request.path_params["source"]):
            raise HTTPException(404, "Data source not found")
        return JsonResponse({"success": True})

    async def show_session(self, request: Request) -> Response:
        _authorise(request)
        record = session_record(self._chat(request), with_person=True)
        return JsonResponse({"meta": {"user": None}, **record})

    async def delete_session(self, request: Request) -> Response:
        _authorise(request)
        self._world.delete_chat(self._chat(request))
        return JsonResponse({"success": True})

    async def stream_answer(self, request: Request) -> StreamedBody:
        faults = faults_of(request.scope)
        generation = await self._begin_answer(request, faults)

        async def chunks(left: asyncio.Event) -> AsyncGenerator[bytes, None]:
            async with contextlib.aclosing(generation.steps(left)) as steps:
                async for step in steps:
                    match step:
                        case Say(text):
                            # a host that cuts a pair apart writes its halves like this
                            yield text.encode("utf-8", "surrogatepass")
                        case Fail():
                            raise BodyCut

        return self._delivery.stream(chunks, "text/plain; charset=utf-8", faults.shapes())

    async def answer(self, request: Request) -> Response:
        exchange = await (await self._begin_answer(request, faults_of(request.scope))).run()
        if exchange.error:
            return JsonResponse({"error": exchange.error}, status_code=500)
        return JsonResponse({"response": exchange.answer})

    async def list_messages(self, request: Request) -> Response:
        _authorise(request)
        return JsonResponse(
            [message_record(exchange) for exchange in self._chat(request).exchanges]
        )

    async def transcribe(self, request: Request) -> Response:
        _authorise(request)
        return PlainTextResponse(plain_text(self._chat(request)).encode("utf-8", "replace"))

    async def delete_message(self, request: Request) -> Response:
        _authorise(request)
        if not self._delete_exchange(request.path_params["message"]):
            raise HTTPException(404, "Message not found")
        return JsonResponse({"success": True})

    async def delete_messages(self, request: Request) -> Response:
        _authorise(request)
        uuids = (await _read_body(request)).get("uuids")
        if not isinstance(uuids, list) or not all(isinstance(uuid, str) for uuid in uuids):
            raise InvalidRequest(_problem("body", "uuids", "field required"))
        unknown = [uuid for uuid in uuids if self._world.exchange(uuid) is None]
        if unknown:
            raise InvalidRequest(*({"uuid": uuid, "error": "not found"} for uuid in unknown))
        for uuid in uuids:
            self._delete_exchange(uuid)
        return JsonResponse({"success": True})

    async def _begin_answer(self, request: Request, faults: RequestFaults) -> Generation:
        """Store the question of the request and return the generation of its answer."""
        chat = self._chat(request)
        _authorise(request, self._chatbots[chat.owner])
        query = (await _read_body(request)).get("query")
        if not isinstance(query, str):
            raise InvalidRequest(_problem("body", "query", "field required"))
        exchange = self._world.ask(chat, query)
        script = self._lessons.script_for(chat.owner, query) or script_for(query)
        if calls_operator(query):
            script = silence(exchange, self._delivery.pace)
        return Generation(self._world, self._delivery, chat, exchange, script, faults)

    def _record(self, chatbot: Chatbot) -> dict[str, object]:
        return chatbot_record(chatbot, self._opened_at, self._edition)

    def _bound(self, request: Request, name: str) -> datetime | None:
        if self._edition is Edition.NEWEST:
            return _read_time(request, name)
        if self._edition is Edition.CHATWIZE_2023 and name in request.query_params:
            raise InvalidRequest(_problem("query", name, "extra fields not permitted"))
        return None

    def _chatbot(self, request: Request) -> Chatbot:
        chatbot = self._chatbots.get(request.path_params["chatbot"])
        if chatbot is None:
            raise HTTPException(404, "Chatbot not found")
        return chatbot

    def _chat(self, request: Request) -> Chat:
        chat = self._world.chat(request.path_params["session"])
        if chat is None:
            raise HTTPException(404, "Session not found")
        return chat

    def _delete_exchange(self, uuid: str) -> bool:
        stored = self._world.exchange(uuid)
        if stored is None:
            return False
        chat, exchange = stored
        self._world.delete_exchange(chat, exchange)
        return True


def _authorise(request: Request, chatbot: Chatbot | None = None) -> None:
    """Refuse a wrong key, and a missing one unless a public chatbot is talked to."""
    header = request.headers.get("authorization")
    if header is None:
        if chatbot is None or not chatbot.public:
            raise HTTPException(401, "Missing Authorization header")
    elif header != f"Bearer {DEMO_KEY}":
        raise HTTPException(401, "Invalid API key")


async def _read_body(request: Request) -> dict[str, object]:
    body = await read_object(request)
    if body is None:
        raise HTTPException(400, "The request body is not a JSON object")
    return body


def _read_time(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(_problem("query", name, "invalid datetime format")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _problem(place: str, name: str, sentence: str) -> dict[str, object]:
    return {"loc": [place, name], "msg": sentence, "type": "value_error"}


async def _tell_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JsonResponse({"error": error.detail}, error.status_code)


async def _tell_problems(_: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidRequest)
    return JsonResponse(error.problems, 422)
