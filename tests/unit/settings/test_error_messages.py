from __future__ import annotations

from pathlib import Path

import pytest

from tests.tables import each_row
from tests.unit.settings.conftest import LAB, SECRET, WORK, Configure
from tui.errors import SettingsError

pytestmark = pytest.mark.usefixtures("bare_environment")


def refusal(configure: Configure, toml: str, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        configure(toml, **variables)
    assert caught.value.exit_code == 2
    assert SECRET not in repr(caught.value) + caught.value.sentence + caught.value.hint
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


FILE_PROBLEMS = [
    ('them = "x"', "config.toml has no key 'them'; did you mean 'theme'?"),
    ("zzz = 1", "config.toml has no key 'zzz'."),
    ("theme = 3", "config.toml: theme must be text in quotes."),
    ("proxy = 3", "config.toml: proxy must be text in quotes."),
    ("plain_http = true", "config.toml has no key 'plain_http'."),
    (WORK + "plain_http = 3", "config.toml: [profiles.work] plain_http must be true or false."),
    ("profiles = 3", "config.toml: [profiles] must be a table."),
    ("[profiles]\nwork = 3", "config.toml: [profiles.work] must be a table."),
    ("[keys]\nsend = 3", "config.toml: [keys] send must be text in quotes."),
    (
        WORK + f'tokn = "{SECRET}"',
        "config.toml: [profiles.work] has no key 'tokn'; did you mean 'token'?",
    ),
    (WORK + f'token = ["{SECRET}"]', "config.toml: [profiles.work] token must be text in quotes."),
    (
        WORK + f'token = "{SECRET}"\ntoken_command = "x"',
        "config.toml: [profiles.work] has both 'token' and 'token_command'; keep one.",
    ),
    (
        WORK + 'base_url = "x"',
        "config.toml: [profiles.work] has both 'base_url' and 'host'; keep one.",
    ),
    (
        WORK + 'email = "me"',
        "config.toml: [profiles.work] speaks gpt-trainer, and 'email' belongs to hardwire.",
    ),
    (
        LAB + f'token = "{SECRET}"',
        "config.toml: [profiles.lab] speaks hardwire, and 'token' belongs to gpt-trainer.",
    ),
    (
        WORK.replace("gpt-", "gtp-"),
        "config.toml: [profiles.work] api must be gpt-trainer or hardwire;"
        " did you mean 'gpt-trainer'?",
    ),
    (
        WORK.replace("chatwize", "chatwise"),
        "config.toml: [profiles.work] host must be gpt-trainer, chatwize or aichatbothub;"
        " did you mean 'chatwize'?",
    ),
    (
        '[profiles.work]\nhost = "chatwize"',
        "config.toml: [profiles.work] needs 'api': gpt-trainer or hardwire.",
    ),
    (
        '[profiles.work]\napi = "gpt-trainer"',
        "config.toml: [profiles.work] needs 'base_url' or 'host'.",
    ),
    (
        LAB.replace("email", "emial"),
        "config.toml: [profiles.lab] has no key 'emial'; did you mean 'email'?",
    ),
    (LAB.replace('email = "me@x.example"', ""), "config.toml: [profiles.lab] needs 'email'."),
    (
        LAB + 'password_command = "pass \'x"',
        "config.toml: [profiles.lab] password_command has a quote that is not closed.",
    ),
    (
        WORK + 'token_command = " "',
        "config.toml: [profiles.work] token_command names no program.",
    ),
    (
        WORK + 'web_url = "http://example.com/{session}"',
        "config.toml: [profiles.work] web_url must begin with https://.",
    ),
    (
        WORK + 'web_url = "https://example.com/inbox"',
        "config.toml: [profiles.work] web_url must have {session} once, behind the host, and no"
        " other braces.",
    ),
    (
        WORK.replace("work", "Work"),
        "config.toml: [profiles] has a profile 'Work': names are lower-case letters, digits,"
        " '-' and '_'.",
    ),
    (
        'default_profile = "wrok"\n' + WORK,
        "config.toml: default_profile names 'wrok', and there is no such profile;"
        " did you mean 'work'?",
    ),
    (
        'notify_queries = "Unread, Frustated"',
        "config.toml: notify_queries names 'Frustated', and there is no such saved query;"
        " did you mean 'Frustrated'?",
    ),
    (
        'notify_queries = "Unread"\n[queries]\nOpen = "unread:"',
        "config.toml: notify_queries names 'Unread', and there is no such saved query.",
    ),
    (
        'default_profile = "demo-gp"',
        "config.toml: default_profile names 'demo-gp', and there is no such profile;"
        " did you mean 'demo-gpt'?",
    ),
    (
        '[queries]\nOpen = "unread: lable:refund"',
        "config.toml: [queries] Open cannot be read: “lable:” is no filter; did you mean 'label'?",
    ),
    (
        'default_profile = "work"',
        "config.toml: default_profile names 'work', and there is no such profile.",
    ),
]

VARIABLE_PROBLEMS = [
    ("RUNNEL_THEM", "x", "RUNNEL_THEM is not a setting; did you mean RUNNEL_THEME?"),
    ("RUNNEL_THEME__DARK", "x", "RUNNEL_THEME__DARK is not a setting; did you mean RUNNEL_THEME?"),
    ("RUNNEL_PROFILES", SECRET, "RUNNEL_PROFILES cannot hold a table."),
    ("RUNNEL_PROFILES__WORK", SECRET, "RUNNEL_PROFILES__WORK cannot hold a table."),
    ("RUNNEL_KEYS", "x", "RUNNEL_KEYS cannot hold a table."),
    (
        "RUNNEL_PROFILES__WORK__TOKN",
        SECRET,
        "RUNNEL_PROFILES__WORK__TOKN is not a setting; did you mean RUNNEL_PROFILES__WORK__TOKEN?",
    ),
    (
        "RUNNEL_PROFILES__WORK__EMAIL",
        "me",
        "RUNNEL_PROFILES__WORK__EMAIL belongs to hardwire profiles, and 'work' speaks gpt-trainer.",
    ),
    (
        "RUNNEL_PROFILES__WORK__HOST",
        "chatwise",
        "RUNNEL_PROFILES__WORK__HOST must be gpt-trainer, chatwize or aichatbothub;"
        " did you mean 'chatwize'?",
    ),
    (
        "RUNNEL_PROFILES__WORK__API",
        "hardwired",
        "RUNNEL_PROFILES__WORK__API must be gpt-trainer or hardwire; did you mean 'hardwire'?",
    ),
    (
        "RUNNEL_PROFILES__WROK__TOKEN",
        SECRET,
        "RUNNEL_PROFILES__WROK__TOKEN: the profile 'wrok' needs 'api': gpt-trainer or hardwire.",
    ),
    (
        "RUNNEL_DEFAULT_PROFILE",
        "wrok",
        "RUNNEL_DEFAULT_PROFILE names 'wrok', and there is no such profile; did you mean 'work'?",
    ),
]


class TestProblems:
    @each_row(("toml", "sentence"), FILE_PROBLEMS)
    def test_a_problem_of_the_file_is_one_sentence_with_its_place(
        self, configure: Configure, toml: str, sentence: str
    ) -> None:
        assert refusal(configure, toml) == sentence

    @pytest.mark.parametrize(("variable", "value", "sentence"), VARIABLE_PROBLEMS)
    def test_a_problem_of_the_environment_names_its_variable(
        self, configure: Configure, variable: str, value: str, sentence: str
    ) -> None:
        assert refusal(configure, WORK, **{variable: value}) == sentence

    @each_row(
        ("toml", "place"),
        [
            ("theme = 3", "Line 1, column 1"),
            (f"\n  [profiles.work]\n{WORK[16:]}  tokn = 3", "Line 5, column 3"),
            (WORK + "[profiles.Wrok]\n", "Line 4, column 11"),
            (WORK + LAB.replace('email = "me@x.example"', ""), "Line 4, column 11"),
            (
                'profiles.work = { api = "gpt-trainer", host = "tokn = 3", tokn = "x" }',
                "Line 1, column 59",
            ),
        ],
    )
    def test_the_hint_tells_where_in_the_file_it_stands(
        self, configure: Configure, tmp_path: Path, toml: str, place: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            configure(toml)
        assert caught.value.hint.startswith(f"{place} of {tmp_path / 'config.toml'}.")

    def test_of_several_problems_the_hint_tells_where_all_are_listed(
        self, configure: Configure
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            configure("them = 3\nproxy = 3\nca_file = 3\n")
        assert "'them'" in caught.value.sentence
        assert caught.value.hint.endswith(" 2 more: runnel config check lists them all.")

    def test_names_in_a_sentence_are_safe_to_draw(self, configure: Configure) -> None:
        assert "\x1b" not in refusal(configure, '"\\u001b]52;c;x" = 1')

    def test_a_default_among_the_embedded_profiles_needs_no_other(
        self, configure: Configure
    ) -> None:
        assert configure('default_profile = "demo-gpt"').settings.default_profile == "demo-gpt"
