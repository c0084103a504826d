"""What stands in a line of Markdown: emphasis, code, links, images, breaks."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from tui.ui.markdown.runs import Look, Piece, Runs, of_pieces

OPENABLE = ("https://", "http://", "mailto:")
"""What an address must begin with to be opened from here."""

_LOOKS = {"strong": ".strong", "em": ".em", "s": ".strike"}


def inline_runs(tokens: Sequence[Token], *base: str) -> Runs:
    """Return the text of inline tokens in looks on top of `base`; a hard break is a newline."""
    pieces: list[Piece] = []
    look: Look = base
    target = ""
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if edge == "open" and kind in _LOOKS:
            look = (*look, _LOOKS[kind])
        elif edge == "close" and kind in _LOOKS:
            look = look[:-1]
        elif token.type == "link_open":
            target = _openable(token.attrGet("href"))
            look = (*look, ".link" if target else ".dead-link")
        elif token.type == "link_close":
            target, look = "", look[:-1]
        else:
            pieces += _leaf(token, look, target)
    return of_pieces(tuple(pieces))


def _leaf(token: Token, look: Look, target: str) -> list[Piece]:
    match token.type:
        case "softbreak":
            return [Piece(" ", look, target)]
        case "hardbreak":
            return [Piece("\n", look, target)]
        case "code_inline":
            return [Piece(token.content.replace("\t", " "), (*look, ".code"), target)]
        case "image":
            return _image(token, look, target)
        case _:
            return [Piece(token.content.replace("\t", " "), look, target)]


def _image(token: Token, look: Look, target: str) -> list[Piece]:
    """Show an image as its alternative text and its address."""
    address = str(token.attrGet("src") or "")
    alt = inline_runs(token.children or ()).text.replace("\n", " ")
    goes_to = target or _openable(address)
    words = f"▣ {alt}" if alt else "▣"
    shown = [Piece(words, (*look, ".image"), goes_to)]
    if address:
        shown.append(Piece(f" ({address})", (*look, ".muted"), goes_to))
    return shown


def _openable(href: object) -> str:
    address = str(href or "")
    return address if address.lower().startswith(OPENABLE) else ""
