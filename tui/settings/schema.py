"""Settings: the keys of `config.toml` and the values they may have."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from tui.settings.profiles import AnyProfile

ProfileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]


class Settings(BaseModel):
    """Everything that can be configured. Secrets stay sealed until a backend asks for them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    default_profile: str = ""
    theme: str = ""
    """Only checked here: `Appearance` has it before."""
    proxy: SecretStr = SecretStr("")
    """Goes before the proxy of the environment; its address may hold a password."""
    ca_file: str = ""
    """Certificates of authorities to believe beside the usual ones."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Only checked here, as `theme`."""
    profiles: dict[ProfileName, AnyProfile] = Field(default_factory=dict)
