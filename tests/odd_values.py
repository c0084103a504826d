"""Answers of a server with odd values in every field, from answers that were recorded."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import httpx

_RAW = "@@raw{}@@"

# written into the JSON as they are: no Python value gives these
_LITERALS = (
    "9" * 5_000, f"-{'9' * 5_000}", "1e400", "-1e400", "NaN", "Infinity", "-Infinity",
    "[" * 5_000 + "]" * 5_000, '{"a":' * 5_000 + "1" + "}" * 5_000, '{"id":"a","id":"b"}',
    "1.0000000000000000000000000000000000000000001", "-0", "1E-400", "12345678901234567890",
)  # fmt: skip

ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 2**31, 2**53 + 1, 2**64, 10**299, 1e308, 5e-324,
    1_712_372_400, 1_712_372_400_000, -62_135_596_800, 253_402_300_800,
    "", " ", "\n", "\0", "\t\r\n", "a" * 50_000, "x\ny", ".", "..", "../../etc", "a/b?c#d%2F",
    "\x1b[2J\x1b]52;c;aGk=\x07", "\x9b31m", "\u202e\u2066", "\ufeff", "\u2028", "[/nope]",
    "[@click=app.quit]x", "\N{FAMILY}\u200d\N{BOY}", "e\u0301" * 50, "\ud800", "\udc00\ud800",
    "local-1", "null", "0", "NaN", "-1", "true", "[]", "{}", '"', "<b>&amp;</b>", "<!doctype html>",
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-12:00", "0000-00-00", "2024-02-30T25:61:61Z", "1970-01-01T00:00:00Z",
    "https://xn--/", "javascript:1", "completed", "failed", "assistant", "error",
    [], [None], [[]], [0, -1], [1, 0], ["a", {}], [{}] * 3, {}, {"": ""}, {"a": {"b": []}},
    {"error": "x"}, {"error": {"message": None}}, {"id": "x"}, {"message": ["x"]},
    *(_RAW.format(number) for number in range(len(_LITERALS))),
)  # fmt: skip

Path = tuple[str | int, ...]
"""Keys and positions from the top; `JSON` steps into a text that holds JSON."""
JSON = "@@json@@"


class Drop:
    """Stands for leaving a value out."""


class Twice:
    """Stands for a list with each of its entries twice."""


@dataclass(frozen=True, slots=True)
class Warp:
    """What becomes of one value in the answers of one route."""

    route: str
    event: int
    """Position of the event in a stream of them; 0 for an answer that is none."""
    path: Path
    value: object

    def __str__(self) -> str:
        return f"{self.route} {self.event} {'.'.join(map(str, self.path))} = {self.value!r:.40}"


@dataclass
class Recording(httpx.AsyncBaseTransport):
    """Hands calls on to a server and records the answers; closed to it, gives them again."""

    server: httpx.AsyncBaseTransport | None
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    warp: Callable[[str, str], str] | None = None
    """Route and body -> the body as it is given again."""
    asked: list[str] = field(default_factory=list)
    url: str = ""
    """Where the server was."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path, _, query = request.url.raw_path.decode().partition("?")
        route = f"{request.method} {path}?{query}" if query else f"{request.method} {path}"
        self.asked.append(route)
        if self.server is not None:
            answer = await self.server.handle_async_request(request)
            await answer.aread()
            self.answers[route] = answer
        else:
            answer = self.answers.get(route) or self._last_page(route.partition("?")[0])
        body = answer.content
        if self.warp is not None:
            body = self.warp(route, body.decode()).encode("utf-8", "surrogatepass")
        headers = [each for each in answer.headers.raw if each[0].lower() != b"content-length"]
        return httpx.Response(answer.status_code, headers=headers, content=body)

    def _last_page(self, path: str) -> httpx.Response:
        pages = [each for route, each in self.answers.items() if route.startswith(f"{path}?")]
        return pages[-1] if pages else httpx.Response(404, json={"error": "none"})

    async def aclose(self) -> None:
        if self.server is not None:
            await self.server.aclose()


def warped(body: str, warp: Warp) -> str:
    """Return the body of an answer with the value in its place."""
    if not is_stream(body):
        return _written(_put(json.loads(body), warp.path, warp.value))
    events = body.split("\n\n")
    data = _data_of(events[warp.event])
    fresh = _written(_put(json.loads(data), warp.path, warp.value))
    events[warp.event] = events[warp.event].replace(data, fresh)
    return "\n\n".join(events)


def warps_of(route: str, body: str) -> Iterator[Warp]:
    """Yield every way to put something odd into an answer."""
    for event, path, value in places_of(body):
        for odd in ODD_VALUES:
            yield Warp(route, event, path, odd)
        yield Warp(route, event, path, Twice() if isinstance(value, list) else Drop())


def places_of(body: str) -> Iterator[tuple[int, Path, object]]:
    """Yield the events of an answer, the places in them, and what stands there.

    Of events of one kind with the same fields the first is enough.
    """
    bodies = [_data_of(each) for each in body.split("\n\n")] if is_stream(body) else [body]
    kinds: set[tuple[object, ...]] = set()
    for event, text in enumerate(bodies):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        places = list(_places(value, ()))
        kind = (
            value.get("type") if isinstance(value, dict) else None,
            *(each[0] for each in places),
        )
        if kind not in kinds:
            kinds.add(kind)
            for path, inner in places:
                yield event, path, inner


def each_odd(record: dict[str, object], path: Path, id_key: str) -> Iterator[dict[str, object]]:
    """Yield a record once for each odd value, with an id of its own unless that is what is odd."""
    for number, odd in enumerate(ODD_VALUES):
        fresh: dict[str, object] = {**copy.deepcopy(record), id_key: f"odd-{number}"}
        put = _put(fresh, path, odd)
        assert isinstance(put, dict)
        yield put


def written_list(body: str, records: Sequence[object], at: Path) -> str:
    """Return `body` with these records in place of the list at `at`."""
    return _written(_put(json.loads(body), at, list(records)))


def is_stream(body: str) -> bool:
    return body.startswith(("event:", "data:", "id:", ":"))


def _data_of(event: str) -> str:
    return next((line[5:].strip() for line in event.splitlines() if line.startswith("data:")), "")


def _places(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0))
    elif isinstance(value, str) and value[:1] in ("{", "["):
        yield from list(_places(json.loads(value), (*path, JSON)))[1:]


def _put(value: object, path: Path, odd: object) -> object:
    """Return `value` with `odd` at `path`, and `value` itself unchanged."""
    if not path:
        return [*value, *value] if isinstance(odd, Twice) and isinstance(value, list) else odd
    step, rest = path[0], path[1:]
    if step == JSON:
        assert isinstance(value, str)
        return _written(_put(json.loads(value), rest, odd))
    fresh = copy.copy(value)
    assert isinstance(fresh, dict | list)
    if not rest and isinstance(odd, Drop):
        del fresh[step]  # type: ignore[arg-type]
    else:
        fresh[step] = _put(fresh[step], rest, odd)  # type: ignore[index]
    return fresh


def _written(value: object) -> str:
    if isinstance(value, Drop):
        return ""
    text = json.dumps(value)
    for number, literal in enumerate(_LITERALS):
        text = text.replace(f'"{_RAW.format(number)}"', literal)
    return text
