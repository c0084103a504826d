from __future__ import annotations

from textual.color import Color

from tests.tables import each_row
from tests.ui.harness import NO_FOLDER
from tui.ui.terminal.app import TerminalApp
from tui.ui.themes.catalogue import AUTO, DEFAULT_THEME, LIGHT_THEME, ThemeCatalogue
from tui.ui.themes.switch import ANSWERS_WITHIN_S, ThemeSwitch

WHITE, BLACK = Color.parse("white"), Color.parse("black")


class Clock:
    def __init__(self) -> None:
        self.now_s = 5.0

    def __call__(self) -> float:
        return self.now_s


def switch(
    clock: Clock, wanted: str = AUTO, *, few_colours: bool = False
) -> tuple[TerminalApp[None], ThemeSwitch]:
    app: TerminalApp[None] = TerminalApp()
    return app, ThemeSwitch(app, ThemeCatalogue(NO_FOLDER, few_colours=few_colours), wanted, clock)


@each_row(
    ("ground", "theme"),
    [
        ("#ffffff", LIGHT_THEME),
        ("#fdf6e3", LIGHT_THEME),
        ("#c0c0c0", LIGHT_THEME),
        ("#000000", DEFAULT_THEME),
        ("#002b36", DEFAULT_THEME),
        ("#505050", DEFAULT_THEME),
    ],
)
def test_auto_follows_the_ground_of_the_terminal(ground: str, theme: str) -> None:
    app, themes = switch(Clock())
    assert themes.follows_terminal
    assert app.theme == DEFAULT_THEME
    themes.background_asked()
    themes.background_told(Color.parse(ground))
    assert app.theme == theme


def test_an_answer_that_nobody_asked_for_or_that_is_late_or_the_second_changes_nothing() -> None:
    clock = Clock()
    app, themes = switch(clock)
    themes.background_told(WHITE)
    assert app.theme == DEFAULT_THEME
    themes.background_asked()
    clock.now_s += ANSWERS_WITHIN_S + 0.1
    themes.background_told(WHITE)
    assert app.theme == DEFAULT_THEME
    themes.background_asked()
    themes.background_told(BLACK)
    themes.background_told(WHITE)
    assert app.theme == DEFAULT_THEME


def test_an_answer_does_not_undo_what_a_person_has_picked() -> None:
    app, themes = switch(Clock())
    themes.background_asked()
    themes.show("nord")
    themes.background_told(WHITE)
    assert app.theme == "nord"


def test_a_theme_by_name_or_of_few_colours_asks_nothing_of_the_terminal() -> None:
    assert not switch(Clock(), "nord")[1].follows_terminal
    app, themes = switch(Clock(), few_colours=True)
    assert not themes.follows_terminal
    assert app.theme == "sixteen"


def test_auto_can_be_picked_and_left_and_knows_what_the_terminal_told() -> None:
    app, themes = switch(Clock(), "nord")
    assert themes.wanted == "nord"
    themes.show(AUTO)
    assert (themes.wanted, app.theme) == (AUTO, DEFAULT_THEME)
    themes.background_asked()
    themes.background_told(WHITE)
    assert (themes.wanted, app.theme) == (AUTO, LIGHT_THEME)
    themes.show("nord")
    themes.show("no-such-theme")
    assert (themes.wanted, app.theme) == ("nord", "nord")
    themes.show(AUTO)
    assert app.theme == LIGHT_THEME
