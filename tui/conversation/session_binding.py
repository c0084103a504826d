"""Session binding: ties a conversation to its session, made with the first send."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.conversation.account import Account
from tui.conversation.session_index import ToldVersion
from tui.errors import BadInput, CustomersSession, NoBotChosen, NotFound
from tui.model import Message, Session, new_own_id
from tui.safe_text import SafeText, clean_line
from tui.store import TITLE_CHARS, digest_of
from tui.values import replace


class SessionBinding:
    """The session of a conversation, its place in the session list, and its draft.

    `on_listed` is called with every new id that the session list knows it by. With `asks` it is
    that bot which answers, whichever is picked.
    """

    def __init__(
        self,
        account: Account,
        session_id: str | None,
        on_listed: Callable[[], None],
        asks: str = "",
    ) -> None:
        self.session_id = session_id
        """`None` until the first send makes the session."""
        self._own_id = ""
        if session_id is not None and session_id in account.unmade:
            self.session_id, self._own_id = None, session_id
        self._account = account
        self._on_listed = on_listed
        self.is_gone = False
        """The server was asked for its history, and knows no such session any more."""
        # another bot with other sessions may be picked while an answer comes
        self.bot_id = asks or account.bot_id
        self._asks = asks
        self.index = account.session_index_of(asks) if asks else account.session_index
        """The session list in which the session stands."""
        self._was_asked_in = False
        """The history has a question that was asked from here."""

    @property
    def id(self) -> str:
        """The session's id, one of ours while a first question has none; empty before that."""
        return self.session_id or self._own_id

    @property
    def draft(self) -> str:
        return self._account.local.draft(self.id)

    @draft.setter
    def draft(self, text: str) -> None:
        self._account.local.save_draft(self.id, text)

    @property
    def is_customers(self) -> bool:
        """Somebody else began it, and nobody decided yet that questions from here stand in it."""
        if self.session_id is None or self.is_gone or self._was_asked_in:
            return False
        account = self._account
        is_ours = account.local.marks.of(self.session_id).is_ours
        return account.backend.capabilities.operators and not is_ours

    def ask_here(self) -> None:
        """Let questions be asked in it from now on, whoever began it."""
        if self.is_customers:
            self._account.local.marks.note_ours(self.id)

    def require_ours(self) -> None:
        """Make sure that a question may be asked in it.

        Raises:
            CustomersSession: nobody has decided that.
        """
        if self.is_customers:
            raise CustomersSession(
                "This is a customer's session: a question would stand in it.",
                hint="Nothing was sent.",
            )

    @property
    def belongs_to_bot(self) -> bool:
        """No other bot answers in it than the one it was made for."""
        is_made = self.session_id is not None
        return is_made and self._account.backend.capabilities.sessions_belong_to_bot

    @property
    def lacks_bot(self) -> bool:
        """Nothing can be asked as long as no bot is settled."""
        return not self.bot_id and not self.belongs_to_bot

    @property
    def bot_name(self) -> SafeText:
        """Name of the bot that is asked; empty while it is not known."""
        return self._account.bot_name(self.bot_id)

    @property
    def is_of_checks(self) -> bool:
        """A suite or a comparison asks in it, and no person."""
        return bool(self._asks)

    def follow_bot(self) -> None:
        """Ask the bot that is picked now, unless the session belongs to another."""
        if not self.belongs_to_bot and not self._asks:
            self.bot_id, self.index = self._account.bot_id, self._account.session_index

    async def settle_bot(self) -> None:
        """Wait until it is known which bot is asked.

        Raises:
            BadInput: there is none.
            NoBotChosen: a person must pick one.
        """
        await self._account.settle()
        self.follow_bot()
        if not self.bot_id:
            noun = self._account.backend.capabilities.bot_noun
            if not self._account.bots:
                raise BadInput(f"There is no {noun} to ask.")
            raise NoBotChosen(
                f"No {noun} is chosen.", hint=f"Pick one, or set {noun} in the profile."
            )

    def take_own_id(self) -> None:
        """Be known by an id of ours as long as there is no other."""
        if not self.id:
            self._move(own_id=new_own_id())

    async def fetch_messages(self) -> Sequence[Message]:
        """Ask the server for the history of the session, which has been made.

        Raises:
            NotFound: it is gone.
        """
        assert self.session_id is not None
        try:
            messages = await self._account.backend.messages(self.session_id, self.bot_id)
        except NotFound:
            self.is_gone = True
            self.index.note_gone(self.session_id)
            raise
        self.is_gone = False
        self.index.note_found(self.session_id)
        return messages

    @property
    def version(self) -> ToldVersion | None:
        """Which state of the session the list told of last; `None` for none in this start."""
        return self.index.version(self.id)

    async def create(self, question: Message) -> Session:
        """Make the session at the server, and list it under the words of its first question."""
        session = await self._account.backend.create_session(self.bot_id)
        now = self._account.now()
        session = replace(
            session,
            title=session.title or clean_line(question.text, TITLE_CHARS),
            created_at=session.created_at or now,
            updated_at=now,
        )
        self._account.unmade.drop(self._own_id)
        self._move(session_id=session.id)
        self.ask_here()
        self._on_listed()
        self.index.put_first(session)
        return session

    def rename(self, title: SafeText) -> None:
        """Give the session the title that the server gave it."""
        self.index.rename(self.id, title)

    def note_history(self, messages: Sequence[Message]) -> None:
        """Let the session list know what has come to stand in the history."""
        self.index.digests.note(self.id, digest_of(messages))
        # of what came to stand there otherwise nobody here knows how
        self._was_asked_in |= any(each.origin is not None for each in messages)

    def note_asked(self) -> None:
        """Move the session to the head of the list, because a question reached the server."""
        if (session := self.index.find(self.id)) is not None:
            session = replace(session, updated_at=self._account.now(), gone_at=None)
            self.index.put_first(session)
            self.index.describe(session.id)

    def list_unmade(self, question: Message) -> None:
        """Keep a first question in reach whose session is not made yet, or could not be."""
        if self.session_id is None:
            self._on_listed()
            self._account.unmade.put(self.id, question, self._account.now())

    def unlist(self) -> None:
        """Keep in reach no more what another client has taken, where no session was made of it."""
        if self.session_id is None:
            self._account.unmade.drop(self._own_id)

    def release_own_id(self) -> None:
        """Be as if nothing had ever been asked, where no session was made of it."""
        if self.session_id is None:
            self._account.unmade.drop(self._own_id)
            self._move()

    def _move(self, *, session_id: str | None = None, own_id: str = "") -> None:
        """Be known by another id, and take along what is written meanwhile, and the pin."""
        old_id = self.id
        self.session_id, self._own_id = session_id, own_id
        self._account.local.move(old_id, self.id)
