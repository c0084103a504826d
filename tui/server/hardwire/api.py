"""HardWire API, in either dialect, under `/api`.

Source: calls, status and the shape of streams as seen on the wire of a real server; the bodies are
those of the dialects.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from msgspec.structs import asdict
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tui.server.demo import MODELS
from tui.server.faults.request_faults import RequestFaults, faults_of
from tui.server.hardwire.accounts import Accounts, HardWireAccount
from tui.server.hardwire.dialect import DialectShapes, Event, Refusal, called, returned
from tui.server.hardwire.rate_limit import RateLimit
from tui.server.hardwire.requests import (
    SendBody,
    read_body,
    read_count,
    read_model,
    read_question,
    require_fresh_id,
)
from tui.server.hardwire.runs import run_record, workflow_id, workflow_record
from tui.server.scripted.generation import Generation
from tui.server.scripted.ids import Ids
from tui.server.scripted.scripts import Call, Fail, Return, Say, script_for
from tui.server.scripted.workflow_runs import PlannedRun, WorkflowRuns
from tui.server.scripted.workflows import load_workflows
from tui.server.scripted.world import Chat, ScriptedExchange, World
from tui.server.web.json_body import JsonResponse, encode_json
from tui.server.web.pacing import Delivery, StreamedBody

EVENTS_TIMEOUT_S = 30
_SSE = "text/event-stream; charset=utf-8"


class HardwireApi:
    """The calls of the signed-in account."""

    def __init__(
        self,
        world: World,
        delivery: Delivery,
        wire: DialectShapes,
        accounts: Accounts,
        ids: Ids,
        planned_runs: Sequence[PlannedRun] = (),
    ) -> None:
        self._world = world
        self._delivery = delivery
        self._wire = wire
        self._accounts = accounts
        self._ids = ids
        self._runs = WorkflowRuns(world, delivery, planned_runs)
        self._preferences: dict[str, str] = {}

    def application(self, rate_limit: int | None = None) -> ASGIApp:
        """Return the API; with a `rate_limit` an address has so many calls a minute."""
        get, post = ["GET"], ["POST"]
        app = Starlette(
            routes=[
                *self._accounts.routes(),
                Route("/models", self.list_models, methods=get),
                Route("/users/{user}/chats", self.list_chats, methods=get),
                Route("/users/{user}/model-preference", self.show_preference, methods=get),
                Route("/users/{user}/model-preference", self.set_preference, methods=post),
                Route("/users/{user}/workflows", self.list_workflows, methods=get),
                Route("/chats/{chat}", self.delete_chat, methods=["DELETE"]),
                Route("/chats/{chat}/messages", self.list_messages, methods=get),
                Route("/chats/{chat}/messages", self.answer, methods=post),
                Route("/chats/{chat}/messages/stream", self.stream_answer, methods=post),
                Route("/chats/{chat}/events", self.stream_events, methods=get),
                Route("/chats/{chat}/workflow-runs", self.list_runs, methods=get),
                Route("/chats/{chat}/workflow-runs/{run}/stream", self.stream_run, methods=get),
            ],
            exception_handlers={
                Refusal: self._tell_refusal,
                HTTPException: self._tell_missing_route,
            },
        )
        app.router.redirect_slashes = False
        if rate_limit is None:
            return app
        too_many = Refusal(429, "RATE_LIMIT_EXCEEDED", "Too many requests")
        return RateLimit(rate_limit, lambda: self._wire.refusal(too_many, self._ids.uuid())).around(
            app
        )

    async def list_models(self, request: Request) -> Response:
        self._account(request)
        return self._respond({"models": [asdict(model) for model in MODELS]})

    async def list_chats(self, request: Request) -> Response:
        user = self._user(request)
        self._runs.begin_planned()
        limit, offset = read_count(request, "limit", 1), read_count(request, "offset", 0)
        chats = self._world.chats_of(user.id)
        return self._respond(self._wire.page(chats, limit, offset or 0))

    async def show_preference(self, request: Request) -> Response:
        user = self._user(request)
        return self._respond(self._wire.preference(user.id, self._preferences.get(user.id)))

    async def set_preference(self, request: Request) -> Response:
        user = self._user(request)
        body = await read_body(request)
        model_id = read_model(body)
        self._preferences[user.id] = model_id
        return self._respond(self._wire.preference_set(user.id, model_id))

    async def list_workflows(self, request: Request) -> Response:
        user = self._user(request)
        records = [workflow_record(each, user.id, user.created_at) for each in load_workflows()]
        return self._respond(self._wire.workflows(records))

    async def delete_chat(self, request: Request) -> Response:
        self._world.delete_chat(self._chat(request))
        if self._wire.deleted_status == 204:
            return Response(status_code=204)
        return JsonResponse(self._wire.deleted_body, self._wire.deleted_status)

    async def list_messages(self, request: Request) -> Response:
        chat = self._chat(request)
        if request.url.query:
            raise Refusal(400, "REQUEST_VALIDATION", "This route takes no query parameters")
        if not chat.exchanges:
            raise Refusal(404, "MESSAGES_NOT_FOUND", "This chat has no messages")
        return self._respond({"messages": self._wire.messages(chat)})

    async def list_runs(self, request: Request) -> Response:
        runs = self._runs.of(self._chat(request).id)
        return self._respond({"workflowRuns": [run_record(run) for run in runs]})

    async def stream_run(self, request: Request) -> StreamedBody:
        runs = self._runs.of(self._chat(request).id)
        run = next((each for each in runs if each.id == request.path_params["run"]), None)
        if run is None:
            raise Refusal(404, "WORKFLOW_RUN_NOT_FOUND", "There is no such run in this chat")

        async def chunks(left: asyncio.Event) -> AsyncGenerator[bytes, None]:
            async with contextlib.aclosing(self._wire.run_events(run, left)) as events:
                async for event in events:
                    yield _frame(event)

        return self._delivery.stream(chunks, _SSE)

    async def answer(self, request: Request) -> Response:
        self._account(request)
        question = await read_question(request)
        if question.workflow_id is not None:
            return self._begin_run(request, question, question.workflow_id)
        chat, exchange = self._ask(request, question)
        await self._generation(chat, exchange, faults_of(request.scope)).run()
        return self._respond(self._wire.sent(chat, exchange, self._ids.uuid()), 201)

    async def stream_answer(self, request: Request) -> StreamedBody:
        self._account(request)
        chat, exchange = self._ask(request, await read_question(request))
        faults = faults_of(request.scope)
        generation = self._generation(chat, exchange, faults)

        async def chunks(left: asyncio.Event) -> AsyncGenerator[bytes, None]:
            yield _frame(self._wire.started(exchange))
            async with contextlib.aclosing(generation.steps(left)) as steps:
                async for step in steps:
                    match step:
                        case Say(text):
                            for event in self._wire.said(text):
                                yield _frame(event)
                        case Call() if self._wire.has_tools:
                            yield _frame(called(step))
                        case Return() if self._wire.has_tools:
                            yield _frame(returned(step))
                        case Fail(sentence):
                            yield _frame(self._wire.failed(chat, sentence, self._ids.uuid()))
                            return
            yield _frame(self._wire.completed(chat, exchange))

        return self._delivery.stream(chunks, _SSE, faults.shapes())

    async def stream_events(self, request: Request) -> StreamedBody:
        chat = self._chat(request)

        async def chunks(left: asyncio.Event) -> AsyncGenerator[bytes, None]:
            title: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            chat.watchers.add(title)
            leaving = asyncio.create_task(left.wait())
            try:
                yield _frame({"type": "connected", "chatId": chat.id})
                awaited: set[asyncio.Future[Any]] = {title, leaving}
                await asyncio.wait(
                    awaited,
                    timeout=EVENTS_TIMEOUT_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if title.done():
                    updated: Event = {"type": "title_updated", "chatId": chat.id}
                    yield _frame({**updated, "title": title.result()})
                else:
                    yield _frame({"type": "timeout", "chatId": chat.id})
            finally:
                leaving.cancel()
                chat.watchers.discard(title)

        return self._delivery.stream(chunks, _SSE)

    def _begin_run(self, request: Request, question: SendBody, wanted: str) -> Response:
        user, chat_id = self._account(request), request.path_params["chat"]
        offered = {workflow_id(each, user.id): each for each in load_workflows()}
        workflow = offered.get(wanted)
        if workflow is None:
            raise Refusal(404, "WORKFLOW_NOT_FOUND", "There is no such workflow")
        if workflow.version is None:
            raise Refusal(400, "REQUEST_VALIDATION", "This workflow has no version that can run")
        if self._runs.is_going_on(chat_id):
            raise Refusal(409, "WORKFLOW_RUN_IN_PROGRESS", "A workflow is running in this chat")
        chat, exchange = self._ask(request, question)
        run = self._runs.begin(workflow, chat, exchange)
        return self._respond(self._wire.run_begun(chat, exchange, run.id), 201)

    def _generation(
        self, chat: Chat, exchange: ScriptedExchange, faults: RequestFaults
    ) -> Generation:
        script = script_for(exchange.question).without_markers()
        return Generation(self._world, self._delivery, chat, exchange, script, faults)

    def _ask(self, request: Request, question: SendBody) -> tuple[Chat, ScriptedExchange]:
        """Store the question, in a new chat if this id is a fresh one."""
        user, chat_id = self._account(request), request.path_params["chat"]
        if question.user_id != user.id:
            raise Refusal(403, "USER_ID_MISMATCH", "userId is not the one signed in")
        if self._world.chat(chat_id) is None:
            require_fresh_id(chat_id)
            if self._world.was_deleted(chat_id):
                raise Refusal(404, "CHAT_NOT_FOUND", "This chat was deleted")
            self._world.open_chat(user.id, chat_id)
        chat = self._chat(request)
        return chat, self._world.ask(chat, question.content)

    def _account(self, request: Request) -> HardWireAccount:
        account = self._accounts.account_of(request)
        if account is None:
            raise Refusal(401, "UNAUTHORIZED", "You are not signed in")
        return account

    def _user(self, request: Request) -> HardWireAccount:
        """Return who is signed in; only their own id may stand in the path."""
        account = self._account(request)
        if request.path_params["user"] != account.id:
            raise Refusal(403, "USER_ID_MISMATCH", "This is not your user id")
        return account

    def _chat(self, request: Request) -> Chat:
        account = self._account(request)
        chat = self._world.chat(request.path_params["chat"])
        if chat is None:
            raise Refusal(404, "CHAT_NOT_FOUND", "There is no such chat")
        if chat.owner != account.id:
            raise Refusal(403, "CHAT_ACCESS_DENIED", "This chat is not yours")
        return chat

    def _respond(self, value: object, status: int = 200) -> Response:
        return JsonResponse(self._wire.wrap(value), status)

    async def _tell_refusal(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return JsonResponse(self._wire.refusal(error, self._ids.uuid()), error.status)

    async def _tell_missing_route(self, request: Request, _: Exception) -> Response:
        return await self._tell_refusal(
            request, Refusal(404, "ROUTE_NOT_FOUND", "There is no such route")
        )


def _frame(event: Event) -> bytes:
    return b"data: " + encode_json(event) + b"\n\n"
