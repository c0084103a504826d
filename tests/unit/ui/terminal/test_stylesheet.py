from __future__ import annotations

import pytest
from textual.css.stylesheet import StylesheetParseError

from tui.ui.terminal.stylesheet import SharingStylesheet

RED, BLUE = {"ink": "red"}, {"ink": "blue"}
CSS = "Label { color: $ink; } Label:focus { text-style: bold; }"


def sheet(variables: dict[str, str], css: str = CSS) -> SharingStylesheet:
    made = SharingStylesheet(variables=variables)
    made.add_source(css, ("here", ""))
    return made


def colours(made: SharingStylesheet) -> list[str]:
    return [rule.styles.color.css for rule in made.rules if rule.styles.has_rule("color")]


def test_a_second_stylesheet_in_the_same_colours_takes_the_rules_of_the_first() -> None:
    first, second = sheet(RED), sheet(dict(RED))
    assert [id(rule) for rule in first.rules] == [id(rule) for rule in second.rules]


def test_each_has_the_rules_of_its_own_variables_and_place() -> None:
    assert colours(sheet(RED)) != colours(sheet(BLUE))
    scoped = SharingStylesheet(variables=RED)
    scoped.add_source(CSS, ("here", ""), scope="Panel", is_default_css=True, tie_breaker=2)
    assert scoped.rules[0] is not sheet(RED).rules[0]
    assert "Panel" in scoped.css


def test_new_variables_change_one_stylesheet_and_leave_the_others_their_rules() -> None:
    changed, other = sheet(RED), sheet(RED)
    before = other.rules[0]
    assert changed.rules[0] is before
    changed.set_variables(BLUE)
    changed.reparse()
    assert colours(changed) == colours(sheet(BLUE))
    other.reparse()
    assert other.rules[0] is before


def test_what_cannot_be_parsed_leaves_the_rules_as_they_were_and_is_told_to_each() -> None:
    for _ in range(2):
        broken = sheet(RED)
        before = list(broken.rules)
        broken.add_source("Label { no-such-rule: 1; }", ("there", ""))
        with pytest.raises(StylesheetParseError):
            broken.reparse()
        assert broken._rules == before
