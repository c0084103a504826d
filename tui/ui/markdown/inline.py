"""What stands in a line of Markdown: emphasis, code, links, images, breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from tui.ui.markdown.styled_text import Look, Piece, Runs, of_pieces
from tui.ui.terminal.browser import is_openable

_LOOKS = {"strong": ".strong", "em": ".em", "s": ".strike"}


_CITED = re.compile(r"\^\S+|[\d.,:;†‡* –-]+")
"""A label that is the sign of a source: without its brackets it would be a part of the text."""


def inline_runs(tokens: Sequence[Token], *base: str) -> Runs:
    """Return the text of inline tokens in looks on top of `base`; a break is a newline."""
    pieces: list[Piece] = []
    look: Look = base
    link: _Link | None = None
    for at, token in enumerate(tokens):
        kind, _, edge = token.type.rpartition("_")
        if edge == "open" and kind in _LOOKS:
            look = (*look, _LOOKS[kind])
        elif edge == "close" and kind in _LOOKS:
            look = look[:-1]
        elif token.type == "link_open":
            link = _Link.of(token, tokens[at + 1 : at + 3])
            look = (*look, ".link" if link.target else ".dead-link")
            pieces.append(Piece(link.before, look, link.target))
        elif token.type == "link_close" and link is not None:
            pieces.append(Piece(link.after, look, link.target))
            look = look[:-1]
            pieces.append(Piece(link.told, (*look, ".muted"), link.target))
            link = None
        else:
            pieces += _leaf(token, look, link.target if link is not None else "")
    while pieces and pieces[-1].text == "\n":
        # a break with nothing after it breaks nothing
        pieces.pop()
    return of_pieces(tuple(pieces))


@dataclass(frozen=True, slots=True)
class _Link:
    target: str
    """What a click opens, empty where nothing can be opened."""
    before: str
    after: str
    told: str
    """What else the link says: its title, an address that cannot be opened."""

    @classmethod
    def of(cls, opening: Token, following: Sequence[Token]) -> _Link:
        address = str(opening.attrGet("href") or "")
        target = _openable(address)
        label = str(opening.meta.get("label", ""))
        first, second = following[0], following[-1]
        words = first.content if (first.type, second.type) == ("text", "link_close") else ""
        is_own_label = label == words.upper() if label else not opening.markup
        is_cited = is_own_label and bool(_CITED.fullmatch(words))
        told = ""
        # a definition is shown, and what is written as its own address says it already
        if not label and not opening.markup:
            title = str(opening.attrGet("title") or "")
            is_seen = target and first.type != "link_close"
            told = title if is_seen else f"{address} {title}".strip()
        before, after = ("[", "]") if is_cited else ("", "")
        return cls(target, before, after, f" ({told})" if told else "")


def _leaf(token: Token, look: Look, target: str) -> list[Piece]:
    match token.type:
        case "softbreak" | "hardbreak":
            return [Piece("\n", look, target)]
        case "code_inline":
            return [Piece(token.content.replace("\t", " "), (*look, ".code"), target)]
        case "image":
            return _image(token, look, target)
        case _:
            return [Piece(token.content.replace("\t", " "), look, target)]


def _image(token: Token, look: Look, target: str) -> list[Piece]:
    """Show an image as its alternative text, its address and its title."""
    address = str(token.attrGet("src") or "")
    alt = inline_runs(token.children or ()).text.replace("\n", " ")
    goes_to = target or _openable(address)
    words = f"▣ {alt}" if alt else "▣"
    shown = [Piece(words, (*look, ".image"), goes_to)]
    told = " ".join(filter(None, (address, str(token.attrGet("title") or ""))))
    if told:
        shown.append(Piece(f" ({told})", (*look, ".muted"), goes_to))
    return shown


def _openable(href: object) -> str:
    address = str(href or "")
    return address if is_openable(address) else ""
