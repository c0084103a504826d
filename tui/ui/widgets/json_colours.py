"""Colours of JSON text: keys, strings, numbers and words, line by line."""

from __future__ import annotations

import re

from textual.content import Content, Span

_STRING = r'"(?:[^"\\]|\\.)*+"'
_LINE = re.compile(
    # a string may be cut where a piece of the text ends
    rf'^ *+(?P<key>{_STRING}(?=: ))?+(?:: )?+(?:(?P<string>{_STRING}|"[^\n]*+)'
    r"|(?P<number>-?\d[\d.eE+-]*+)|(?P<word>true|false|null))?+",
    re.MULTILINE,
)
_COLOURS = {
    "key": "$text-secondary",
    "string": "$text-success",
    "number": "$text-warning",
    "word": "$text-accent",
}


def coloured_json(text: str) -> Content:
    """Return indented JSON in colours; of a part of one, the lines that can be told."""
    spans = [
        Span(*line.span(kind), colour)
        for line in _LINE.finditer(text)
        for kind, colour in _COLOURS.items()
        if line[kind]
    ]
    return Content(text, spans=spans)
