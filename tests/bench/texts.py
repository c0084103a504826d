"""The texts that answers are made of: the same in every run, of any length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice, product
from string import ascii_lowercase

CHARS_PER_TOKEN = 4
COUNTED = {f"counted by {letter}": re.compile(rf"{letter}[a-z]{{3}}") for letter in "XZ"}
"""Shapes like the mixed one whose words are in alphabetical order, none of them twice, and what
they match: no word of one is in the other."""

Say = Callable[..., str]
"""Number of a sentence, and of its words -> the sentence."""

_PROSE = (
    "the lantern keeps a steady flame while small boats cross between two quiet harbours and "
    "every keeper writes down wind tide cargo names of those who came late or left before dawn"
)
_WORDS = _PROSE.split()
_WIDE = "灯台守は毎晩海を見て船の名前を書き留める静かな港に風が吹く등대지기는매일밤바다를본다"
_EMOJI = "🚢🌊🕯️🐚👩‍🚀🇯🇵"


def text_of(shape: str, size_bytes: int) -> str:
    """Return about `size_bytes` of Markdown of a shape, one of `SHAPES`."""
    pieces: list[str] = []
    size = 0
    opening, closing, make = _SHAPES[shape]
    for piece in make():
        if size >= size_bytes:
            break
        pieces.append(piece)
        size += len(piece.encode())
    return opening + "".join(pieces) + closing


def tokens(text: str) -> list[str]:
    """Return `text` in pieces as long as a model's tokens are on average."""
    return [text[at : at + CHARS_PER_TOKEN] for at in range(0, len(text), CHARS_PER_TOKEN)]


def sentence(number: int, words: int = 14) -> str:
    """Return words that differ from sentence to sentence."""
    chosen = [_WORDS[(number * 7 + at * (number % 5 + 1)) % len(_WORDS)] for at in range(words)]
    return " ".join(chosen).capitalize() + "."


def _mixed(say: Say = sentence) -> Iterator[str]:
    for part in count():
        yield f"## Part {part}\n\n"
        yield f"{say(part)} **{say(part + 1, 4)}** {say(part + 2, 20)}\n\n"
        yield f"- {say(part, 6)}\n- `call_{part}()` {say(part + 3, 5)}\n"
        yield f"  - {say(part + 4, 6)}\n\n"
        code = "".join(_code_line(part + line, say) for line in range(3))
        yield f"```python\n{code}```\n\n"
        yield f"> {say(part + 5, 18)} *{say(part, 3)}*\n\n"
        yield f"| name | value |\n|---|---|\n| {part} | {say(part, 3)} |\n"
        yield f"| next | {say(part + 6, 4)} |\n\n"
        yield f"See [the log](https://example.org/{part}) and {say(part + 8, 24)}\n\n"


def _counted(first_letter: str) -> Iterator[str]:
    letters = product(first_letter, *[ascii_lowercase] * 3)
    words = map("".join, letters)

    def say(number: int, words_wanted: int = 14) -> str:
        return " ".join(islice(words, words_wanted))

    return _mixed(say)


def _code_lines() -> Iterator[str]:
    return map(_code_line, count())


def _code_line(number: int, say: Say = sentence) -> str:
    indent = "    " * (number % 3)
    return f"{indent}value_{number} = compute({number}, 'lantern')  # {say(number, 4)}\n"


def _words() -> Iterator[str]:
    return (sentence(number) + " " for number in count())


def _items() -> Iterator[str]:
    return (f"- {sentence(number, 9)} `item {number}`\n" for number in count())


def _rows() -> Iterator[str]:
    return (f"| {n} | {sentence(n, 3)} | {sentence(n + 1, 4)} |\n" for n in count())


def _wide() -> Iterator[str]:
    for number in count():
        start = number * 5 % len(_WIDE)
        turned = _WIDE[start:] + _WIDE[:start]
        yield f"{turned}。{_EMOJI}{turned[::-1]}、**{turned[:8]}** 🐚\n\n"


_SHAPES: dict[str, tuple[str, str, Callable[[], Iterator[str]]]] = {
    "mixed": ("", "", _mixed),
    "fence": ("```python\n", "```", _code_lines),
    "paragraph": ("", "", _words),
    "list": ("", "", _items),
    "table": ("| number | name | words |\n|---|---|---|\n", "", _rows),
    "wide": ("", "", _wide),
    **{shape: ("", "", partial(_counted, shape[-1])) for shape in COUNTED},
}
SHAPES = tuple(shape for shape in _SHAPES if shape not in COUNTED)
"""`wide` is East Asian text with emoji; all but it and `mixed` are one block each."""
