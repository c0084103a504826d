"""Styles of text in the colours of the theme."""

from __future__ import annotations

import re
from functools import cache
from weakref import WeakKeyDictionary

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.app import App
from textual.style import Style
from textual.widget import Widget

from tui.ui.markdown.styled_text import StyleNames
from tui.ui.terminal.component_styles import component_styles

STYLES = """
    & > .h1 { color: $markdown-h1-color; text-style: bold underline; }
    & > .h2 { color: $markdown-h2-color; text-style: $markdown-h2-text-style; }
    & > .h3 { color: $markdown-h3-color; text-style: $markdown-h3-text-style; }
    & > .h4 { color: $markdown-h4-color; text-style: $markdown-h4-text-style; }
    & > .h5 { color: $markdown-h5-color; text-style: $markdown-h5-text-style; }
    & > .h6 { color: $markdown-h6-color; text-style: $markdown-h6-text-style; }
    & > .strong { text-style: bold; }
    & > .em { text-style: italic; }
    & > .strike { text-style: strike; }
    & > .code { color: $text-warning; background: $warning 10%; }
    &:light > .code { color: $text-error; background: $error 5%; }
    &:ansi > .code { color: $text-secondary; background: transparent; }
    & > .link { color: $text-primary; text-style: underline; }
    & > .dead-link { text-style: underline; }
    & > .image { text-style: italic; }
    & > .muted { color: $foreground-muted; }
    & > .bullet { color: $text-primary; }
    & > .caret { color: $primary; }
    & > .quote-bar { color: $primary; }
    & > .rule { color: $foreground-muted; }
    & > .table-head { color: $text-primary; text-style: bold; }
    & > .table-lines { color: $foreground-muted; }
    & > .fence { background: $surface; }
    &:ansi > .fence { background: transparent; }
    & > .code-head { text-style: none; }
    &:ansi > .code-head { text-style: underline; }
    &:nocolor > .code-head { text-style: underline; }
    & > .key { color: $foreground; text-style: bold; }
    & > .language { color: $foreground-muted; text-style: italic; }
    & > .match { text-style: reverse; }
    & > .current-match { text-style: reverse bold underline; }
"""
MATCH, CURRENT_MATCH = "match", "current-match"


class ThemeStyles:
    """Resolves names of styles, once for one theme and ground, to what the terminal is to show.

    They have gone through the filters of the app, for which Textual would make each row anew.
    A name is resolved when it is first asked for: to resolve all takes longer than to draw a
    screen, and of most a text has none. Whichever widget asks is one for which it holds.
    """

    def __init__(self, widget: Widget) -> None:
        self.base = widget.visual_style
        self._filters = widget.get_line_filters()
        self._ground = widget.background_colors[1]
        self._parts: dict[str, Style] = {}
        self._styles: dict[tuple[StyleNames, str], RichStyle] = {}
        self._marks: dict[str, RichStyle] = {}

    def style(self, widget: Widget, names: StyleNames, href: str = "") -> RichStyle:
        """Return the style that `names` make, with the action of a link where there is one."""
        style = self._styles.get((names, href))
        if style is None:
            whole = self.base
            for name in names:
                whole += self._named(widget, name)
            if href:
                whole += Style.from_meta({"@click": ("open", (href,))})
            style = self._styles[names, href] = self.filtered(whole.rich_style)
        return style

    def mark(self, widget: Widget, name: str) -> RichStyle:
        """Return what marks a match, by the name for that."""
        if name not in self._marks:
            # a visual style is without the reversed colours that these have
            with component_styles(widget, (name,)):
                self._marks[name] = self.filtered(widget.get_component_rich_style(name))
        return self._marks[name]

    def filtered(self, style: RichStyle) -> RichStyle:
        """Return a style as the filters of the app leave it."""
        segments = [Segment(" ", style)]
        for line_filter in self._filters:
            segments = line_filter.apply(segments, self._ground)
        return segments[0].style or RichStyle.null()

    def citation(self, widget: Widget, marker: str) -> RichStyle:
        """Return what a citation has over its text, with the action that shows its source."""
        link = self.style(widget, (".link",))
        return RichStyle(color=link.color, underline=True) + RichStyle.from_meta(
            {"@click": ("cite", (marker,))}
        )

    def _named(self, widget: Widget, name: str) -> Style:
        if name.startswith("."):
            name = name[1:]
            if name not in self._parts:
                with component_styles(widget, (name,)):
                    self._parts[name] = self._part(widget, name)
            return self._parts[name]
        styles = _code_styles()
        kind = tuple(name[1:].split("."))
        # a kind of word that has no colour of its own takes that of the kind it is of
        while kind and kind not in styles:
            kind = kind[:-1]
        return _parsed(styles[kind]) if kind else Style.null()

    def _part(self, widget: Widget, name: str) -> Style:
        """Return what a name adds to the styles around it."""
        part = widget.get_visual_style(name, partial=True)
        ground = widget.get_visual_style(name).background
        if ground is None or ground == self.base.background:
            return part
        # Textual drops one that covers what is below it
        return part + Style(background=ground)


def theme_styles(widget: Widget) -> ThemeStyles:
    """Return the styles of a widget, the same for all of its kind on the same ground."""
    app = widget.app
    known = _known.setdefault(app, {})
    key = (type(widget), widget.visual_style, app.theme, app.native_ansi_color)
    if key not in known:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[key] = ThemeStyles(widget)
    return known[key]


MOST_KNOWN = 16
_known: WeakKeyDictionary[App[object], dict[tuple[object, ...], ThemeStyles]] = WeakKeyDictionary()


def _parsed(definition: str) -> Style:
    try:
        return Style.parse(definition)
    except Exception:  # noqa: BLE001 - some of Textual's own definitions do not parse
        return Style.null()


@cache
def _code_styles() -> dict[tuple[str, ...], str]:
    # late: it loads Pygments
    from textual.highlight import HighlightTheme

    return {tuple(kind): _legible(style) for kind, style in HighlightTheme.STYLES.items()}


def _legible(definition: str) -> str:
    """Return a style without what makes it fainter than the text of its colour, or its ground."""
    return _GROUND.sub("", _SHARE.sub("", _FAINT.sub("$foreground-muted italic", definition)))


_FAINT = re.compile(r"\$text \d+%")
_SHARE = re.compile(r" \d+%")
_GROUND = re.compile(r" on \S+")
