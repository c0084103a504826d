from __future__ import annotations

import click
from click.testing import CliRunner

from tests.tables import each_row
from tui.cli.query_command import QueryCommand


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("-o", "--output", default="-")
@click.option("--limit", type=int, default=0)
@click.option("-q", "--quiet", is_flag=True)
def asked(query: tuple[str, ...], output: str, limit: int, quiet: bool) -> None:
    click.echo(f"{'|'.join(query)} {output} {limit} {quiet}")


@each_row(
    ("line", "told"),
    [
        ("refund -label:billing feedback:down", "refund|-label:billing|feedback:down - 0 False"),
        ("-order -quick -help a", "-order|-quick|-help|a - 0 False"),
        ("-退 b -q c -7", "-退|b|c|-7 - 0 True"),
        ("a --limit 5 -bad -o -file --output=x", "a|-bad x 5 False"),
        ("a --limit=-5 -", "a|- - -5 False"),
        ("a -bad -- -q --limit -- 3", "a|-bad|-q|--limit|--|3 - 0 False"),
        ("", " - 0 False"),
    ],
)
def test_terms_with_a_minus_are_of_the_query_and_options_stay_what_they_are(
    line: str, told: str
) -> None:
    result = CliRunner().invoke(asked, line.split())
    assert (result.exit_code, result.output) == (0, f"{told}\n")


@each_row("line", ["a --unknown", "a -x", "a --limit", "a -o", "a --limit x"])
def test_an_option_that_is_wrong_is_still_told(line: str) -> None:
    result = CliRunner().invoke(asked, line.split())
    assert result.exit_code == 2
    assert result.output.startswith("Usage: ")
