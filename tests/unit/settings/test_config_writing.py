from __future__ import annotations

import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.errors import SettingsError
from tui.file_reading import parse_toml
from tui.settings.config_writing import ConfigChange, change_adding, text_adding

NEW: dict[str, str | bool] = {
    "api": "gpt-trainer",
    "host": "chatwize",
    "chatbot": 'c\\1 "é"',
    "ask_each_time": True,
}
WORK = 'api = "gpt-trainer"\nhost = "chatwize"\n'


def is_subsequence(lines: list[str], of: list[str]) -> bool:
    left = iter(of)
    return all(line in left for line in lines)


def check(text: str, *, is_first: bool, rewritten: str = "") -> str:
    """Add the profile, hold the result to what was there, and return it.

    `rewritten` begins the only line that may change.
    """
    added = text_adding(text, "new", NEW, is_first=is_first)
    before, after = parse_toml(text), parse_toml(added)
    assert after.pop("profiles") == {**before.pop("profiles", {}), "new": NEW}
    if is_first:
        assert after.pop("default_profile") == "new"
        before.pop("default_profile", None)
    assert after == before
    kept = [line for line in text.split("\n") if not (rewritten and line.startswith(rewritten))]
    # a last line without an end gets one
    assert is_subsequence(
        [line.removesuffix("\r") for line in kept if line],
        [line.removesuffix("\r") for line in added.split("\n")],
    )
    if "\r\n" in text:
        assert "\n" not in added.replace("\r\n", "")
    return added


ODD = {
    "empty": "",
    "only a comment": "# nothing yet",
    "sections": f"# mine\n[profiles.work]  # the firm\n{WORK}# last words\n",
    "split by others": f"[profiles.work]\n{WORK}\n# c\n[keys]\na = 1\n\n[profiles.lab]\n{WORK}",
    "a header of its own": f"[profiles]\n# each of them\n[profiles.work]\n{WORK}",
    "an empty header": "[profiles]\n",
    "dotted keys": 'profiles.work.api = "gpt-trainer"  # dotted\nprofiles.work.host = "chatwize"\n',
    "dotted under a header": '[profiles]\nwork.api = "gpt-trainer"\nwork.host = "chatwize"\n',
    "quoted keys": f'["profiles"."work"]\n{WORK}',
    "braces below": 'profiles.work = { api = "gpt-trainer" } # kept\n',
    "braces in a table": '[profiles]\nwork = { api = "gpt-trainer" } # kept\n',
    "arrays of tables": f"[profiles.work]\n{WORK}[[other]]\na = 1\n[[other]]\n# second\na = 2\n",
    "long strings": f"[profiles.work]\n{WORK}a = '''\n[profiles.new]\n# no comment\n'''\n",
    "windows": f'theme = "nord"\n# c\n[profiles.work]\n{WORK}'.replace("\n", "\r\n"),
    "no last line end": f"[profiles.work]\n{WORK}".rstrip("\n"),
    "windows without last": f"# c\n[profiles.work]\n{WORK}".replace("\n", "\r\n").rstrip("\r\n"),
}


@each_row("is_first", [True, False])
@each_row("text", ODD.values())
def test_all_that_was_written_stays_in_its_order(text: str, is_first: bool) -> None:
    assert text in check(text, is_first=is_first)


@each_row("is_first", [True, False])
@each_row(
    "line",
    [
        'profiles = { work = { api = "gpt-trainer" } }  # in one line',
        "profiles = {}  # in one line",
        'profiles={work={api="gpt-trainer",host="chatwize"},lab={api="x"}}# in one line',
    ],
)
def test_a_table_in_braces_takes_it_in_and_keeps_its_comment(line: str, is_first: bool) -> None:
    added = check(f"# above\n{line}\n# below\n", is_first=is_first, rewritten="profiles")
    [changed] = [each for each in added.split("\n") if each.startswith("profiles")]
    assert changed.endswith("# in one line")


def test_a_default_of_before_keeps_its_place_and_its_comment() -> None:
    text = 'theme = "nord"\ndefault_profile = "demo-gpt"  # try\n'
    added = check(text, is_first=True, rewritten="default_profile")
    assert added.startswith('theme = "nord"\ndefault_profile = "new"  # try\n')


comments = st.text("# ab[]=\"'{}", max_size=12).map(lambda text: f"#{text}")
names = st.sampled_from(["work", "lab", "a-b", "x_1"])
headers = st.sampled_from(["[profiles.{}]", '["profiles".{}]', "[ profiles . {} ] # c"])
values = st.sampled_from(['"x"', "'y'", '"""z\n# no comment\n"""', "3", "[\n 1, # one\n]", "{a=1}"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return documents as people write them: sections, comments and blank lines, in any order."""
    lines = draw(st.lists(comments | st.just(""), max_size=2))
    lines += [f"k{at} = {draw(values)}" for at in range(draw(st.integers(0, 2)))]
    for at, name in enumerate(draw(st.lists(names, unique=True, max_size=4))):
        lines += draw(st.lists(comments | st.just(""), max_size=2))
        lines.append(draw(headers).format(name))
        lines += [f"{key} = {draw(values)}" for key in ("api", "b")]
        if draw(st.booleans()):
            lines += [draw(comments), f"[t{at}]", f"a = {draw(values)}"]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(lines).replace("\r\n", "\n").replace("\n", end) + draw(
        st.sampled_from(["", end, end + end])
    )


@pytest.mark.slow
@given(documents(), st.booleans())
def test_any_document_keeps_its_lines_and_their_order(text: str, is_first: bool) -> None:
    check(text, is_first=is_first)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_value_is_read_as_it_was_given(value: str) -> None:
    added = text_adding("", "new", {"api": "x", "chatbot": value}, is_first=False)
    assert parse_toml(added)["profiles"]["new"]["chatbot"] == value


@pytest.fixture
def path(bare_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RUNNEL_CONFIG", raising=False)
    path = tmp_path / "config" / "runnel" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def add() -> ConfigChange:
    change = change_adding("new", NEW)
    change.write()
    return change


class TestFile:
    def test_a_new_one_is_for_nobody_else_and_so_is_its_folder(self, path: Path) -> None:
        path.parent.rmdir()
        change = add()
        assert change.path == path
        assert change.settings.address == "https://app.chatwize.ai"
        assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)

    @pytest.mark.parametrize("mode", [0o600, 0o644, 0o400])
    def test_one_that_is_there_keeps_who_may_read_it(self, path: Path, mode: int) -> None:
        path.write_text(f"[profiles.work]\n{WORK}")
        path.chmod(mode)
        add()
        assert mode_of(path) == mode
        assert "default_profile" not in path.read_text()

    def test_a_link_is_followed_and_stays_one(self, path: Path, tmp_path: Path) -> None:
        dotfiles = tmp_path / "dotfiles.toml"
        dotfiles.write_text("# mine\n")
        path.symlink_to(dotfiles)
        add()
        assert path.is_symlink()
        assert "# mine" in dotfiles.read_text()
        assert "[profiles.new]" in dotfiles.read_text()

    def test_a_mark_before_the_text_stays(self, path: Path) -> None:
        path.write_bytes(b"\xef\xbb\xbf# mine\r\n")
        add()
        content = path.read_bytes()
        assert content.startswith(b'\xef\xbb\xbfdefault_profile = "new"\r\n\r\n# mine\r\n')
        assert content.count(b"\xef\xbb\xbf") == 1

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"theme = = 3", "is not valid TOML"),
            (b"\xff", "is not UTF-8"),
            (b'them = "x"', "has no key 'them'"),
            (b'[profiles.work]\napi = "nothing"', "names 'nothing'"),
            (b"profiles = 3", "must be a table"),
            (b"[[profiles]]", "must be a table"),
        ],
    )
    def test_one_that_cannot_be_used_is_not_touched_and_that_is_told(
        self, path: Path, content: bytes, words: str
    ) -> None:
        path.write_bytes(content)
        with pytest.raises(SettingsError) as refused:
            change_adding("new", NEW)
        assert words in refused.value.sentence or "api" in refused.value.sentence
        assert "Nothing was written." in refused.value.hint
        assert path.read_bytes() == content

    def test_a_name_that_is_taken_by_now_is_told(self, path: Path) -> None:
        path.write_text(f"[profiles.new]\n{WORK}")
        with pytest.raises(SettingsError, match="a profile 'new' already"):
            change_adding("new", NEW)

    def test_no_other_profile_is_the_default_because_the_environment_has_one(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RUNNEL_PROFILES__WORK__API", "gpt-trainer")
        monkeypatch.setenv("RUNNEL_PROFILES__WORK__HOST", "chatwize")
        add()
        assert "default_profile" not in path.read_text()

    def test_a_write_that_fails_leaves_the_file_and_nothing_beside_it(self, path: Path) -> None:
        path.write_text("# mine\n")
        change = change_adding("new", NEW)
        with full_disk(), pytest.raises(SettingsError, match="cannot be written: File too large"):
            change.write()
        assert path.read_text() == "# mine\n"
        assert [each.name for each in path.parent.iterdir()] == ["config.toml"]

    @pytest.mark.parametrize("kind", ["folder", "circle"])
    def test_what_is_no_file_is_not_replaced(self, path: Path, kind: str) -> None:
        change = change_adding("new", NEW)
        if kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(path)
        with pytest.raises(SettingsError, match="cannot be written"):
            change.write()


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no byte be written into a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
