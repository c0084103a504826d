"""Optional parts of a backend that does all of them itself, by the names of those it offers."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import cast

from tui.backends.base import (
    AccountSignIn,
    Backend,
    BotPreference,
    MessageDeletion,
    PlainTexts,
    SessionDeletion,
    Titles,
    WholeAnswers,
    WorkflowRunner,
)

OFFERS = frozenset({"session_deletion", "plain_texts", "bot_preference", "sign_in"})


@dataclass(repr=False)
class OptionalParts(Backend):
    _: KW_ONLY
    offers: frozenset[str] = OFFERS

    def _offered(self, part: str) -> OptionalParts | None:
        return self if part in self.offers else None

    @property
    def session_deletion(self) -> SessionDeletion | None:
        return cast("SessionDeletion | None", self._offered("session_deletion"))

    @property
    def message_deletion(self) -> MessageDeletion | None:
        return cast("MessageDeletion | None", self._offered("message_deletion"))

    @property
    def plain_texts(self) -> PlainTexts | None:
        return cast("PlainTexts | None", self._offered("plain_texts"))

    @property
    def whole_answers(self) -> WholeAnswers | None:
        return cast("WholeAnswers | None", self._offered("whole_answers"))

    @property
    def titles(self) -> Titles | None:
        return cast("Titles | None", self._offered("titles"))

    @property
    def workflows(self) -> WorkflowRunner | None:
        return cast("WorkflowRunner | None", self._offered("workflows"))

    @property
    def bot_preference(self) -> BotPreference | None:
        return cast("BotPreference | None", self._offered("bot_preference"))

    @property
    def sign_in(self) -> AccountSignIn | None:
        return cast("AccountSignIn | None", self._offered("sign_in"))
