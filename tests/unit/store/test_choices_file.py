from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.store import AccountChoices, AccountKey, Chosen, LastSession, SessionMarks
from tui.store.choices import ListLook
from tui.store.choices_file import CHOICES_FILE, ChoicesFile
from tui.store.former_choices import QUESTIONS_FILE, FormerChoices
from tui.store.sqlite import STORE_FILE, SqliteStore

KEY = AccountKey("hardwire", "https://lab.example", "me@x.example")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=8), each),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "theme",
        "session_list",
        "accounts",
        "api",
        "base_url",
        "owner",
        "bot",
        "value",
        "pins",
        "questions",
        "last_session",
        "id",
        "instead_of",
        "width",
        "folded",
    ]
)
SHAPES = st.recursive(
    JSON | st.sampled_from([KEY.api, KEY.base_url, KEY.owner, "nord", 30, True]),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(NAMES, each),
    max_leaves=30,
)
OF_ACCOUNT = {"api": KEY.api, "base_url": KEY.base_url, "owner": KEY.owner}


def kept(folder: Path) -> ChoicesFile:
    return ChoicesFile(folder, lambda sentence: pytest.fail(sentence))


def write(path: Path, table: object) -> None:
    path.write_text(json.dumps(table))
    path.chmod(0o600)


def test_every_choice_is_there_at_the_next_start_with_that_of_another_client(
    tmp_path: Path,
) -> None:
    one, two = kept(tmp_path), kept(tmp_path)
    assert one.theme is two.theme is None
    one.choose_theme(Chosen("nord", "auto"))
    two.choose_session_list(ListLook(36, is_folded=True))
    two.note_profile("work")
    one.close()
    two.close()
    again = kept(tmp_path)
    assert again.theme == Chosen("nord", "auto")
    assert again.session_list == ListLook(36, is_folded=True)
    assert again.last_profile == "work"


async def test_what_an_earlier_runnel_kept_of_accounts_is_taken_over_once(tmp_path: Path) -> None:
    account = {
        **OF_ACCOUNT,
        "bot": {"value": "b1", "instead_of": "b0"},
        "last_session": {"id": "s1", "bot": "b1"},
        "pins": ["s1", "s2"],
    }
    theme = {"value": "nord", "instead_of": ""}
    write(tmp_path / CHOICES_FILE, {"version": 1, "theme": theme, "accounts": [account]})
    asked = {**OF_ACCOUNT, "questions": ["two", "one\ud800"]}
    write(tmp_path / QUESTIONS_FILE, {"version": 1, "accounts": [asked]})
    for taken_over in (True, False):
        former = FormerChoices(tmp_path)
        assert bool(former.accounts()) is taken_over
        store = SqliteStore(tmp_path / STORE_FILE, pytest.fail, former=former)
        with closing(store):
            mine = store.account(KEY)
            assert await mine.choices.all() == AccountChoices(
                Chosen("b1", "b0"), LastSession("s1", "b1")
            )
            pinned = SessionMarks(is_pinned=True)
            assert dict(await mine.marks.all()) == {"s1": pinned, "s2": pinned}
            assert list(await mine.questions.all()) == ["two", "one\ud800"]
    assert kept(tmp_path).theme == Chosen("nord")
    assert not (tmp_path / QUESTIONS_FILE).exists()


@pytest.mark.slow
@given(choices=SHAPES, questions=SHAPES)
def test_whatever_stands_in_the_files_something_can_be_chosen(
    choices: object, questions: object
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, value in ((CHOICES_FILE, choices), (QUESTIONS_FILE, questions)):
            table = value if isinstance(value, dict) else {"accounts": [value]}
            write(folder / file, {**table, "version": 1})
        former = FormerChoices(folder)
        for each in former.accounts():
            assert all(pin.isprintable() and pin == pin.strip() for pin in each.pinned_ids)
            assert all(isinstance(question, str) for question in each.questions)
        first = kept(folder)
        before = first.theme
        assert before is None or before.value == before.value.strip()
        first.choose_session_list(ListLook(30))
        former.forget()
        first.close()
        again = kept(folder)
        assert (again.theme, again.session_list) == (before, ListLook(30))
        assert FormerChoices(folder).accounts() == []
