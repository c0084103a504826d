"""Schema of `config.toml`: holds tables against the settings there are, and says what is wrong."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Union, get_type_hints

from msgspec import NODEFAULT
from msgspec.structs import fields
from pydantic import Field, StringConstraints, create_model
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from tui.settings.profiles import PROFILE_MODELS, PROFILE_NAME
from tui.settings.rules import Rule
from tui.settings.sources import Table
from tui.settings.values import Settings


def _check_query(text: str) -> None:
    # with the first query that is configured, not with every start
    from tui.query import QueryError, parse

    try:
        parse(text)
    except QueryError as error:
        raise ValueError(f"cannot be read: {error.sentence.rstrip('.')}") from None


QueryName = Annotated[str, StringConstraints(min_length=1, max_length=30)]
SavedQuery = Annotated[str, Rule(_check_query)]
ProfileName = Annotated[str, StringConstraints(pattern=PROFILE_NAME)]
_OneOfThem: Any = Union[tuple(PROFILE_MODELS.values())]  # noqa: UP007
AnyProfile = Annotated[_OneOfThem, Field(discriminator="api")]

_FORMS = {
    **get_type_hints(Settings, include_extras=True),
    "keys": dict[str, str],
    "queries": dict[QueryName, SavedQuery] | None,
    "profiles": dict[ProfileName, AnyProfile],
}


def _fields() -> dict[str, Any]:
    """Return the settings as the library takes them: name -> form and default."""
    return {
        each.name: (
            _FORMS[each.name],
            Field(default_factory=dict) if each.default is NODEFAULT else each.default,
        )
        for each in fields(Settings)
    }


class _Tabled(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid", hide_input_in_errors=True, validate_default=False
    )

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
        assert isinstance(init_settings, InitSettingsSource)
        tables = init_settings.init_kwargs["tables"]
        return tuple(InitSettingsSource(settings_cls, table) for table in tables)


@cache
def _model() -> type[BaseSettings]:
    # made once: it takes ten times as long as to hold tables against it
    return create_model("Settings", __base__=_Tabled, **_fields())


def settings_from(*tables: Table) -> Settings:
    """Return the settings that stand in these tables, where the first ones go before the others.

    Raises:
        ValidationError: a key is unknown, or a value is none that it may have.
    """
    # `tables` is none of its fields: its sources are made of them
    checked = _model()(tables=tables)
    return Settings(**{name: getattr(checked, name) for name in Settings.__struct_fields__})
