from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator

import pytest

import tui
from tests.processor_time import processor_time
from tests.tables import each_row
from tui.backends.hardwire.sign_in_cookies import cookie_field
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.errors import failure_of, wait_of
from tui.backends.http.redirects import goal_of
from tui.backends.json_reading import id_at, message_text, parse_time, path, web_address
from tui.errors import NotFound
from tui.export.markdown import closed
from tui.export.personal_data import findings
from tui.formatting.masking import forms_of, masked
from tui.safe_text import clean, clean_line, sendable

# half as long a text takes a quarter of the time where that grows with the square
PATTERN_CHARS = 3_000
TEXT_CHARS = 50_000
LIMIT_S = 0.015
FUNCTION_LIMIT_S = 0.25
QUARTER_LIMIT_S = FUNCTION_LIMIT_S / 64
"""For a quarter of a text: what grows with the cube, or less, keeps the limit with all of it."""

MATCHED_AT_START = {
    "tui.backends.http.address._OTHER_SCHEME",
    "tui.formatting.readable._FENCE",
    "tui.settings.origins._SCHEME",
    "tui.ui.markdown.definitions._ADDRESS",
    "tui.ui.markdown.definitions._BEGUN",
    "tui.ui.markdown.document._BLANK_LINES",
    "tui.ui.markdown.inline_rules._AMOUNT_AND_WORDS",
    "tui.ui.markdown.source_map._CLOSING",
    "tui.ui.markdown.table_rule._DELIMITERS",
}
"""Patterns that nobody searches with; from one place they look at a text once."""
OF_SHORT_TEXTS = {
    "tui.backends.http.address._API_TAIL",
    "tui.export.personal_data._ORDER_WORD",
    "tui.export.personal_data._VERSION_WORD",
    "tui.ui.dialogs.server_steps._HOST",
}

PIECES = [
    " ", "\t", "\n", "\r", "a", "A_", "0", "-", ".", "/", "..", "[", "]", "](", "![", "(", "<", ">",
    "<title>", "<title", "<a ", "&", "&#", "&#1", "%41", "%", "\\", "\\u0041", "\\u", "`", "*", "_",
    "~", "|", "|-", ":-", "http://", "https://a.b ", "http://a.", "a@", "a.", "1.", "\u0301",
    "e\u0301",
    "\ud83d", "\x1b[", "\x1b[0;", "$", "$a", "$ ", "a ", " a", '="', "#", "> ", "- ", "1. ",
    "\u200d",
    "\u0e01", "{", "'", '"', "2020-01-01T00:00:00.", "\u202e", "9", "+", ";", "a=b;", ",",
    ":", "a:a:.", "1.1.1.1:", "[\n",
]  # fmt: skip
TAIL = "!"


def hostile(length: int) -> list[str]:
    return [piece * (length // len(piece)) + TAIL for piece in PIECES]


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.name}.{name}", value


def slowest_s(call: Callable[[str], object], texts: list[str]) -> tuple[float, str]:
    times = []
    for text in texts:
        with processor_time() as taken_s:
            call(text)
            times.append((taken_s(), text[:20]))
    return max(times)


@pytest.mark.slow
def test_no_pattern_takes_long_over_any_text() -> None:
    texts, seen = hostile(PATTERN_CHARS), set[str]()
    for name, pattern in patterns():
        if name in OF_SHORT_TEXTS or pattern.pattern in seen:
            continue
        seen.add(pattern.pattern)
        call = pattern.match if name in MATCHED_AT_START else pattern.search
        assert slowest_s(call, texts) < (LIMIT_S, ""), name
    assert len(seen) > 40


def told(text: str) -> object:
    try:
        return path("chats", text)
    except NotFound:
        return None


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "clean_line": clean_line,
    "sendable": sendable,
    "message_text": message_text,
    "web_address": web_address,
    "parse_time": parse_time,
    "path": told,
    "id_at": lambda text: id_at({"id": text}, "id"),
    "goal_of": lambda text: goal_of(text, "http://x"),
    "cookie_field": lambda text: cookie_field([text]),
    "error body": lambda text: ErrorBody.read(text[:32_000], 500),
    "error page": lambda text: ErrorBody.read(f"<html>{text[:32_000]}", 500),
    "error list": lambda text: ErrorBody.of({"error": [{"msg": text, "loc": [text]}] * 5}, 422),
    "masked": lambda text: masked(text[:32_000], forms_of(["s3cr3t-t0ken", text[:200]])),
    "personal data": findings,
    "Markdown that is open": lambda text: closed(f"<{text}```"),
    "wait_of": lambda text: wait_of({"retry-after": text}, ErrorBody(wait=text)),
    "failure_of": lambda text: failure_of(429, {"x-request-id": text}, ErrorBody(), "x", "key"),
}  # fmt: skip


@pytest.mark.slow
@each_row("call", FUNCTIONS.values())
def test_nothing_read_of_a_server_takes_long(call: Callable[[str], object]) -> None:
    for quarter, text in zip(hostile(TEXT_CHARS // 4), hostile(TEXT_CHARS), strict=True):
        if slowest_s(call, [quarter]) >= (QUARTER_LIMIT_S, ""):
            assert slowest_s(call, [text]) < (FUNCTION_LIMIT_S, "")
