"""Inline Markdown: emphasis, code, links, images, breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token
from msgspec import Struct

from tui.ui.markdown.definitions import is_told
from tui.ui.markdown.styled_text import Piece, StyledText, StyleNames, join_pieces
from tui.ui.terminal.browser import is_openable

_STYLES = {"strong": ".strong", "em": ".em", "s": ".strike"}


_CITED = re.compile(r"\^\S+|[\d.,:;†‡* –-]+")
"""A label that is the sign of a source: without its brackets it would be a part of the text."""


def inline_text(tokens: Sequence[Token], *base: str) -> StyledText:
    """Return the text of inline tokens in styles on top of `base`; a break is a newline."""
    pieces: list[Piece] = []
    styles: StyleNames = base
    link: _Link | None = None
    for at, token in enumerate(tokens):
        kind, _, edge = token.type.rpartition("_")
        if edge == "open" and kind in _STYLES:
            styles = (*styles, _STYLES[kind])
        elif edge == "close" and kind in _STYLES:
            styles = styles[:-1]
        elif token.type == "link_open":
            link = _Link.of(token, tokens[at + 1 : at + 3])
            styles = (*styles, ".link" if link.href else ".dead-link")
            pieces.append(Piece(link.before, styles, link.href))
        elif token.type == "link_close" and link is not None:
            pieces.append(Piece(link.after, styles, link.href))
            styles = styles[:-1]
            pieces.append(Piece(link.note, (*styles, ".muted"), link.href))
            link = None
        else:
            pieces += _leaf(token, styles, link.href if link is not None else "")
    while pieces and pieces[-1].text == "\n":
        # a break with nothing after it breaks nothing
        pieces.pop()
    return join_pieces(tuple(pieces))


class _Link(Struct, frozen=True):
    href: str
    """What a click opens, empty where nothing can be opened."""
    before: str
    after: str
    note: str
    """What else the link says: its title, an address that cannot be opened."""

    @classmethod
    def of(cls, opening: Token, following: Sequence[Token]) -> _Link:
        address = str(opening.attrGet("href") or "")
        href = _openable(address)
        label = str(opening.meta.get("label", ""))
        first, second = following[0], following[-1]
        words = first.content if (first.type, second.type) == ("text", "link_close") else ""
        is_own_label = label == words.upper() if label else not opening.markup
        is_cited = is_own_label and bool(_CITED.fullmatch(words))
        note = ""
        # what is written as its own address, or told by its definition, is said already
        is_said = is_told(label, address) or (is_cited and href) if label else opening.markup
        if not is_said:
            title = str(opening.attrGet("title") or "")
            is_seen = href and first.type != "link_close"
            note = title if is_seen else f"{address} {title}".strip()
        before, after = ("[", "]") if is_cited else ("", "")
        return cls(href, before, after, f" ({note})" if note else "")


def _leaf(token: Token, styles: StyleNames, href: str) -> list[Piece]:
    match token.type:
        case "softbreak" | "hardbreak":
            return [Piece("\n", styles, href)]
        case "code_inline":
            return [Piece(token.content.replace("\t", " "), (*styles, ".code"), href)]
        case "image":
            return _image(token, styles, href)
        case _:
            return [Piece(token.content.replace("\t", " "), styles, href)]


def _image(token: Token, styles: StyleNames, href: str) -> list[Piece]:
    """Show an image as its alternative text, its address and its title."""
    address = str(token.attrGet("src") or "")
    alt = inline_text(token.children or ()).text.replace("\n", " ")
    goes_to = href or _openable(address)
    words = f"▣ {alt}" if alt else "▣"
    shown = [Piece(words, (*styles, ".image"), goes_to)]
    note = " ".join(filter(None, (address, str(token.attrGet("title") or ""))))
    if note:
        shown.append(Piece(f" ({note})", (*styles, ".muted"), goes_to))
    return shown


def _openable(href: object) -> str:
    address = str(href or "")
    return address if is_openable(address) else ""
