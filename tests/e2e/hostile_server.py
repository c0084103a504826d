"""Server of both APIs, hostile in every text: for what must not reach the terminal."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.e2e.hostile_texts import ATTACKS, all_attacks
from tui.server.web.listener import Listener

START_S = 20
STOP_S = 5
TIME = "2025-05-17T10:00:00Z"
USER = "user-1"

EVIL = all_attacks("all")
MARKDOWN = "\n\n".join(
    [
        f"# heading {EVIL}",
        f"paragraph {EVIL}",
        f"- item {EVIL}\n- *emphasis* **{EVIL}** `{EVIL}`",
        f"> quote {EVIL}",
        f"| head {ATTACKS['colour']} | {ATTACKS['click']} |\n|---|---|\n"
        + "\n".join(f"| {name} | {text} |" for name, text in ATTACKS.items() if "\r" not in text),
        f"[link {EVIL}](https://evil.example/{ATTACKS['colour']} '{EVIL}')",
        f"[shown {ATTACKS['style']}](https://evil.example/x) <https://evil.example/{EVIL}>",
        f"![image {EVIL}](https://evil.example/y.png)",
        *(f"{mark}{ATTACKS['percent']} {ATTACKS['references']}" for mark in ("## ", "- ", "> ")),
        f"<b onclick='{EVIL}'>html {EVIL}</b>",
        f"```{ATTACKS['clipboard']} python\nfence {EVIL}\n```",
        f"    indented {EVIL}",
        "the last line",
    ]
)

ERRORS: dict[str, tuple[int, str, str]] = {
    "words": (500, "application/json", json.dumps({"error": EVIL})),
    "object": (
        400,
        "application/json",
        json.dumps(
            {
                "message": EVIL,
                "clientMessage": EVIL,
                "code": ATTACKS["colour"],
                "error": [{"path": [ATTACKS["reset"]], "message": EVIL}],
                "requestId": ATTACKS["clipboard"],
                "statusCode": 400,
            }
        ),
    ),
    "documented": (409, "application/json", json.dumps({"error": EVIL, "message": EVIL})),
    "problems": (
        422,
        "application/json",
        json.dumps([{"loc": ["body", ATTACKS["colour"]], "msg": EVIL, "type": EVIL}]),
    ),
    "bulk": (422, "application/json", json.dumps([{"uuid": ATTACKS["reset"], "error": EVIL}])),
    "page": (502, "text/html", f"<html><title>{ATTACKS['title']}</title>{ATTACKS['colour']}"),
    "text": (503, "text/plain", ATTACKS["clipboard"] + ATTACKS["eight-bit"]),
    "refused": (401, "application/json", json.dumps({"message": EVIL, "code": EVIL})),
    "forbidden": (403, "application/json", json.dumps({"clientMessage": EVIL})),
    "missing": (404, "application/json", json.dumps({"error": EVIL})),
    "limit": (429, "application/json", json.dumps({"message": EVIL, "retryAfter": EVIL})),
}
EVENTS = {
    "documented event": {"type": "error", "error": ATTACKS["reset"], "message": EVIL},
    "real event": {
        "type": "error",
        "error": {
            "message": EVIL,
            "clientMessage": EVIL,
            "code": ATTACKS["title"],
            "requestId": ATTACKS["clipboard"],
            "statusCode": 500,
        },
    },
}
"""Words in a question that make the answer fail in that way."""


class HostileSite:
    """What both APIs answer. Sessions are named for what they hold."""

    def __init__(self) -> None:
        self._asked: dict[str, list[str]] = {}

    def application(self) -> Starlette:
        get, post = ["GET"], ["POST"]
        gpt, user = "/api/v1", f"/api/users/{USER}"
        return Starlette(
            routes=[
                Route(f"{gpt}/chatbots", self.chatbots),
                Route(f"{gpt}/chatbot/bot/sessions", self.sessions),
                Route(f"{gpt}/chatbot/bot/session/create", self.new_session, methods=post),
                Route(f"{gpt}/session/{{id}}/messages", self.records),
                Route(f"{gpt}/session/{{id}}/message/stream", self.say, methods=post),
                Route(f"{gpt}/session/{{id}}/delete", self.refuse_delete, methods=post),
                Route("/api/auth/sign-in/email", self.sign_in, methods=post),
                Route("/api/auth/get-session", self.who, methods=get),
                Route("/api/models", self.models),
                Route(f"{user}/model-preference", self.preference),
                Route(f"{user}/chats", self.chats),
                Route("/api/chats/{id}", self.delete, methods=["DELETE"]),
                Route("/api/chats/{id}/messages", self.messages, methods=get),
                Route("/api/chats/{id}/messages/stream", self.stream, methods=post),
            ]
        )

    # The GPT-trainer family

    async def chatbots(self, _: Request) -> Response:
        named = [{"uuid": "bot", "name": EVIL, "model": EVIL}]
        others = [{"uuid": f"bot-{n}", "name": t, "model": t} for n, t in ATTACKS.items()]
        return _json([*named, *others, {"uuid": ATTACKS["colour"], "name": "EVIL id"}])

    async def sessions(self, _: Request) -> Response:
        return _json(
            [
                {"uuid": name, "created_at": TIME, "modified_at": TIME}
                for name in ("all", "trouble", *ATTACKS, ATTACKS["clipboard"])
            ]
        )

    async def new_session(self, _: Request) -> Response:
        session = f"new-{len(self._asked)}"
        self._asked[session] = []
        return _json({"uuid": session, "created_at": TIME, "modified_at": EVIL})

    async def records(self, request: Request) -> Response:
        session = request.path_params["id"]
        if session in ERRORS:
            return _error(session)
        if session == "all":
            return _json([_record("1", EVIL, MARKDOWN), _record("2", "and then", "the very end")])
        if session == "trouble":
            failed = {"response": "", "error_message": EVIL}
            noted = {"error_message": EVIL, "finish_reason": EVIL}
            return _json(
                [
                    _record("3", "a failing one", "") | failed,
                    _record("4", "a noted one", "noted") | noted,
                ]
            )
        if session in self._asked:
            return _json(
                [_record(f"{session}-{i}", q, EVIL) for i, q in enumerate(self._asked[session])]
            )
        return _json([_record(f"q-{session}", ATTACKS[session], ATTACKS[session])])

    async def say(self, request: Request) -> Response:
        question = (await request.json())["query"]
        if question in ERRORS:
            return _error(question)
        self._asked.setdefault(request.path_params["id"], []).append(question)
        # bytes that are no UTF-8 too
        return Response(EVIL.encode("utf-8", "surrogatepass") + b"\x9b31mEVIL\xff")

    async def refuse_delete(self, _: Request) -> Response:
        return _error("words")

    # HardWire

    async def sign_in(self, _: Request) -> Response:
        response = _json({"token": "t", "user": self._user()})
        response.headers["set-cookie"] = "better-auth.session_token=abcdef; Path=/"
        return response

    async def who(self, _: Request) -> Response:
        return _json({"session": {}, "user": self._user()})

    async def models(self, _: Request) -> Response:
        models = [{"id": n, "name": t, "provider": t} for n, t in ATTACKS.items()]
        return _json({"models": [*models, {"id": ATTACKS["reset"], "name": "EVIL id"}]})

    async def preference(self, _: Request) -> Response:
        return _json({"modelId": "colour"})

    async def chats(self, _: Request) -> Response:
        names = {"all": EVIL, **ATTACKS, ATTACKS["title"]: "EVIL id"}
        chats = [
            {"id": name, "title": text, "snippet": text, "updatedAt": TIME}
            for name, text in names.items()
        ]
        # no title: the snippet names it
        untitled = [{"id": "untitled", "title": None, "snippet": EVIL, "updatedAt": TIME}]
        return _json({"data": {"chats": [*chats, *untitled], "total": 0}})

    async def delete(self, request: Request) -> Response:
        return _json({"success": True}) if request.path_params["id"] == "all" else _error("object")

    async def messages(self, request: Request) -> Response:
        chat = request.path_params["id"]
        if chat in ERRORS:
            return _error(chat)
        texts = [("system", EVIL), ("user", EVIL), ("assistant", MARKDOWN), (EVIL, EVIL)]
        if chat not in ATTACKS and chat not in ("all", "untitled"):
            texts = [
                m for q in self._asked.get(chat, ()) for m in (("user", q), ("assistant", EVIL))
            ]
            if not texts:
                return _json({"code": "MESSAGES_NOT_FOUND"}, 404)
        sources = [{"url": "https://evil.example/", "title": EVIL, "description": EVIL}]
        sources += [{"url": t, "title": t, "description": t} for t in ATTACKS.values()]
        messages: list[dict[str, object]] = [
            {"id": f"{chat}-{i}", "role": role, "content": text, "createdAt": EVIL}
            for i, (role, text) in enumerate(texts)
        ]
        messages[-1]["sources"] = sources
        return _json({"messages": messages})

    async def stream(self, request: Request) -> Response:
        question = (await request.json())["content"]
        if question in ERRORS:
            return _error(question)
        self._asked.setdefault(request.path_params["id"], []).append(question)
        return StreamingResponse(
            (f"data: {line}\n\n" for line in _events(question)), media_type="text/event-stream"
        )

    def _user(self) -> dict[str, str]:
        return {"id": USER, "name": EVIL, "email": EVIL}


class GeneratedSite(HostileSite):
    """Has one session whose answers are these texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts

    async def chats(self, _: Request) -> Response:
        chat = {"id": "generated", "title": "generated", "updatedAt": TIME}
        return _json({"data": {"chats": [chat], "total": 1}})

    async def messages(self, _: Request) -> Response:
        # the last one stands in the session list too
        texts = ["the very beginning", *self._texts, "the very end", "previewed"]
        return _json(
            {
                "messages": [
                    {"id": f"m-{i}", "role": "assistant", "content": text, "createdAt": TIME}
                    for i, text in enumerate(texts)
                ]
            }
        )


def _events(question: str) -> Iterator[str]:
    yield json.dumps({"type": "start", "messageId": "m"})
    for name, result in (("good", EVIL), ("bad", {"error": EVIL, ATTACKS["colour"]: [EVIL]})):
        tool = f"{name} {ATTACKS['click']}{ATTACKS['colour']}{ATTACKS['closing']}"
        yield json.dumps({"type": "tool_call", "toolName": tool, "toolArgs": {EVIL: [EVIL]}})
        yield json.dumps({"type": "tool_result", "toolName": tool, "result": result})
    # an attack cut in its middle
    for piece in EVIL:
        yield json.dumps({"type": "content", "delta": piece})
    if question in EVENTS:
        yield json.dumps(EVENTS[question])
    elif question == "no event":
        yield EVIL.replace("\r", "").encode("utf-8", "replace").decode()
    else:
        yield json.dumps({"type": "end", "messageId": "m"})


def _record(uuid: str, query: str, response: str) -> dict[str, object]:
    sources = {name: {"title": t, "text": t, "file_name": t} for name, t in ATTACKS.items()}
    sources[ATTACKS["style"]] = {
        "title": EVIL,
        "text": EVIL,
        "type": "link",
        "reference_source_link": f"https://evil.example/{ATTACKS['colour']}",
    }
    tools = [
        {"name": EVIL, "content": json.dumps({ATTACKS["colour"]: EVIL})},
        {"name": ATTACKS["click"], "content": json.dumps({"error": EVIL})},
        {"name": ATTACKS["closing"], "content": EVIL},
    ]
    return {
        "uuid": uuid,
        "query": query,
        "response": response,
        "created_at": TIME,
        "finish_reason": "stop",
        "cite_data_json": json.dumps(sources),
        "meta_json": json.dumps({"functions_called": tools}),
    }


def _json(value: object, status: int = 200) -> Response:
    # as ASCII, in which lone surrogates can be written
    return Response(json.dumps(value), status, media_type="application/json")


def _error(name: str) -> Response:
    status, media_type, body = ERRORS[name]
    response = Response(body.encode("utf-8", "replace"), status, media_type=media_type)
    response.raw_headers.append((b"x-request-id", b"\x9b31mEVIL\x9d52;c;RVZJTA\x9c"))
    response.raw_headers.append((b"retry-after", "\u202eEVIL".encode()))
    # longer than anybody waits: a read is not made again
    response.raw_headers.append((b"x-retry-after", b"3600"))
    return response


@contextmanager
def hostile_server(site: HostileSite | None = None) -> Iterator[str]:
    """Serve in a thread and give the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    listener = Listener((site or HostileSite()).application())
    thread = threading.Thread(target=listener.listen, args=(listening,), name="hostile-server")
    thread.start()
    try:
        assert listener.wait_until_up(START_S)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listener.should_exit = True
        thread.join(STOP_S)


def hostile_profiles(url: str) -> dict[str, str]:
    """Return variables for two profiles at the hostile server, `hw` and `gpt`."""
    return {
        "RUNNEL_DEFAULT_PROFILE": "hw",
        "RUNNEL_PROFILES__HW__API": "hardwire",
        "RUNNEL_PROFILES__HW__BASE_URL": url,
        "RUNNEL_PROFILES__HW__EMAIL": "me@example.com",
        "RUNNEL_PROFILES__HW__PASSWORD": "hostile-password",
        "RUNNEL_PROFILES__GPT__API": "gpt-trainer",
        "RUNNEL_PROFILES__GPT__BASE_URL": url,
        "RUNNEL_PROFILES__GPT__TOKEN": "hostile-token",
    }
