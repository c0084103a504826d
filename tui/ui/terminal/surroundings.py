"""Surroundings of the terminal: what the environment says of it, without asking it anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console

from tui.safe_text import clean_line
from tui.settings.links import FAST_LINK, SLOW_LINK
from tui.ui.terminal.link import expectation

_TOLD = (
    *("TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LC_TERMINAL", "VTE_VERSION"),
    *("NO_COLOR", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_DISABLE_KITTY_KEY", "LANG", "LC_ALL"),
)
_LAYERS = {"TMUX": "tmux", "STY": "GNU screen", "SSH_CONNECTION": "SSH"}
"""Of these variables no more is told than that they are there: they hold addresses and paths."""


def terminal_lines(environ: Mapping[str, str], size: tuple[int, int] | None) -> Iterator[str]:
    """Yield a line about each thing that is known; `size` is columns and rows, `None` for none."""
    told = [f"{name}={clean_line(environ[name], 60)}" for name in _TOLD if environ.get(name)]
    yield ", ".join(told) or "TERM is not set"
    if layers := [layer for name, layer in _LAYERS.items() if environ.get(name)]:
        yield f"inside of {' and '.join(layers)}"
    if size is not None:
        yield f"{size[0]} columns, {size[1]} rows"


def in_gnu_screen(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("STY"))


def link_line(environ: Mapping[str, str], baud: int | None) -> str:
    """Return what link the app would begin with; `baud` is that of a serial line."""
    expected = expectation(environ, baud)
    return f"link: {SLOW_LINK if expected.is_slow else FAST_LINK}, {expected.reason}"


def colour_line(environ: Mapping[str, str]) -> str:
    """Return how many colours the app would draw with in a terminal."""
    if environ.get("NO_COLOR"):
        return "colours: none, for NO_COLOR is set"
    most = "256" if in_gnu_screen(environ) else "16 million"
    colours = {"truecolor": most, "256": "256", None: "none"}
    return f"colours: {colours.get(Console(force_terminal=True).color_system, '16')}"
