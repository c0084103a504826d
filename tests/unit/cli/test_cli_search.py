from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from functools import partial

import pytest

from tests.unit.cli.conftest import ROOT, Environment, Run
from tui.server import DEMO_KEY, EmbeddedServer
from tui.server.demo import BIG_CHATBOT

Search = Callable[..., tuple[int, str, str]]


@pytest.fixture
def search(run_offline: Run) -> Search:
    return partial(run_offline, "search")


def test_what_was_said_is_found_in_what_is_kept_here_in_every_form(search: Search) -> None:
    code, out, err = search("--json", "REFUND", "role:user")
    assert code == 0, err
    records = json.loads(out)
    assert records
    for each in records:
        marked = [each["snippet"][start:end] for start, end in each["marks"]]
        assert {mark.lower() for mark in marked} == {"refund"}
        assert each["role"] == "user"
    assert err.strip() == f"{len(records)} hits." or len(records) == 1

    ids = list(dict.fromkeys(each["session"] for each in records))
    assert search("-q", "REFUND", "role:user")[1].split() == ids
    rows = list(csv.DictReader(io.StringIO(search("--csv", "REFUND", "role:user")[1])))
    assert [(row["session"], row["snippet"]) for row in rows] == [
        (each["session"], each["snippet"]) for each in records
    ]
    lines = search("REFUND", "role:user")[1].splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ids
    assert len(lines) == len(ids) + len(records)


def test_pages_of_hits_follow_one_another(search: Search) -> None:
    whole = json.loads(search("--json", "the", "--limit", "1000")[1])
    assert len(whole) > 5
    pages = [
        json.loads(search("--json", "the", "--limit", "5", "--offset", str(at))[1])
        for at in range(0, len(whole), 5)
    ]
    assert [each for page in pages for each in page] == whole
    for arguments, told in (
        (("--limit", "2"), "1 to 2 of all; --offset 2 goes on."),
        (("--limit", "2", "--offset", "2"), "3 to 4 of all; --offset 4 goes on."),
        (("--offset", "2"), f"3 to {len(whole)} of all."),
        (("--offset", "999"), "No more hits."),
    ):
        said = search("the", *arguments)[2].strip()
        if count := re.search(r"of (\d+) hits( or more)?", said):
            # those behind a page need not all be counted
            assert int(count[1]) <= len(whole) if count[2] else int(count[1]) == len(whole)
            said = said.replace(count[0], "of all")
        assert said == told


WHEN = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]*Z")


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_rows_tell_whole_seconds_and_records_all_that_is_known(
    profiles: Environment, run: Run, profile: str
) -> None:
    environment = profiles | {"RUNNEL_DEFAULT_PROFILE": profile}
    code, _, err = run("sync", variables=environment)
    assert code == 0, err
    for command in (("search", "the"), ("sessions", "--offline")):
        known = WHEN.findall(run(*command, "--json", variables=environment)[1])
        assert known
        for form in ((), ("--csv",)):
            times = WHEN.findall(run(*command, *form, variables=environment)[1])
            assert times
            assert all(re.fullmatch(r"[-\dT]*[:\d]*Z", each) for each in times), times[:3]
            assert {each.removesuffix("Z") for each in times} <= {each[:19] for each in known}


def test_filters_ask_for_what_an_operator_knows(search: Search) -> None:
    code, out, _ = search("-q", "feedback:down")
    assert (code, len(out.split())) == (0, len(set(out.split())))
    for words in (["--", "-feedback:"], ["-feedback:", "--limit", "5"], ["-feedback:", "--", "-x"]):
        code, _, err = search("feedback:down", "feedback:up", *words)
        assert (code, err) == (4, "Nothing kept here matches.\n")


def test_a_broken_query_is_one_sentence_and_what_to_write(search: Search) -> None:
    code, out, err = search("feedbak:down")
    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert first == "runnel: “feedbak:” is no filter; did you mean 'feedback'?"
    assert second
    assert search("a", "--json", "--csv")[0] == 2


def test_advice_to_quote_a_word_can_be_followed_in_a_shell(search: Search) -> None:
    for word in ("lable:refund", "lable:don't"):
        _, _, err = search(word)
        advised = shlex.split(err)
        quoted = next(each for each in advised if each.startswith('"'))
        assert quoted == f'"{word}"'
        assert search(quoted)[0] == 4


def test_the_list_takes_the_same_queries_and_names_what_it_lists(
    profiles: Environment, run: Run
) -> None:
    assert run("sync", "--profile", "work")[0] == 0
    code, out, err = run("sessions", "refund", "--profile", "work")
    assert code == 0, err
    listed = [line.split(maxsplit=2) for line in out.splitlines()]
    assert listed
    assert all(title != "New session" for _, _, title in listed)
    assert run("sessions", "-q", "refund", "--profile", "work")[1].split() == [
        key for key, _, _ in listed
    ]
    rows = list(csv.DictReader(io.StringIO(run("sessions", "--csv", "--profile", "work")[1])))
    assert {key for key, _, _ in listed} < {row["session"] for row in rows}
    code, out, err = run("sessions", "xyzzy", "--profile", "work")
    assert (code, out, err) == (4, "", "No session that is kept here matches.\n")
    assert run("sessions", "tokens:x", "--profile", "work")[0] == 2


def test_what_was_asked_here_is_read_and_what_was_unread_before_stays_so(
    profiles: Environment, run: Run
) -> None:
    def unread() -> set[str]:
        assert run("sessions", "-q")[0] == 0
        return set(run("search", "-q", "unread:", "--limit", "999")[1].split())

    assert run("sync")[0] == 0
    before = unread()
    assert run("ask", "Good evening")[0] == 0
    assert run("ask", "fault error-midway")[0] == 1
    assert unread() == before
    code, _, err = run("ask", "--session", min(before), "Good evening")
    assert (code, "--yes agrees to that" in err) == (2, True)
    assert run("ask", "--yes", "--session", min(before), "Good evening")[0] == 0
    assert unread() == before


def told_queries() -> set[str]:
    """Return what the texts say to search for."""
    texts = [(ROOT / each).read_text() for each in ("README.md", "tui/cli/README.md")]
    told = r"(?m)^runnel (?:search|export -o bad\.html) (.+?) +#"
    queries = {query for text in texts for query in re.findall(told, text)}
    assert len(queries) == 2
    return queries


def test_the_queries_of_the_readmes_are_read_and_find_something_or_nothing(
    profiles: Environment, run: Run
) -> None:
    assert {run("search", *query.split())[0] for query in told_queries()} <= {0, 4}


@pytest.mark.slow
def test_the_queries_of_the_readmes_find_something_on_the_bot_that_they_tell_to_try(
    environment: Environment, run: Run
) -> None:
    queries = told_queries()
    with EmbeddedServer(pace=0, sessions=300) as server:
        environment |= {
            "RUNNEL_PROFILES__SHOP__API": "gpt-trainer",
            "RUNNEL_PROFILES__SHOP__BASE_URL": server.url,
            "RUNNEL_PROFILES__SHOP__TOKEN": DEMO_KEY,
            "RUNNEL_PROFILES__SHOP__CHATBOT": BIG_CHATBOT.id,
        }
        assert run("sync")[0] == 0
    for query in queries:
        assert run("search", *query.split())[0] == 0, query
