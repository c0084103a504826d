"""Settings: the keys of `config.toml` and the values they may have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from tui.settings.appearance import DEFAULT_NOTIFY, NOTIFY
from tui.settings.profiles import AnyProfile
from tui.settings.sources import Table

NOTHING, TRANSCRIPT = ON_EXIT = ("nothing", "transcript")
"""What of the open session stays in the terminal when the app has ended."""


def _one_of(names: Sequence[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise PydanticCustomError("unknown_name", "is not known", {"known": list(names)})
        return name

    return AfterValidator(check)


Notify = Annotated[str, _one_of(NOTIFY)]
OnExit = Annotated[str, _one_of(ON_EXIT)]


def _checked_query(text: str) -> str:
    # with the first query that is configured, not with every start
    from tui.query import QueryError, parse

    try:
        parse(text)
    except QueryError as error:
        raise PydanticCustomError(
            "query", "cannot be read: {why}", {"why": error.sentence.rstrip(".")}
        ) from None
    return text


QueryName = Annotated[str, StringConstraints(min_length=1, max_length=30)]
SavedQuery = Annotated[str, AfterValidator(_checked_query)]
_PROFILE_NAME = r"^[a-z0-9_-]+$"
ProfileName = Annotated[str, StringConstraints(pattern=_PROFILE_NAME)]


def is_profile_name(name: str) -> bool:
    """Say whether a profile may have this name."""
    return re.fullmatch(_PROFILE_NAME, name) is not None


class Settings(BaseSettings):
    """Everything that can be configured. Secrets stay sealed until a backend asks for them."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    default_profile: str = ""
    theme: str = ""
    """Only checked here: `Appearance` has it before."""
    proxy: SecretStr = SecretStr("")
    """Goes before the proxy of the environment; its address may hold a password."""
    ca_file: str = ""
    """Certificates of authorities to believe beside the usual ones."""
    notify: Notify = DEFAULT_NOTIFY
    """When an answer ends that nobody looks at."""
    terminal_title: bool = True
    """Only checked here, as `notify`: the first frame has them before."""
    copy_on_select: bool = True
    """Only checked here, as `notify`."""
    on_exit: OnExit = NOTHING
    keep_questions: bool = True
    """What was asked is there for Up and Ctrl+R at the next start."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Only checked here, as `theme`."""
    queries: dict[QueryName, SavedQuery] | None = None
    """Stand above the session list in place of those that are there by themselves."""
    profiles: dict[ProfileName, AnyProfile] = Field(default_factory=dict)


def settings_from(*tables: Table) -> Settings:
    """Return the settings that stand in these tables, where the first ones go before the others.

    Raises:
        ValidationError: a key is unknown, or a value is none that it may have.
    """

    class TabledSettings(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            # the stock environment source reads JSON into values, so a password of digits would be
            # a number, and it knows no profile names with hyphens
            return tuple(InitSettingsSource(settings_cls, table) for table in tables)

    return TabledSettings()
