from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.settings import Settings, checked_settings, read_source
from tui.settings.appearance import Appearance, appearance_of


@dataclass(frozen=True)
class Loaded:
    """What a start makes of the configuration."""

    settings: Settings
    looks: Appearance
    notices: tuple[str, ...]
    folder: Path


Configure = Callable[..., Loaded]

WORK = '[profiles.work]\napi = "gpt-trainer"\nhost = "chatwize"\n'
LAB = (
    '[profiles.lab]\napi = "hardwire"\nbase_url = "http://localhost:3026"\nemail = "me@x.example"\n'
)
SECRET = "s3cret-never-shown"


def loaded(theme: str | None = None) -> Loaded:
    source = read_source()
    looks = appearance_of(source, theme)
    return Loaded(checked_settings(source), looks, source.file.notices, source.folder)


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    def load(toml: str, *, theme: str | None = None, **variables: str) -> Loaded:
        path = tmp_path / "config.toml"
        path.write_text(toml, encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setenv("RUNNEL_CONFIG", str(path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return loaded(theme)

    return load
