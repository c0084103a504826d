from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.store import AccountChoices, AccountKey, Chosen, LastSession
from tui.store.choices import ListLook
from tui.store.choices_file import (
    CHOICES_FILE,
    MAX_ACCOUNTS,
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    QUESTIONS_FILE,
    ChoicesFile,
)

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


def kept(folder: Path) -> ChoicesFile:
    return ChoicesFile(folder, lambda sentence: pytest.fail(sentence))


def test_every_choice_is_there_at_the_next_start(tmp_path: Path) -> None:
    first = kept(tmp_path)
    first.choose_theme(Chosen("nord", "auto"))
    first.choose_session_list(ListLook(36, is_folded=True))
    account = first.account(KEY)
    account.choose_bot(Chosen("b1", "b0"))
    account.note_last_session(LastSession("s1", "b1"))
    account.pin("s1", True)
    account.pin("s2", True)
    account.pin("s1", False)
    account.remember_question("one\n\ud800")
    account.remember_question("two")
    account.remember_question("one\n\ud800")
    account.remember_question("x" * (MAX_QUESTION_CHARS + 1))
    first.close()
    again = kept(tmp_path)
    assert again.theme == Chosen("nord", "auto")
    assert again.session_list == ListLook(36, is_folded=True)
    account = again.account(KEY)
    assert account.choices == AccountChoices(Chosen("b1", "b0"), LastSession("s1", "b1"))
    assert account.pinned == {"s2"}
    assert account.questions() == ["one\n\ud800", "two"]
    other = again.account(AccountKey("hardwire", "https://other.example", "me@x.example"))
    assert (other.choices, other.pinned, other.questions()) == (AccountChoices(), frozenset(), [])


def test_two_clients_keep_what_the_other_chose_in_the_same_account(tmp_path: Path) -> None:
    one, two = kept(tmp_path), kept(tmp_path)
    first, second = one.account(KEY), two.account(KEY)
    for each in (first, second):
        assert each.choices == AccountChoices()
        assert each.questions() == []
    first.choose_bot(Chosen("b1"))
    second.note_last_session(LastSession("s1"))
    first.pin("s1", True)
    second.pin("s2", True)
    first.remember_question("one")
    second.remember_question("two")
    one.choose_theme(Chosen("nord"))
    two.choose_session_list(ListLook(is_folded=True))
    one.close()
    two.close()
    again = kept(tmp_path)
    account = again.account(KEY)
    assert account.choices == AccountChoices(Chosen("b1"), LastSession("s1"))
    assert account.pinned == {"s1", "s2"}
    assert set(account.questions()) == {"one", "two"}
    assert (again.theme, again.session_list) == (Chosen("nord"), ListLook(is_folded=True))


def test_what_is_kept_has_bounds(tmp_path: Path) -> None:
    first = kept(tmp_path)
    for number in range(MAX_QUESTIONS + 5):
        first.account(KEY).remember_question(f"{number} " + "\U0001f600" * 2_000)
    for number in range(MAX_ACCOUNTS + 5):
        key = AccountKey("hardwire", f"https://{number}.example")
        first.account(key).choose_bot(Chosen("b"))
    first.close()
    again = kept(tmp_path)
    questions = again.account(KEY).questions()
    assert questions[0].startswith(f"{MAX_QUESTIONS + 4} ")
    assert 10 < len(questions) < MAX_QUESTIONS
    told = json.loads((tmp_path / CHOICES_FILE).read_bytes())
    assert len(told["accounts"]) == MAX_ACCOUNTS


def test_questions_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    first = kept(tmp_path)
    first.choose_theme(Chosen("nord"))
    first.account(KEY).remember_question("a secret")
    first.close()
    second = kept(tmp_path)
    second.forget_questions()
    assert second.account(KEY).questions() == []
    second.close()
    assert b"secret" not in (tmp_path / QUESTIONS_FILE).read_bytes()
    assert kept(tmp_path).theme == Chosen("nord")


@given(choices=SHAPES, questions=SHAPES)
def test_whatever_stands_in_the_files_something_can_be_chosen(
    choices: object, questions: object
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, value in ((CHOICES_FILE, choices), (QUESTIONS_FILE, questions)):
            table = value if isinstance(value, dict) else {"accounts": [value]}
            (folder / file).write_text(json.dumps({**table, "version": 1}))
            (folder / file).chmod(0o600)
        first = kept(folder)
        account = first.account(KEY)
        assert all(each.isprintable() for each in account.pinned)
        assert all(isinstance(each, str) for each in account.questions())
        for name in (first.theme or Chosen("x")).value, *account.pinned:
            assert name == name.strip()
        before = first.theme
        account.pin("s", True)
        account.choose_bot(Chosen("b"))
        account.note_last_session(LastSession("s"))
        account.remember_question("again")
        first.close()
        again = kept(folder)
        assert again.theme == before
        assert again.account(KEY).choices == AccountChoices(Chosen("b"), LastSession("s"))
        assert "s" in again.account(KEY).pinned
        assert again.account(KEY).questions()[0] == "again"
