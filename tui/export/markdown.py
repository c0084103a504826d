"""Markdown export: every message as its source, under headings that no message can swallow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt

from tui.export.exported import About, ExportedSession, one_line
from tui.formatting.json_text import chunks_of
from tui.formatting.records import iso_seconds
from tui.formatting.speakers import SPEAKERS
from tui.formatting.times import duration
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    MessageStatus,
    NotePart,
    Part,
    TextPart,
    ToolPart,
)
from tui.safe_text import JsonValue, clean

_MARKS = re.compile(r"[\\`*_\[\]<>#|~&!$]|^[-+=]")
"""What would be more than itself within a line, or at its beginning."""
_LIST_NUMBER = re.compile(r"^(\d{1,9})([.)])")
_BACKTICKS = re.compile(r"`+")
_MAY_STAY_OPEN = re.compile(r"```|~~~|<")
_ENDS = ("-->", "?>", ">", "]]>", "</pre>", "</script>", "</style>", "</textarea>")
"""What ends a block of HTML that goes on over empty lines, by CommonMark 4.6."""
_PROBE = "\n\n## probe\n"


class MarkdownWriter:
    def __init__(self, about: About) -> None:
        self._about = about

    def head(self) -> Iterator[str]:
        about = self._about
        source = f"profile {about.profile}" if about.profile else "a file"
        redacted = ", redacted" if about.is_redacted else ""
        yield f"*Exported from {escaped(source)} at {iso_seconds(about.exported_at)}{redacted}*\n\n"

    def session(self, exported: ExportedSession) -> Iterator[str]:
        session = exported.session
        yield f"# {escaped(exported.title)}\n\n"
        yield f"- Session: {code(session.id)}\n"
        times = {
            "Made": session.created_at,
            "Changed": session.updated_at,
            "Deleted at the server, found": session.gone_at,
        }
        for name, then in times.items():
            if then is not None:
                yield f"- {name}: {iso_seconds(then)}\n"
        if session.facts is not None:
            for key, value in session.facts.lead:
                yield f"- Lead, {escaped(key)}: {escaped(value)}\n"
            if session.facts.auth_data is not None:
                yield f"\nIdentity:\n\n{block(session.facts.auth_data)}"
        yield "\n"
        for message in exported.messages:
            yield from _message(message)

    def tail(self) -> Iterator[str]:
        yield from ()


def escaped(text: str) -> str:
    """Return a text as one line of Markdown that shows it and nothing else."""
    line = _MARKS.sub(r"\\\g<0>", one_line(text))
    return _LIST_NUMBER.sub(r"\1\\\2", line)


def code(text: str) -> str:
    """Return a text as a code span."""
    line = one_line(text)
    marks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{marks}{pad}{line}{pad}{marks}"


def block(value: JsonValue) -> str:
    """Return a JSON value as a fenced block that nothing in it ends."""
    text = "".join(chunks_of(value))
    return fenced(text, "text" if isinstance(value, str) else "json")


def fenced(text: str, language: str) -> str:
    text = clean(text, max(1, len(text)))
    marks = "`" * max(3, _longest_run(text) + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{marks}{language}\n{text}{end}{marks}\n"


def closed(text: str) -> str:
    """Return Markdown after which a new block can begin: what it leaves open is closed."""
    text = clean(text, max(1, len(text))).rstrip("\n")
    if not _MAY_STAY_OPEN.search(text) or _is_closed(text):
        return text
    fences = dict.fromkeys(re.findall(r"`{3,}|~{3,}", text))
    for end in (*fences, *_ENDS):
        if _is_closed(f"{text}\n{end}"):
            return f"{text}\n{end}"
    return fenced(text, "markdown").rstrip("\n")


def _is_closed(text: str) -> bool:
    tokens = _block_parser().parse(text + _PROBE)
    return len(tokens) >= 3 and tokens[-3].type == "heading_open" and tokens[-3].level == 0


@cache
def _block_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _message(message: Message) -> Iterator[str]:
    then = iso_seconds(message.sent_at)
    yield f"## {SPEAKERS[message.role].name}{f' · {then}' if then else ''}\n\n"
    for part in message.parts:
        yield f"{_part(part)}\n"
    if message.status is not MessageStatus.STORED:
        yield f"> Not as the server holds it: {message.status.value}\n\n"
    if message.failure is not None:
        yield f"> **Failed:** {escaped(message.failure.sentence)}\n\n"
    if facts := "".join(_facts(message)):
        yield facts + "\n"


def _part(part: Part) -> str:
    match part:
        case TextPart(text):
            return f"{closed(text)}\n"
        case ToolPart():
            return "".join(_tool(part))
        case CitationsPart(citations):
            return "Sources:\n\n" + "".join(map(_citation, citations))
        case NotePart(text):
            return f"> {escaped(text)}\n"


def _tool(tool: ToolPart) -> Iterator[str]:
    took = f" · {duration(tool.duration_s)}" if tool.duration_s is not None else ""
    yield f"**Tool** {code(tool.name)} · {tool.state.value}{took}\n"
    for name, value in (("Arguments", tool.arguments), ("Result", tool.result)):
        if value is not None:
            yield f"\n{name}:\n\n{block(value)}"


def _citation(citation: Citation) -> str:
    marker = escaped(f"[{citation.marker}]") if citation.marker else ""
    # as text: what opens it is for whoever reads to choose
    words = (escaped(each) for each in dict.fromkeys((citation.title, citation.url)) if each)
    excerpt = f"\n  > {escaped(citation.excerpt)}" if citation.excerpt else ""
    return f"- {' '.join(filter(None, (marker, *words)))}{excerpt}\n"


def _facts(message: Message) -> Iterator[str]:
    facts = message.facts
    if facts is None:
        return
    told = {
        "Labels": ", ".join(facts.labels),
        "Feedback": facts.feedback.value if facts.feedback is not None else "",
        "Comment": facts.comment,
        "Frustration": facts.frustration,
        "Tokens": "" if facts.total_tokens is None else f"{facts.total_tokens:,}",
        "Ended": "" if facts.finish_reason in ("", "stop") else facts.finish_reason,
        "Error": facts.error,
        "Source": "none" if facts.without_source else "",
    }
    for name, value in told.items():
        if value:
            yield f"- {name}: {escaped(value)}\n"
