"""Animation of screens: SVG pictures of one size, shown one after the other by CSS alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_ID = re.compile(r"terminal-\d+")
_STYLE = re.compile(r"\.terminal-r(\d+) \{ ([^}]*) \}\n?")
_CLASS = re.compile(r'class="terminal-r(\d+)"')
_SHAPE = re.compile(r"<rect [^>]*/>|<text [^>]*>[^<]*</text>")
_HEAD, _GROUND, _TEXT = 'clip-path="url(#terminal-clip-terminal)">', "<rect ", "<text "


@dataclass(frozen=True, slots=True)
class Frame:
    svg: str
    """As Textual draws a screen."""
    seconds: float
    """How long it is shown."""


@dataclass(slots=True)
class _Shapes:
    """What the frames draw, each shape once with the frames that it is in."""

    styles: dict[str, int] = field(default_factory=dict)
    """Declarations of a text's looks -> number of their class."""
    frames_of: dict[str, list[int]] = field(default_factory=dict)
    """In the order in which the shapes are to be drawn."""

    def add(self, number: int, svg: str) -> None:
        looks = dict(_STYLE.findall(svg))
        for shape in _SHAPE.findall(svg.partition(_HEAD)[2]):
            if re.search(r">\s*</text>", shape):
                continue
            drawn = _CLASS.sub(lambda match: f'class="r{self._number(looks[match[1]])}"', shape)
            frames = self.frames_of.setdefault(drawn, [])
            if frames[-1:] != [number]:
                frames.append(number)

    def _number(self, style: str) -> int:
        return self.styles.setdefault(style, len(self.styles))

    def groups(self, kind: str) -> Mapping[tuple[int, ...], list[str]]:
        """Return the shapes of a kind by the frames that they are in."""
        groups: dict[tuple[int, ...], list[str]] = {}
        for shape, frames in self.frames_of.items():
            if shape.startswith(kind):
                groups.setdefault((*frames,), []).append(shape)
        return groups


def animated(frames: Sequence[Frame]) -> str:
    """Return one SVG that shows the frames in turn, over and over.

    Where nothing moves, because a person wants it so or a program cannot, it is the last frame.
    """
    pictures = [_ID.sub("terminal", frame.svg) for frame in frames]
    shapes = _Shapes()
    for number, picture in enumerate(pictures):
        shapes.add(number, picture)
    every = tuple(range(len(frames)))
    names: dict[tuple[int, ...], str] = {}
    body: list[str] = []
    for kind in (_GROUND, _TEXT):
        body.append('<g class="terminal-matrix">' if kind == _TEXT else "<g>")
        for shown, drawn in shapes.groups(kind).items():
            name = "" if shown == every else names.setdefault(shown, f"s{len(names)}")
            body += [f'<g class="{name}">' if name else "<g>", *drawn, "</g>"]
        body.append("</g>")
    rules = "\n".join([*_looks(shapes.styles), *_timing(frames, names)])
    before, _, after = pictures[-1].partition("</style>")
    start = after.index(_HEAD) + len(_HEAD)
    head = f"{_STYLE.sub('', before).rstrip()}\n{rules}\n    </style>{after[:start]}"
    return "\n".join([head, *body, "</g>", "</svg>", ""])


def _looks(styles: Mapping[str, int]) -> Iterator[str]:
    for style, number in styles.items():
        yield f".r{number} {{ {style} }}"


def _timing(frames: Sequence[Frame], names: Mapping[tuple[int, ...], str]) -> Iterator[str]:
    whole_s = sum(frame.seconds for frame in frames)
    starts = [sum(frame.seconds for frame in frames[:number]) for number in range(len(frames))]
    last = len(frames) - 1
    for shown, name in names.items():
        steps = " ".join(
            f"{100 * starts[number] / whole_s:.3f}% {{ visibility: {look} }}"
            for number, look in _changes(shown, len(frames))
        )
        yield f"@keyframes {name} {{ {steps} }}"
        still = _visibility(last in shown)
        yield f".{name} {{ visibility: {still}; animation: {name} {whole_s:g}s step-end infinite }}"
    yield "@media (prefers-reduced-motion: reduce) { g { animation: none !important } }"


def _changes(shown: Iterable[int], count: int) -> Iterator[tuple[int, str]]:
    """Yield the visibility at the first frame, and at those from which on it is another."""
    there = {*shown}
    for number in range(count):
        if number == 0 or (number in there) != (number - 1 in there):
            yield number, _visibility(number in there)


def _visibility(is_shown: bool) -> str:
    return "visible" if is_shown else "hidden"
