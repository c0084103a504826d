"""Chains of nodes with states, and CSS that asks for all there is of them, made at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Any, ClassVar

from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

IDS = (None, None, "one", "two")
CLASSES = ("a", "b", "c")
STATES = ("focus", "hover", "disabled", "ansi", "first-child")
_DECLARATIONS = (
    "color: red;",
    "color: blue;",
    "background: green 50%;",
    "width: 7;",
    "width: auto;",
    "padding: 1 2;",
    "text-style: bold;",
    "display: none;",
    "border: solid red;",
    "color: initial;",
    "layers: here there;",
)


def _asks_for(state: str) -> Any:
    return lambda node: state in node.states


class Outer(DOMNode):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"part"}
    _PSEUDO_CLASSES = {state: _asks_for(state) for state in STATES}

    def __init__(self) -> None:
        super().__init__()
        self.states: set[str] = set()
        self.asked: list[bool] = []
        """Whether it was to be laid out as well, for each time that it was to be drawn."""
        self._is_mounted = True

    def refresh(self, *, layout: bool = False, **_: object) -> Outer:
        self.asked.append(layout)
        return self


class Inner(Outer):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"inner-part"}


def chain() -> Sequence[Outer]:
    """Return nodes of which each is in the one before it."""
    nodes = [Outer(), Inner(), Outer(), Inner()]
    for outer, inner in pairwise(nodes):
        inner._attach(outer)
        outer._nodes._append(inner)  # type: ignore[arg-type]
    return nodes


def change(nodes: Sequence[Outer], random: Random) -> None:
    """Give one node another name, another class or another state."""
    node = random.choice(nodes)
    match random.randrange(3):
        case 0:
            node._id = random.choice(IDS)
        case 1:
            node._classes.symmetric_difference_update({random.choice(CLASSES)})
        case _:
            node.states ^= {random.choice(STATES)}


def rules(random: Random) -> str:
    return "\n".join(_rule(random) for _ in range(random.randint(1, 6)))


def _rule(random: Random) -> str:
    steps = [_selector(random) for _ in range(random.choice((1, 1, 2, 3)))]
    selector = steps[0]
    for step in steps[1:]:
        selector += random.choice((" ", " > ")) + step
    return f"{selector} {{ {' '.join(random.sample(_DECLARATIONS, 2))} }}"


def _selector(random: Random) -> str:
    names = ("*", "Outer", "Inner", "#one", ".a", ".b.c", "Inner.a", ".part", ".inner-part")
    return random.choice(names) + random.choice(("", "", *(f":{state}" for state in STATES)))


def looks(sheet: Stylesheet, nodes: Sequence[Outer]) -> Iterator[object]:
    """Apply `sheet` to the nodes, and yield all that becomes of them."""
    for node in nodes:
        for each in nodes:
            each.asked.clear()
        sheet.apply(node)
        yield dict(node.styles.base._rules)
        yield {name: dict(part.base._rules) for name, part in node._component_styles.items()}
        yield node._has_hover_style, node._has_focus_within, node._has_order_style
        yield [(bool(each.asked), any(each.asked)) for each in nodes]
