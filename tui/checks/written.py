"""TOML of suites as a person is given it to go on with: an example, and a case of an exchange."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count

from tui.checks.schema import ANY_SOURCE
from tui.model import CitationsPart, Message
from tui.safe_text import clean_line

_NAME_CHARS = 60
_COMMENT_CHARS = 300
_COMMENT_LINES = 8

EXAMPLE = """\
# A suite of checks: what is asked, and what is expected of each answer.
#   runnel check THIS-FILE
# Every case is asked in a session of its own, which is deleted afterwards.
# For editors: runnel check schema > suite.schema.json

name = "Example"

# {{product}} in a text below is filled in; --set product=candles says otherwise.
[variables]
product = "soap"

# Every bot that answers holds this one.
[[case]]
name = "It answers"
ask = "What can you do for me?"
lacks = "Internal Server Error"
max_seconds = 60

# The others say what such a bot must know: let them ask what yours is for.
[[case]]
name = "Prices are told with their source"
ask = "What does {{product}} cost?"
contains = "€"                    # a text, or a list of texts; in any case
lacks = ["I do not know", "as an AI"]
cites = "any"                     # or part of a title or address: cites = "prices.pdf"
max_seconds = 30

[[case]]
name = "It remembers what was said"

[[case.turn]]
ask = "My name is Ada."

[[case.turn]]
ask = "What is my name?"
contains = "Ada"
max_chars = 400

# Also there:
#   matches = 'within \\d+ days'   a regular expression, found anywhere
#   no_citation = true            it cites nothing
#   calls = "lookup"              it calls this tool
#   language = "de"               its words are German (pip install '.[language]')
#   same_as_last = true           the words of the run before (--against)
#   json = { "items.0.name" = "soap" }   a value in the JSON that it answers
"""


def case_of(exchanges: Sequence[Sequence[Message]], taken: Collection[str] = ()) -> str:
    """Return a case of questions with their answers, and a first guess at what to expect.

    Each exchange is a question and the answers to it. The case has none of the names that are
    `taken` by others of its suite.
    """
    words = clean_line(exchanges[0][0].written, _NAME_CHARS)
    numbered = (words if number == 1 else f"{words} ({number})" for number in count(1))
    name = next(each for each in numbered if each not in taken)
    lines = ["[[case]]", f"name = {_quoted(name)}"]
    if len(exchanges) == 1:
        lines += _turn(exchanges[0])
    else:
        for each in exchanges:
            lines += ["", "[[case.turn]]", *_turn(each)]
    return "\n".join(lines) + "\n"


def _turn(exchange: Sequence[Message]) -> list[str]:
    question, *answers = exchange
    lines = [f"ask = {_quoted(question.written)}"]
    titles = dict.fromkeys(
        each.title or each.url
        for answer in answers
        for part in answer.parts
        if isinstance(part, CitationsPart)
        for each in part.citations
    )
    named = [each for each in titles if each]
    if titles:
        lines.append(f"cites = {_listed(named) if named else _quoted(ANY_SOURCE)}")
    if tools := list(dict.fromkeys(tool.name for answer in answers for tool in answer.tools)):
        lines.append(f"calls = {_listed(tools)}")
    if text := "\n".join(answer.text for answer in answers).strip():
        lines += ['# contains = ""', "# It answered:", *_comments(text)]
    return lines


def _comments(text: str) -> Iterator[str]:
    lines = [each for each in text.splitlines() if each.strip()]
    for each in lines[:_COMMENT_LINES]:
        yield f"#   {clean_line(each, _COMMENT_CHARS)}"
    if len(lines) > _COMMENT_LINES:
        yield "#   …"


def _listed(texts: Iterable[str]) -> str:
    written = [_quoted(each) for each in texts]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _quoted(text: str) -> str:
    """Return a text as a string of TOML, which JSON's is, but for what is no character in it."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
