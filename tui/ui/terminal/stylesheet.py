"""Stylesheet that shares parsed rules, and which of them apply where, between screens and apps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RenderStyles, RulesMap, Styles
from textual.css.stylesheet import Stylesheet
from textual.css.tokenizer import Token
from textual.dom import DOMNode
from textual.style import Style

from tui.ui.terminal.applicable_rules import ApplicableRules, Kind, kind_of

COLOUR_SETS = 8
"""Of so many themes the parsed rules are kept."""
SOURCES = 256
"""So many pieces of CSS are kept in each; all widgets and screens there are have about 100."""
SHEETS = 64
"""So many stylesheets of such pieces are known: each new class of widgets makes another one."""
STYLES = 4096
"""So many styles of content are kept in each, as Textual has it."""
GROUPS = 1024
"""So many groups of rules are kept in each that may apply to the same nodes."""


class _SharedRules:
    """What is known of rules with the same variables."""

    def __init__(self) -> None:
        self.parsed: LRUCache[tuple[Any, ...], list[RuleSet]] = LRUCache(SOURCES)
        self.groups: LRUCache[tuple[RuleSet, ...], ApplicableRules] = LRUCache(GROUPS)
        self.sheets: LRUCache[tuple[object, ...], dict[Kind, ApplicableRules]] = LRUCache(SHEETS)
        """Groups by the kind of node, of all pieces of CSS that a stylesheet is made of."""
        self.styles: LRUCache[str, Style] = LRUCache(STYLES)
        """By how they are written in content."""
        self.tokens: dict[str, list[Token]] = {}
        """What the variables stand for; empty before that is first asked for."""


@lru_cache(COLOUR_SETS)
def _rules_in(variables: frozenset[tuple[str, str]]) -> _SharedRules:
    return _SharedRules()


@cache
def _components_of(kind: type[DOMNode]) -> tuple[str, ...]:
    return tuple(sorted(kind._get_component_classes()))


@contextmanager
def _refreshed_once(styles: Styles) -> Iterator[None]:
    """Have what is changed in `styles` drawn once, and not for each of the changes.

    Each colour has all that is in a widget drawn anew: a change of the theme asked for it by the
    hundred thousand.
    """
    asked: set[tuple[tuple[str, bool], ...]] = set()

    def ask(**wanted: bool) -> None:
        asked.add(tuple(wanted.items()))

    styles.refresh = ask  # type: ignore[method-assign]
    try:
        yield
    finally:
        del styles.refresh
    for wanted in asked:
        styles.refresh(**dict(wanted))


class SharingStylesheet(Stylesheet):
    """A stylesheet that takes from others with the same variables what is known already.

    Textual's own parses everything for each app, and once more for each screen that brings CSS. It
    also holds all rules against each node whenever that, or one above it, may look different: that
    was a third of a start. What came of it is the same for each node of one type, id, classes and
    states in the same place.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._held: list[RuleSet] | None = None
        """Those that are being held against a node, of all that there are."""
        self._share(variables)

    @property
    def rules(self) -> list[RuleSet]:
        return super().rules if self._held is None else self._held

    @property
    def rules_map(self) -> dict[str, list[RuleSet]]:
        held, self._held = self._held, None
        try:
            # made of all rules when it is first asked for
            return super().rules_map
        finally:
            self._held = held

    @property
    def _variable_tokens(self) -> dict[str, list[Token]]:
        if not self._shared.tokens:
            self._shared.tokens = super()._variable_tokens
        return self._shared.tokens

    def _share(self, variables: dict[str, str]) -> None:
        self._shared = _rules_in(frozenset(variables.items()))
        self._parse_cache = self._shared.parsed
        self._style_parse_cache = self._shared.styles
        self._groups: dict[Kind, ApplicableRules] = {}

    def set_variables(self, variables: dict[str, str]) -> None:
        # Textual empties the caches, which others use too
        self._parse_cache, self._style_parse_cache = LRUCache(1), LRUCache(1)
        super().set_variables(variables)
        self._share(variables)

    def parse(self) -> None:
        super().parse()
        pieces = (*self.source, *self.source.values())
        if pieces not in self._shared.sheets:
            self._shared.sheets[pieces] = {}
        self._groups = self._shared.sheets[pieces]

    def reparse(self) -> None:
        # Textual's is for a cache that does not know of variables
        self.parse()

    def apply(
        self,
        node: DOMNode,
        *,
        animate: bool = False,
        cache: dict[tuple[Any, ...], RulesMap] | None = None,
    ) -> None:
        group = self._group_of(node)
        if not group.is_told_by_place:
            self._hold(group, node, animate, cache)
            return
        place = group.place_of(node)
        if place not in group.applied:
            found: dict[tuple[Any, ...], RulesMap] = {}
            self._hold(group, node, animate, found)
            rules = next(iter(found.values()), None)
            if rules is not None and "transitions" not in rules:
                # as they stand in the styles, where some values are others than those in the rules
                rules = node.styles.base.get_rules()
            group.applied[place] = rules
            return
        group.mark(node)
        if (rules := group.applied[place]) is not None:
            base = node.styles.base
            if base._rules or node._is_mounted or "transitions" in rules:
                self.replace_rules(node, rules, animate=animate)
            else:
                # nobody is to be told, which is most of what it takes to set them one by one
                base.merge_rules(rules)
                node.notify_style_update()
        self._process_component_classes(node)

    def _hold(
        self,
        group: ApplicableRules,
        node: DOMNode,
        animate: bool,
        cache: dict[tuple[Any, ...], RulesMap] | None,
    ) -> None:
        """Hold the rules of a group against a node: Textual goes through all that there are."""
        before, self._held = self._held, group.rules
        try:
            super().apply(node, animate=animate, cache=cache)
        finally:
            self._held = before

    def _group_of(self, node: DOMNode) -> ApplicableRules:
        """Return the rules whose last selectors may be about `node`."""
        # first, for what was added since is parsed by it
        rules, kind = super().rules, kind_of(node)
        if kind not in self._groups:
            by_name = self.rules_map
            names = by_name.keys() & node._selector_names
            # by number: rules have a slow hash
            wanted = {id(rule) for name in names for rule in by_name[name]}
            group = tuple(rule for rule in rules if id(rule) in wanted)
            if group not in self._shared.groups:
                self._shared.groups[group] = ApplicableRules(
                    group, self._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE
                )
            self._groups[kind] = self._shared.groups[group]
        return self._groups[kind]

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        if animate and "transitions" in rules:
            super().replace_rules(node, rules, animate)
            return
        base = node.styles.base
        there: dict[str, object] = dict(base._rules)
        with _refreshed_once(base):
            for key in there.keys() - rules.keys():
                setattr(base, key, None)
            for key, value in rules.items():
                # Textual sets all of them, also those that are there
                if there.get(key) is not value:
                    setattr(base, key, value)
        node.notify_style_update()

    def _process_component_classes(self, node: DOMNode) -> None:
        """Give `node` the styles of its components, and have it drawn if they are others.

        Textual makes the nodes that stand for them anew each time, whatever came of it.
        """
        styles, is_changed = node._component_styles, False
        for name in _components_of(type(node)):
            before = styles.get(name)
            if before is not None and self._is_as_applied(before):
                continue
            part = DOMNode(classes=name)
            part._attach(node)
            self.apply(part)
            styles[name] = part.styles
            is_changed |= before != part.styles
        if is_changed:
            node.refresh()

    def _is_as_applied(self, styles: RenderStyles) -> bool:
        """Whether it is known that applying this to their node would not change the styles."""
        node = styles.node
        if node is None:
            return False
        group = self._group_of(node)
        place = group.place_of(node)
        return place in group.applied and (group.applied[place] or {}) == styles.base._rules
