"""Bars of the benchmark. None is ever made softer: a figure gets room by better code."""

from __future__ import annotations

from tests.bench.laboratory import HARDWIRE, RUNNEL, SCRIPT_OF
from tests.bench.verdicts import Bar

_APIS = (
    {"subject": RUNNEL, "wire": "raw text", "script": SCRIPT_OF[RUNNEL]},
    {"subject": HARDWIRE, "wire": "SSE", "script": SCRIPT_OF[HARDWIRE]},
)


def _at_both(scenario: str, figure: str, sentence: str, highest: float, *beside: str) -> list[Bar]:
    """Return a bar for each API; what is in braces differs, `beside` goes on as in `Bar`."""
    made = []
    for api in _APIS:
        figure_of, sentence_of, *rest = (
            each.format_map(api) for each in (figure, sentence, *beside)
        )
        made.append(Bar(scenario, figure_of, sentence_of, highest, *rest))
    return made


def _age(pace: int, percentile: str, highest: float) -> list[Bar]:
    name = f"at {pace}/s: age {percentile} ms"
    sentence = f"age of what is seen at {pace} tokens/s, {percentile}, {{wire}}"
    figure, reference = f"{{subject}} {name}", f"{{script}} {name}"
    return _at_both("age", figure, sentence, highest, "ms", reference, "{script}")


BARS: tuple[Bar, ...] = (
    # the first moments
    Bar("start", "runnel: first paint ÷ empty app", "first paint ÷ an empty Textual app", 1.6),
    *_at_both(
        "enter",
        "{subject}: first call s",
        "exec → first call at the server, {wire}",
        0.55,
        "s",
        "script: question at the server s",
        "script",
    ),
    *_at_both(
        "enter",
        "{subject}: first question at the server s",
        "exec → Enter of the first frame at the server, {wire}",
        0.6,
        "s",
        "script: question at the server s",
        "script",
    ),
    Bar(
        "commands",
        "runnel ask: first byte s",
        "runnel ask: first byte",
        0.18,
        "s",
        "script: first byte s",
        "script",
    ),
    Bar(
        "commands",
        "runnel --version: first byte s",
        "runnel --version: first byte",
        0.08,
        "s",
        "python: first byte s",
        "bare Python",
    ),
    # how fresh an answer is
    *_age(30, "p50", 25),
    *_age(30, "p95", 55),
    *_at_both(
        "age",
        "{subject} at 30/s: CPU s/s",
        "CPU seconds a second at 30 tokens/s, {wire}",
        0.09,
        "",
        "{script} at 30/s: CPU s/s",
        "{script}",
    ),
    *_age(500, "p50", 45),
    *_age(500, "p95", 80),
    *_at_both(
        "age",
        "{subject}: last byte to screen ms",
        "last byte received → on the screen, {wire}",
        25,
        "ms",
        "{script}: last byte to screen ms",
        "{script}",
    ),
    Bar(
        "short",
        "runnel: last byte to screen ms",
        "last byte → complete screen, short answer",
        250,
        "ms",
        "script: last byte to screen ms",
        "script",
    ),
    Bar(
        "short",
        "runnel: last byte of a long one to screen ms",
        "last byte → complete screen, long answer",
        250,
        "ms",
        "script: last byte to screen ms",
        "script",
    ),
    # what it costs
    Bar("short", "runnel: CPU ÷ script", "short answer at 500 tokens/s: CPU ÷ script", 3.5),
    Bar("short", "runnel: to the terminal KB", "short answer: bytes to the terminal", 250, "KB"),
    Bar(
        "short",
        "runnel: CPU per KB at the end of a long one ÷ of a short one",
        "long answer: CPU per KB at its end ÷ short one",
        1.2,
    ),
    Bar("flood", "runnel: CPU ÷ script", "huge answer at once, raw text: CPU ÷ script", 4),
    Bar("flood", "hardwire: CPU ÷ script", "huge answer at once, SSE: CPU ÷ SSE script", 2),
    *_at_both(
        "flood",
        "{subject}: peak MB of the whole",
        "peak memory after a huge answer, {wire}",
        110,
        "MB",
        "{script}: peak MB",
        "{script}",
    ),
    Bar("shapes", "worst shape: peak MB", "the same of other shapes, worst of them", 110, "MB"),
    Bar(
        "shapes",
        "worst shape: frame at the end ÷ at the beginning",
        "a frame at the end of a huge answer ÷ at its beginning, worst shape",
        1.5,
    ),
    Bar(
        "shapes",
        "worst shape: read again and kept, CPU ms",
        "a huge answer read again and kept behind its last byte, worst shape: CPU",
        200,
        "ms",
        "worst shape: frame at the end ms",
        "a frame's CPU",
    ),
    Bar("shapes", "ends never shown", "shapes of which the end is not shown", 0),
    Bar(
        "wire-log",
        "the log: % of the CPU of a stream",
        "keeping the wire for the inspector: CPU of a stream",
        1,
        "%",
    ),
    # how long a key waits
    Bar(
        "shapes",
        "worst shape: longest stall ms",
        "longest stall at 500 tokens/s, worst shape",
        100,
        "ms",
        "worst shape: frame at the end ms",
        "a frame's CPU",
    ),
    Bar(
        "five",
        "runnel: longest stall ms",
        "longest stall with five streams",
        150,
        "ms",
        "runnel: frame ms",
        "a frame's CPU",
    ),
    Bar(
        "flood",
        "runnel: longest pause at rest ms",
        "longest pause at rest after a huge answer (garbage)",
        50,
        "ms",
        "a collection of 100,000 lists ms",
        "100,000 lists",
    ),
    Bar(
        "echo",
        "runnel: streaming p99 ms",
        "key echo while streaming, p99",
        60,
        "ms",
        "runnel: idle p99 ms",
        "idle",
    ),
    Bar("echo", "runnel: p99 ÷ idle", "key echo while streaming ÷ idle, p99", 3),
    Bar(
        "resize",
        "a step of a resize, CPU ms",
        "a step of a resize: CPU",
        25,
        "ms",
        "empty app: a step, CPU ms",
        "empty app",
    ),
    # sessions
    Bar(
        "history",
        "longest from memory s",
        "longest session opened from memory",
        0.3,
        "s",
        "shortest from memory s",
        "shortest",
    ),
    Bar("history", "longest ÷ shortest from memory", "the same ÷ the shortest session", 1.3),
    Bar(
        "cold",
        "opened cold s",
        "1,000 messages far down the list, never read",
        0.5,
        "s",
        "opened again s",
        "from memory",
    ),
    Bar(
        "sessions",
        "list shown from memory s",
        "long list of sessions: first paint",
        0.3,
        "s",
        "short list shown from memory s",
        "short list",
    ),
    Bar(
        "sessions",
        "a filter keystroke, median ms",
        "the same: a filter keystroke",
        100,
        "ms",
        "short list: a filter keystroke, median ms",
        "short list",
    ),
    Bar(
        "stored",
        "over a full store: CPU ÷ empty",
        "a start over 20,000 stored sessions: CPU ÷ an empty store",
        1.2,
    ),
    Bar(
        "stored",
        "over a full store: MB",
        "the same: memory",
        150,
        "MB",
        "over an empty store: MB",
        "an empty store",
    ),
    Bar("memory", "runnel: after all sessions MB", "after 30 long sessions: memory", 110, "MB"),
    Bar(
        "memory",
        "runnel: grown since the tenth MB",
        "memory grown from the tenth to the thirtieth",
        5,
        "MB",
    ),
    Bar("memory", "runnel: read at start MB", "long sessions in sight: read at start", 2, "MB"),
    # the terminal at rest
    Bar("quiet", "idle bytes/s", "bytes a second, idle", 0),
    Bar("links", "slow: idle bytes/s", "the same over a slow link", 0),
    Bar("quiet", "waiting for the first token bytes/s", "bytes a second, waiting", 150),
    # links
    Bar("links", "bytes a token: slow ÷ stock", "bytes a token over a slow link ÷ stock", 0.04),
    Bar("links", "bytes a token: slow ÷ fast", "the same ÷ over a fast link", 0.25),
    Bar("links", "slow: frames a second", "frames a second of an answer over a slow link", 4),
    Bar(
        "far",
        "slow, 200 ms away: key while streaming p50 ms",
        "a key while an answer comes, 200 ms away, slow link, p50",
        260,
        "ms",
        "stock, 200 ms away: key while streaming p50 ms",
        "stock",
    ),
    Bar(
        "links",
        "slow, 9,600 bit/s: key while streaming p50 ms",
        "the same at 9,600 bit/s",
        1500,
        "ms",
    ),
    Bar(
        "links",
        "standing still: frames until all is seen",
        "frames of a terminal that stood still, until all is seen",
        1,
    ),
)
