from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tui import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("tui/**/README.md")])
OF_COMMANDS = [ROOT / "README.md", ROOT / "tui" / "cli" / "README.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_link_in_a_document_leads_to_what_there_is(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    inside = [each for each in links if "://" not in each]
    assert [each for each in inside if not (document.parent / each).exists()] == []


def test_the_page_of_the_command_line_names_every_command_and_no_other() -> None:
    first, page = (
        set(re.findall(r"\brunnel ([a-z]+)\b", each.read_text(encoding="utf-8")))
        for each in OF_COMMANDS
    )
    assert page == {*cli.runnel.list_commands(click.Context(cli.runnel))}
    assert first <= page


def test_the_first_page_is_read_in_three_minutes() -> None:
    assert len(OF_COMMANDS[0].read_text(encoding="utf-8").splitlines()) <= 150
