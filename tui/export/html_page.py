"""HTML export: one page that needs nothing else, to be read, searched, folded and printed.

Nothing of the data acts: the page's policy allows its own style and its own script by their
hashes, and nothing from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files

from tui.export.exported import About, ExportedSession
from tui.export.html_markdown import escaped, html_of, link, plain_html
from tui.formatting.counts import counted
from tui.formatting.json_text import chunks_of
from tui.formatting.records import iso_time
from tui.formatting.speakers import SPEAKERS
from tui.formatting.times import duration
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    MessageStatus,
    NotePart,
    Part,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import JsonValue


class HtmlWriter:
    """Writes the sessions, and behind them, when all titles are known, the table of contents."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._entries: list[str] = []

    def head(self) -> Iterator[str]:
        about, style, script = self._about, _resource("page.css"), _resource("page.js")
        policy = (
            f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'"
        )
        source = f" of {escaped(about.profile)}" if about.profile else ""
        redacted = " · personal data masked" if about.is_redacted else ""
        yield (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>Sessions{source}</title>\n<style>{style}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#contents">Contents</a>\n'
            f"<header>\n<h1>Sessions{source}</h1>\n"
            f"<p>Exported {_time(about.exported_at)}{redacted}</p>\n{_TOOLS}</header>\n"
            "<main>\n"
        )

    def session(self, exported: ExportedSession) -> Iterator[str]:
        number, session = len(self._entries) + 1, exported.session
        title = escaped(exported.title)
        then = _time(session.changed_at)
        gone = "deleted at the server" if session.gone_at is not None else ""
        size = counted(len(exported.messages), "message")
        self._entries.append(f'<li><a href="#s{number}">{title}</a> <small>{then}</small></li>\n')
        yield (
            f'<article id="s{number}" aria-labelledby="t{number}">\n'
            f'<h2 id="t{number}">{title}</h2>\n'
            f'<p class="about">{" · ".join(filter(None, (then, size, gone)))}'
            f" · <code>{escaped(session.id)}</code></p>\n"
        )
        yield from _lead(session)
        for message in exported.messages:
            yield from _message(message)
        yield "</article>\n"

    def tail(self) -> Iterator[str]:
        if not self._entries:
            yield "<p>No sessions.</p>\n"
        yield '</main>\n<nav id="contents" aria-labelledby="contents-title" tabindex="-1">\n'
        yield '<h2 id="contents-title">Contents</h2>\n<ol>\n'
        yield from self._entries
        yield f"</ol>\n</nav>\n<script>{_resource('page.js')}</script>\n</body>\n</html>\n"


_TOOLS = (
    '<div class="tools" role="search" hidden>\n'
    '<label for="search">Search</label>\n'
    '<input id="search" type="search" autocomplete="off" spellcheck="false">\n'
    '<span id="found" role="status"></span>\n'
    '<button id="next" type="button">Next</button>\n'
    '<button id="fold" type="button" aria-pressed="false">Unfold all</button>\n'
    '<button id="theme" type="button" aria-pressed="false">Dark</button>\n'
    "</div>\n"
)
"""Shown by the script, without which it does nothing."""


@cache
def _resource(name: str) -> str:
    return files("tui.export").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _time(then: datetime | None) -> str:
    machine = iso_time(then)
    if then is None or machine is None:
        return ""
    shown = machine[:16].replace("T", " ")
    return f'<time datetime="{machine}">{shown} UTC</time>'


def _lead(session: Session) -> Iterator[str]:
    facts = session.facts
    if facts is None:
        return
    if facts.lead:
        rows = (f"<dt>{escaped(key)}</dt><dd>{escaped(value)}</dd>" for key, value in facts.lead)
        yield f'<dl class="lead">{"".join(rows)}</dl>\n'
    if facts.auth_data is not None:
        yield _folded("Identity", _value(facts.auth_data))


def _message(message: Message) -> Iterator[str]:
    speaker = SPEAKERS[message.role].name
    bot = message.origin.bot_name if message.origin is not None else ""
    who = escaped(bot) if bot and message.role is Role.ASSISTANT else speaker
    yield f'<section class="{message.role.value}">\n'
    yield f"<h3>{who} {_time(message.sent_at)}</h3>\n"
    for part in message.parts:
        yield _part(part, is_markdown=message.role is not Role.USER)
    if message.status is not MessageStatus.STORED:
        yield f'<p class="note">Not as the server holds it: {message.status.value}</p>\n'
    if message.failure is not None:
        yield f'<p class="failure">Failed: {escaped(message.failure.sentence)}</p>\n'
    if facts := "".join(f"<li>{escaped(each)}</li>" for each in _facts(message)):
        yield f'<ul class="facts">{facts}</ul>\n'
    yield "</section>\n"


def _part(part: Part, *, is_markdown: bool) -> str:
    match part:
        case TextPart(text):
            # a question is shown as it was written, an answer is Markdown
            return html_of(text) if is_markdown else plain_html(text)
        case ToolPart():
            return _tool(part)
        case CitationsPart(citations):
            sources = "".join(f"<li>{_citation(each)}</li>\n" for each in citations)
            return _folded(counted(len(citations), "source"), f"<ul>\n{sources}</ul>\n")
        case NotePart(text):
            return f'<p class="note">{escaped(text)}</p>\n'


def _folded(summary: str, inside: str, *, is_failed: bool = False) -> str:
    state = ' class="failed" open' if is_failed else ""
    return f"<details{state}>\n<summary>{summary}</summary>\n{inside}</details>\n"


def _tool(tool: ToolPart) -> str:
    took = f" · {duration(tool.duration_s)}" if tool.duration_s is not None else ""
    summary = f"Tool <code>{escaped(tool.name)}</code> · {tool.state.value}{took}"
    values = (("Arguments", tool.arguments), ("Result", tool.result))
    inside = "".join(
        f"<h4>{name}</h4>\n{_value(value)}" for name, value in values if value is not None
    )
    return _folded(summary, inside, is_failed=tool.state is ToolState.FAILED)


def _value(value: JsonValue) -> str:
    return f"<pre><code>{escaped(''.join(chunks_of(value)))}</code></pre>\n"


def _citation(citation: Citation) -> str:
    marker = f"[{escaped(citation.marker)}] " if citation.marker else ""
    words = link(citation.url, citation.title or citation.url)
    excerpt = citation.excerpt and f"<blockquote>{escaped(citation.excerpt)}</blockquote>"
    return f"{marker}{words}{excerpt}"


def _facts(message: Message) -> Iterator[str]:
    facts = message.facts
    if facts is None:
        return
    yield from facts.labels
    if facts.feedback is not None:
        yield f"feedback: {facts.feedback.value}"
    if facts.comment:
        yield f"“{facts.comment}”"
    if facts.frustration:
        yield f"frustrated: {facts.frustration}"
    if facts.without_source:
        yield "no source"
    if facts.is_cut:
        yield "cut"
    if facts.error:
        yield f"error: {facts.error}"
    if facts.total_tokens is not None:
        yield f"{facts.total_tokens:,} tokens"
