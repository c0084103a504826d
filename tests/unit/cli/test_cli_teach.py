from __future__ import annotations

import json

import pytest

from tests.tables import each_row
from tests.unit.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("profiles")
LESSON = ("--question", "Do you ship to Norway?", "--answer")


def test_a_bot_is_taught_listed_asked_and_relieved_of_it(run: Run) -> None:
    code, out, err = run("teach", *LESSON, "-", "--yes", stdin=b"Yes, within 5 days.\n")
    assert code == 0
    source_id = out.strip()
    assert "  Answer: Yes, within 5 days.\n" in err
    assert err.endswith("The bot answers from it now.\n")
    assert run("ask", "do you ship to norway")[1].startswith("Yes, within 5 days.")

    code, out, _ = run("sources")
    assert code == 0
    assert out.split() == ["*", source_id, "ready", "qa", *["Do", "you", "ship", "to", "Norway?"]]
    [record] = json.loads(run("sources", "--json")[1])
    assert (record["id"], record["status"], record["taught_here"]) == (source_id, "ready", True)
    assert record["answer"] == "Yes, within 5 days."

    assert run("sources", "--delete", source_id)[0] == 2
    assert run("sources", "--delete", source_id, "--yes")[0] == 0
    assert run("sources", "--delete", source_id, "--yes")[0] == 4
    assert run("sources")[1:] == ("", "The bot has no sources.\n")


@each_row(
    ("arguments", "code", "told"),
    [
        ((*LESSON, "Yes."), 2, "Without a terminal, --yes agrees"),
        ((*LESSON, " ", "--yes"), 2, "A question and its answer are needed."),
        ((*LESSON, "Yes.", "--source", "shop", "--yes"), 2, "no web address"),
        ((*LESSON, "No.", "--source", "https://a.invalid/", "--yes"), 1, "could not take it in: "),
        ((*LESSON, "Yes.", "--yes", "--profile", "lab"), 1, "This server cannot be taught."),
    ],
)
def test_what_cannot_be_taught_is_told(
    run: Run, arguments: tuple[str, ...], code: int, told: str
) -> None:
    done = run("teach", *arguments)
    assert done[0] == code
    assert told in done[2]
    # the tests of this file share one bot
    for source in json.loads(run("sources", "--json")[1]):
        assert run("sources", "--delete", source["id"], "--yes")[0] == 0


def test_a_server_without_sources_says_that_of_them(run: Run) -> None:
    code, _, err = run("sources", "--profile", "lab")
    assert (code, err) == (1, "runnel: This server cannot tell what a bot answers from.\n")
