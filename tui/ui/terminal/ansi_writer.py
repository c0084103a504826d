"""ANSI writer: styled text with as few colour sequences as it takes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.safe_text import drawable, linkable

PLAIN = ""
"""The codes of text without any style."""
RESET = "\x1b[0m"
_SEEN_ON_BLANKS = {"4", "7", "9", "21", "51", "52", "53"}
"""Underline, reverse, strike, double underline, frame, circle and overline."""


class Codes(NamedTuple):
    """What codes of "select graphic rendition" set. Source: ECMA-48, 8.3.117."""

    attributes: frozenset[str]
    foreground: str
    background: str


class AnsiWriter:
    """Turns segments into text for a terminal, one after the other.

    Nothing reaches the terminal but through here, and no text comes out that would act on it.

    A code that is set stays set until another text needs another one. Textual's own way sets and
    resets everything for each segment: twice to four times as much to write.
    """

    def __init__(self, colours: ColorSystem | None) -> None:
        self._colours = colours or ColorSystem.TRUECOLOR
        self._codes = PLAIN

    def write(self, segments: Iterable[Segment]) -> str:
        """Return what draws the segments at the cursor."""
        written: list[str] = []
        for text, style, _ in segments:
            if (safe_text := drawable(text)) is not text:
                text = set_cell_size(safe_text, cell_len(text))
            if not text:
                continue
            codes = PLAIN if style is None else codes_of(style, self._colours)
            if codes != self._codes and not (text.isspace() and look_alike(self._codes, codes)):
                written.append(change(self._codes, codes))
                self._codes = codes
            if style is not None and style.link and (address := linkable(style.link)):
                # closed at once, so that nothing else becomes part of the link
                text = f"\x1b]8;id={style.link_id};{address}\x1b\\{text}\x1b]8;;\x1b\\"
            written.append(text)
        return "".join(written)

    def rest(self) -> str:
        """Return what takes all styles back."""
        needed, self._codes = self._codes != PLAIN, PLAIN
        return RESET if needed else ""


def codes_of(style: Style, colours: ColorSystem) -> str:
    """Return the codes of a style in at most so many colours."""
    # the style keeps them; a look into a table for each segment would cost more than writing it
    codes: str | None = style._ansi
    codes = Strip.render_ansi(style, colours) if codes is None else codes
    # what the style keeps may be from when the link was a fast one
    return in_256_colours(codes) if colours is ColorSystem.EIGHT_BIT else codes


@lru_cache(maxsize=4096)
def in_256_colours(codes: str) -> str:
    """Return codes with the nearest of 256 colours in place of any others."""
    if ";2;" not in codes:
        return codes
    style = split(codes)
    colours = (_nearest(style.foreground), _nearest(style.background))
    return ";".join([*sorted(style.attributes), *filter(None, colours)])


def _nearest(colour: str) -> str:
    place, kind, *parts = [*colour.split(";"), ""]
    if kind != "2":
        return colour
    red, green, blue = map(int, parts[:3])
    near = Color.from_rgb(red, green, blue).downgrade(ColorSystem.EIGHT_BIT)
    return f"{place};5;{near.number}"


@lru_cache(maxsize=4096)
def change(before: str, after: str) -> str:
    """Return the sequence that goes over from some codes to others."""
    old, new = split(before), split(after)
    is_lost = (
        not old.attributes <= new.attributes
        or (old.foreground and not new.foreground)
        or (old.background and not new.background)
    )
    if is_lost:
        return f"\x1b[0;{after}m" if after else RESET
    codes = sorted(new.attributes - old.attributes)
    codes += [new.foreground] if new.foreground != old.foreground else []
    codes += [new.background] if new.background != old.background else []
    return f"\x1b[{';'.join(codes)}m" if codes else ""


@lru_cache(maxsize=4096)
def look_alike(before: str, after: str) -> bool:
    """Say whether blanks look the same with either codes."""
    old, new = split(before), split(after)
    seen = (old.attributes | new.attributes) & _SEEN_ON_BLANKS
    return not seen and old.background == new.background


@lru_cache(maxsize=4096)
def codes_on_blanks(codes: str) -> str:
    """Return those of some codes that are seen where no letter stands."""
    style = split(codes)
    return ";".join([*sorted(style.attributes & _SEEN_ON_BLANKS), style.background])


@lru_cache(maxsize=4096)
def split(codes: str) -> Codes:
    """Return what codes such as `1;38;2;220;218;213;49` set."""
    attributes: set[str] = set()
    foreground = background = ""
    left = iter(codes.split(";") if codes else ())
    for code in left:
        if code in ("38", "48"):
            kind = next(left, "")
            taken = [next(left, "") for _ in range(3 if kind == "2" else 1)]
            colour = ";".join((code, kind, *taken))
        else:
            colour = code
        if code == "38" or code in _FOREGROUNDS:
            foreground = colour
        elif code == "48" or code in _BACKGROUNDS:
            background = colour
        else:
            attributes.add(code)
    return Codes(frozenset(attributes), foreground, background)


_FOREGROUNDS = {str(code) for code in (*range(30, 38), 39, *range(90, 98))}
_BACKGROUNDS = {str(code) for code in (*range(40, 48), 49, *range(100, 108))}
