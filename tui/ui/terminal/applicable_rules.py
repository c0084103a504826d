"""Rules of CSS that may apply to the same nodes, and which of them do in which place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.dom import DOMNode

PLACES = 64
"""For so many places it is kept what applies there."""

Kind = tuple[type[DOMNode], str | None, frozenset[str]]
"""Type, id and classes of a node: all that selectors ask for, but states (pseudo-classes)."""
Place = tuple[object, ...]
"""Kinds of a node and of those above it, and their states that some rule asks for."""


def kind_of(node: DOMNode) -> Kind:
    return type(node), node.id, frozenset(node._classes)


class ApplicableRules:
    """Rules whose last selectors are about nodes of one kind.

    Its place tells what applies, unless one of the `uncertain` states is asked for: those depend on
    the neighbours of a node.
    """

    def __init__(self, rules: Sequence[RuleSet], uncertain: Set[str]) -> None:
        self.rules = list(rules)
        states = {name for rule in rules for name in rule.pseudo_classes}
        self._states = tuple(states)
        self._outer_states = tuple({name for rule in rules for name in _outer_states(rule)})
        self.is_told_by_place = states.isdisjoint(uncertain)
        self.applied: LRUCache[Place, RulesMap | None] = LRUCache(PLACES)
        """What applies in a place; `None` where nothing does."""

    def place_of(self, node: DOMNode) -> Place:
        """Return all that rules may ask of a node and of those above it."""
        place: list[object] = [*kind_of(node), *map(node.has_pseudo_class, self._states)]
        states, above = self._outer_states, node.parent
        while above is not None:
            place += kind_of(above)
            if states:
                place += map(above.has_pseudo_class, states)
            above = above.parent
        return tuple(place)

    def mark(self, node: DOMNode) -> None:
        """Tell a node when it may look different, as holding the rules against it does."""
        node._has_hover_style = "hover" in self._states
        node._has_focus_within = node._has_order_style = node._has_odd_or_even = False


def _outer_states(rule: RuleSet) -> Iterator[str]:
    """Yield the states that a rule may ask of nodes above the one that it is about."""
    for selectors in rule.selector_set:
        for selector in selectors.selectors[:-1]:
            yield from selector.pseudo_classes
