"""App that `runnel serve` shows: the words of --app, and whether there is such a one."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli import visitor_app
from tui.cli.visitor_app import DemoApp, LiveProfile, ReplayOf, Shown
from tui.errors import BadInput
from tui.safe_text import clean_line

_SECOND_WORD = "\0"
"""Parts the two words of --app: in a command line it cannot stand."""


class ShownAppType(click.ParamType[Shown]):
    name = "app"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shown:
        if isinstance(value, Shown):
            return value
        kind, _, what = str(value).partition(_SECOND_WORD)
        match kind, bool(what):
            case visitor_app.DEMO, False:
                shown: Shown = DemoApp()
            case visitor_app.REPLAY, True:
                from tui.tapes.packaged import located

                shown = ReplayOf(located(Path(what)).absolute())
            case visitor_app.LIVE, True:
                shown = LiveProfile(what)
            case _:
                self.fail("must be demo, replay FILE or live PROFILE.", param, ctx)
        return shown


class ShowingCommand(click.Command):
    """A command whose --app takes a second word where the first one needs it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        joined: list[str] = []
        rest = iter(args)
        for word in rest:
            is_begun = joined[-1:] == ["--app"] and word in (visitor_app.REPLAY, visitor_app.LIVE)
            joined.append(f"{word}{_SECOND_WORD}{next(rest, '')}" if is_begun else word)
        return super().parse_args(ctx, joined)


def check_shown(shown: Shown) -> None:
    """Raise `RunnelError` where there is nothing to show: each visitor would be told so."""
    match shown:
        case DemoApp():
            pass
        case ReplayOf(file):
            from tui.apis import check_replayed
            from tui.tapes.reading import read_tape

            check_replayed(read_tape(file).header.api)
        case LiveProfile(name):
            from tui.settings.appearance import appearance_of
            from tui.settings.sources import read_source

            if name not in appearance_of(read_source(), None).profiles:
                raise BadInput(
                    f"There is no profile '{clean_line(name)}'.",
                    hint="runnel profiles lists those there are.",
                )
