from __future__ import annotations

from random import Random

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet, StylesheetParseError
from textual.theme import Theme

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.terminal.styled_nodes import chain, change, looks, rules
from tui.ui.terminal.app import TerminalApp
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


async def test_styles_in_content_are_those_of_the_variables_there_are_then() -> None:
    red, blue = (Theme(name, primary=name) for name in ("red", "blue"))
    async with TerminalApp[None]().run_test() as pilot:
        app = pilot.app
        for theme in (red, blue):
            app.register_theme(theme)
        shown = []
        for theme in (red, blue, red):
            app.theme = theme.name
            await pilot.pause()
            style = app.stylesheet.parse_style("bold $primary")
            assert style.foreground == Color.parse(app.theme_variables["primary"])
            shown.append(style)
        assert shown[0] == shown[2] != shown[1]


async def test_a_second_app_in_the_same_colours_takes_the_styles_of_the_first() -> None:
    found = []
    for _ in range(2):
        async with TerminalApp[None]().run_test() as pilot:
            sheet = pilot.app.stylesheet
            found.append((sheet.parse_style("italic $primary on $panel"), sheet._variable_tokens))
            # which leaves the others theirs
            sheet.set_variables(dict(RED))
    (first, its_tokens), (second, tokens) = found
    assert first is second
    assert its_tokens is tokens


def test_what_cannot_be_parsed_leaves_the_rules_as_they_were_and_is_told_to_each() -> None:
    for _ in range(2):
        broken = sheet(RED)
        before = list(broken.rules)
        broken.add_source("Label { no-such-rule: 1; }", ("there", ""))
        with pytest.raises(StylesheetParseError):
            broken.reparse()
        assert broken._rules == before


@pytest.mark.slow
@each_row("seed", range(30 * FUZZ))
def test_nodes_look_in_any_place_as_textual_would_have_them(seed: int) -> None:
    random = Random(seed)
    css = [rules(random), rules(random)]
    textual, shared = Stylesheet(variables=RED), SharingStylesheet(variables=RED)
    theirs, ours = chain(), chain()
    mounted_at = random.randrange(4)
    for step in range(12):
        for node in (*theirs, *ours):
            node._is_mounted = step >= mounted_at
        if step in (0, 6):
            for made in (textual, shared):
                made.add_source(css[step // 6], (str(step), ""), is_default_css=step == 6)
        again = Random(f"{seed} {step}"), Random(f"{seed} {step}")
        change(theirs, again[0])
        change(ours, again[1])
        assert list(looks(shared, ours)) == list(looks(textual, theirs))


def test_what_applies_in_a_place_is_found_once_for_all_nodes_and_stylesheets() -> None:
    first, second = sheet(RED, "Inner { color: $ink; }"), sheet(RED, "Inner { color: $ink; }")
    one, other = chain()[-1], chain()[-1]
    first.apply(one)
    second.apply(other)
    groups = [first._group_of(one), second._group_of(other)]
    assert groups[0] is groups[1]
    assert len(groups[0].applied) == 1


def test_a_node_of_a_new_kind_gets_all_its_rules_behind_one_that_was_known_elsewhere() -> None:
    css = "Inner { color: $ink; } #one { width: 7; } .a Outer { color: $ink; }"
    sheet(RED, css).apply(chain()[-1])
    ours, theirs = chain(), chain()
    for nodes in (ours, theirs):
        nodes[0]._classes.add("a")
        nodes[1]._id = "one"
    textual, shared = Stylesheet(variables=RED), sheet(RED, css)
    textual.add_source(css, ("here", ""))
    # first the kind of which the stylesheet before has told what may apply
    assert [*looks(shared, ours[::-1])] == [*looks(textual, theirs[::-1])]
