from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tables import each_row
from tests.unit.settings.conftest import LAB, SECRET, WORK, Configure, loaded
from tui.errors import SettingsError
from tui.settings import (
    GptTrainerSettings,
    HardWireSettings,
    read_source,
)
from tui.settings.appearance import Appearance
from tui.settings.profiles import defaults_of
from tui.settings.values import Settings

pytestmark = pytest.mark.usefixtures("bare_environment")


EXAMPLE = """
default_profile = "work"
theme = "runnel-dark"          # runnel-light, high-contrast, sixteen, or one of your own
# proxy = "http://proxy.example:3128"      # for servers elsewhere; goes before HTTPS_PROXY
# ca_file = "~/company-ca.pem"             # authorities believed beside the usual ones

[profiles.work]
api = "gpt-trainer"
base_url = "https://app.gpt-trainer.com"   # or host = "chatwize", "aichatbothub", "gpt-trainer"
token_command = "pass show runnel/work"    # or token = "…"
chatbot = "0f…"                            # without it you pick one in the app

[profiles.lab]
api = "hardwire"
base_url = "http://localhost:3026"
email = "me@example.com"
password_command = "pass show runnel/lab"  # or password = "…"
model = "gpt-5.2"                          # without it the server's preference, or you pick
# plain_http = true                        # http:// to another machine, refused without it

[keys]
"chat.new" = "f10"
"""


def refusal(configure: Configure, toml: str, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        configure(toml, **variables)
    assert caught.value.exit_code == 2
    assert SECRET not in repr(caught.value) + caught.value.sentence + caught.value.hint
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


class TestSources:
    def test_without_a_file_there_are_only_defaults(self, tmp_path: Path) -> None:
        defaults = loaded()
        assert defaults.settings == Settings()
        assert defaults.looks == Appearance()
        assert defaults.settings.profiles == {}
        assert defaults.notices == ()
        assert defaults.folder.name == "runnel"
        assert tmp_path in defaults.folder.parents

    def test_the_file_of_the_platform_folder_is_read(self) -> None:
        folder = loaded().folder
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text('theme = "paper"', encoding="utf-8")
        assert loaded().looks.theme == "paper"

    def test_a_file_with_profiles_of_both_apis_loads(self, configure: Configure) -> None:
        made = configure(EXAMPLE)
        settings = made.settings
        work, lab = settings.profiles["work"], settings.profiles["lab"]
        assert isinstance(work, GptTrainerSettings)
        assert isinstance(lab, HardWireSettings)
        assert (work.bot, lab.bot) == ("0f…", "gpt-5.2")
        assert list(settings.profiles) == ["work", "lab"]
        assert made.looks.keys == {"chat.new": "f10"}

    def test_command_line_goes_before_environment_before_file(self, configure: Configure) -> None:
        toml = 'theme = "file"\n' + WORK
        assert configure(toml).looks.theme == "file"
        assert configure(toml, RUNNEL_THEME="variable").looks.theme == "variable"
        assert configure(toml, theme="option").looks.theme == "option"

    def test_the_way_to_the_servers_can_be_set_for_all_and_for_one(
        self, configure: Configure
    ) -> None:
        proxy = f"http://me:{SECRET}@proxy:3128"
        made = configure(
            f'proxy = "{proxy}"\nca_file = "a.pem"\n' + WORK + 'ca_file = "b.pem"\n',
            RUNNEL_PROFILES__WORK__PLAIN_HTTP="true",
            RUNNEL_PROFILES__WORK__PROXY="http://other:3128",
        )
        work = made.settings.profiles["work"]
        assert made.settings.proxy.reveal() == proxy
        assert work.proxy.reveal() == "http://other:3128"
        assert (made.settings.ca_file, work.ca_file, work.plain_http) == ("a.pem", "b.pem", True)
        assert SECRET not in repr(made)

    def test_an_empty_variable_has_no_value(self, configure: Configure) -> None:
        assert configure('theme = "file"', RUNNEL_THEME="").looks.theme == "file"

    def test_the_environment_adds_to_a_profile_of_the_file(self, configure: Configure) -> None:
        made = configure(WORK, RUNNEL_PROFILES__WORK__TOKEN="1234567")
        work = made.settings.profiles["work"]
        assert isinstance(work, GptTrainerSettings)
        assert work.token.reveal() == "1234567"
        assert work.host == "chatwize"

    def test_the_environment_alone_can_hold_a_profile(self, configure: Configure) -> None:
        made = configure(
            "",
            RUNNEL_PROFILES__LAB__API="hardwire",
            RUNNEL_PROFILES__LAB__BASE_URL="localhost:3026",
            RUNNEL_PROFILES__LAB__EMAIL="me@x.example",
            RUNNEL_DEFAULT_PROFILE="lab",
        )
        assert isinstance(made.settings.profiles["lab"], HardWireSettings)

    def test_a_variable_reaches_a_profile_with_a_hyphen(self, configure: Configure) -> None:
        made = configure(WORK.replace("work", "my-lab"), RUNNEL_PROFILES__MY_LAB__TOKEN="t")
        work = made.settings.profiles["my-lab"]
        assert isinstance(work, GptTrainerSettings)
        assert work.token.reveal() == "t"

    @pytest.mark.parametrize(
        ("in_file", "variable", "hidden"),
        [
            ('token_command = "pass"', "TOKEN", "token_command"),
            ('token = "t"', "TOKEN_COMMAND", "token"),
            ("", "BASE_URL", "host"),
        ],
    )
    def test_a_variable_replaces_the_other_key_of_a_pair(
        self, configure: Configure, in_file: str, variable: str, hidden: str
    ) -> None:
        made = configure(WORK + in_file, **{f"RUNNEL_PROFILES__WORK__{variable}": "x.example"})
        work = made.settings.profiles["work"]
        assert getattr(work, hidden) == defaults_of(GptTrainerSettings)[hidden]

    def test_a_byte_order_mark_is_no_error(self, configure: Configure) -> None:
        assert configure('\ufefftheme = "paper"').looks.theme == "paper"


class TestFileProblems:
    def test_a_missing_file_is_an_error_when_it_was_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path / "gone.toml"))
        with pytest.raises(SettingsError, match=r"RUNNEL_CONFIG names a file that does not exist"):
            loaded()

    def test_a_folder_is_not_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path))
        with pytest.raises(SettingsError, match=r"cannot be read: Is a directory\.$"):
            loaded()

    @each_row(
        ("toml", "said"),
        [
            (
                "theme = " + "9" * 5_000,
                "config.toml is not valid TOML: A number in it is too long.",
            ),
            ("theme = " + "[" * 2_000 + "]" * 2_000, "It is nested too deeply."),
            (f"a{'.a' * 2_000} = 1", "config.toml has no key 'a'"),
            ("theme = 1" + " " * 1_000_000, "it is larger than 1,000,000 bytes"),
            ("default_profile = 99999999999999999999", "must be text in quotes"),
        ],
    )
    def test_what_nobody_would_write_is_one_sentence(
        self, configure: Configure, toml: str, said: str
    ) -> None:
        assert said in refusal(configure, toml)

    def test_a_pipe_that_nobody_writes_into_is_not_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(tmp_path / "config.toml")
        monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path / "config.toml"))
        with pytest.raises(SettingsError, match="it is a pipe that nothing comes out of"):
            loaded()

    def test_a_user_that_is_not_there_has_no_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNNEL_CONFIG", "~nosuchuser/config.toml")
        with pytest.raises(SettingsError, match="does not exist: ~nosuchuser"):
            loaded()

    def test_other_encodings_are_named_with_their_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "config.toml"
        path.write_bytes(b'theme = "x"\n# caf\xe9\n')
        monkeypatch.setenv("RUNNEL_CONFIG", str(path))
        with pytest.raises(SettingsError, match=r"config\.toml: line 2 is not UTF-8"):
            loaded()

    @each_row(
        ("toml", "place"),
        [
            ("theme = = 3", "line 1, column 9"),
            ('\n[keys\nx = "y"', "line 2, column 6"),
            (f'token = "{SECRET}', "line 1, column"),
            ('theme = """x\n\n', "line 3, column 1"),
        ],
    )
    def test_broken_toml_is_named_with_line_and_column(
        self, configure: Configure, toml: str, place: str
    ) -> None:
        sentence = refusal(configure, toml)
        assert sentence.startswith("config.toml is not valid TOML: ")
        assert place in sentence


class TestSecrecy:
    def test_secrets_are_not_in_the_text_of_settings(self, configure: Configure) -> None:
        made = configure(WORK + f'token = "{SECRET}"\n' + LAB + f'password = "{SECRET}"')
        assert SECRET not in repr(made) + str(made.settings)

    def test_a_readable_file_with_a_secret_is_noted(
        self, configure: Configure, tmp_path: Path
    ) -> None:
        assert configure(WORK + 'token = "x"').notices == ()
        (tmp_path / "config.toml").chmod(0o640)
        (notice,) = loaded().notices
        assert "[profiles.work] token" in notice
        assert "chmod 600" in notice

    @pytest.mark.parametrize("place", ["{}" + WORK, WORK + "{}"], ids=["all", "one"])
    def test_a_readable_file_with_the_password_of_a_proxy_is_noted(
        self, configure: Configure, tmp_path: Path, place: str
    ) -> None:
        configure(place.format('proxy = "http://me:hunter22@proxy:3128"\n'))
        (tmp_path / "config.toml").chmod(0o640)
        (notice,) = loaded().notices
        assert " proxy in " in notice
        assert "hunter22" not in notice
        configure(place.format('proxy = "http://proxy:3128"\n'))
        (tmp_path / "config.toml").chmod(0o640)
        assert loaded().notices == ()

    def test_a_readable_file_without_a_secret_is_not(
        self, configure: Configure, tmp_path: Path
    ) -> None:
        configure(WORK + 'token_command = "pass"')
        (tmp_path / "config.toml").chmod(0o644)
        assert loaded().notices == ()


class TestStateFolder:
    def test_a_variable_names_it_before_the_platform_and_is_no_setting(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "platform"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
        assert read_source().state_folder == tmp_path / "platform" / "runnel"
        assert read_source().data_folder == tmp_path / "share" / "runnel"
        for named in (str(tmp_path / "mine"), "~/mine"):
            monkeypatch.setenv("RUNNEL_DATA_DIR", named)
            source = read_source()
            assert source.state_folder == source.data_folder == tmp_path / "mine"
            assert source.environment == {}

    def test_one_that_cannot_be_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNNEL_DATA_DIR", "~nobody-of-that-name/x")
        with pytest.raises(SettingsError, match="RUNNEL_DATA_DIR names no folder"):
            read_source()
