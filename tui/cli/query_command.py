"""Query commands: a term that begins with a minus is one of the query, and no bundle of options."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

_OPTION = re.compile(r"--.*|-[A-Za-z]", re.DOTALL)
"""One letter is rather an option that there is not than all that nobody wants to read."""


class QueryCommand(click.Command):
    """A command that takes a query: `-label:refund` may stand anywhere in it, as options may."""

    # named as click calls it
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:
            # the shell completes: what is to come may be the value of the last option
            return super().parse_args(ctx, args)
        end = args.index("--") if "--" in args else len(args)
        terms: list[str] = []
        options = list(self._options(ctx, args[:end], terms))
        # click itself would read `-order` as `-o rder`
        return super().parse_args(ctx, [*options, "--", *terms, *args[end + 1 :]])

    def _options(
        self, context: click.Context, arguments: list[str], terms: list[str]
    ) -> Iterator[str]:
        """Yield the options with their values; what is none is added to `terms`."""
        known = {
            name: each
            for each in self.get_params(context)
            if isinstance(each, click.Option)
            for name in each.opts
        }
        rest = iter(arguments)
        for each in rest:
            if each not in known and not _OPTION.fullmatch(each):
                terms.append(each)
                continue
            yield each
            if each in known and not known[each].is_flag:
                if (value := next(rest, None)) is None:
                    raise click.BadOptionUsage(
                        each, f"Option '{each}' requires an argument.", context
                    )
                yield value
