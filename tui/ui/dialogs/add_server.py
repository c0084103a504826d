"""Form that adds a server in three steps, each checked before the next."""

from __future__ import annotations

import enum
from collections.abc import Awaitable

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from tui.errors import BadInput, RunnelError
from tui.settings.servers import AddedServer, CheckedServer, NewServer, ServerAdding
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.place_list import PlaceList
from tui.ui.dialogs.reason import ReasonLine
from tui.ui.dialogs.secret_field import SecretField
from tui.ui.dialogs.server_facts import facts_of
from tui.ui.dialogs.server_steps import AddressField, BotStep, HostStep, KindList, SecretStep
from tui.ui.key_bindings import name_keys
from tui.ui.key_routing import Letters
from tui.ui.widgets.plain_text import Plain


class Step(enum.IntEnum):
    HOST = 1
    SECRET = 2
    BOT = 3


class AddServerScreen(Dialog[AddedServer]):
    """Returns what was added, `None` when nothing was; what is typed stays from step to step."""

    DEFAULT_CSS = """
    AddServerScreen {
        & HostStep, & SecretStep, & BotStep { height: auto; }
        & .facts { color: $foreground-muted; display: none; &.-shown { display: block; } }
        & .where { color: $foreground-muted; margin: 1 0 0 0; }
        & .keep { color: $foreground-muted; margin: 1 0 0 0; }
        & SecretStep, & BotStep, & HostStep > FieldRow, & BotStep > .name { margin: 1 0 0 0; }
        & BotStep > ChoiceList { max-height: 10; }
        &.-low .where, &.-low .keep, &.-low FieldRow, &.-low SecretStep, &.-low BotStep {
            margin: 0;
        }
        &.-tiny .where, &.-tiny .keep, &.-tiny FieldRow, &.-tiny SecretStep, &.-tiny BotStep {
            margin: 0;
        }
        &.-low BotStep > ChoiceList { max-height: 5; }
        &.-tiny .facts, &.-tiny .where, &.-tiny .keep, &.-slim .facts { display: none; }
        &.-tiny Input, &.-slim Input { dock: none; }
        &.-slim FieldRow > .label { display: none; }
    }
    """

    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("shift+tab", "back", "Back", show=False),
    ]

    letters = Letters.SECRET

    def __init__(self, adding: ServerAdding) -> None:
        super().__init__()
        self._adding = adding
        self._step = Step.HOST
        self._server: NewServer | None = None
        self._checked: CheckedServer | None = None
        self._host = HostStep(adding.kinds)
        self._secret = SecretStep()
        self._bot = BotStep()
        self._reason = ReasonLine()
        self._is_writing = False
        self._is_unreachable = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box", can_focus=False):
            yield Plain("", classes="title")
            yield Plain("", classes="facts")
            yield self._host
            yield self._secret
            yield self._bot
            yield self._reason
            yield self.hint("")

    def on_mount(self) -> None:
        self._go_to(Step.HOST)

    async def on_unmount(self) -> None:
        await self._adding.drop()

    # Steps

    def _go_to(self, step: Step) -> None:
        self._step = step
        for each, part in self._parts.items():
            part.display = each is step
        self.query_one(".title", Plain).update(f"Add a server · {step} of {len(Step)}")
        self._tell_facts()
        self.query_one(".hint", Plain).update(name_keys(_KEYS[step], self))
        self._reason.tell("")
        self._parts[step].field_to_fill.focus()

    def _tell_facts(self) -> None:
        facts = self.query_one(".facts", Plain)
        server = self._server if self._step > Step.HOST else None
        checked = self._checked if self._step > Step.SECRET else None
        told = facts_of(server, checked, is_unreachable=self._is_unreachable)
        facts.update("\n".join(told))
        facts.set_class(self._step > Step.HOST, "-shown")

    @property
    def _parts(self) -> dict[Step, HostStep | SecretStep | BotStep]:
        return {Step.HOST: self._host, Step.SECRET: self._secret, Step.BOT: self._bot}

    def _run(self, work: Awaitable[None], words: str) -> None:
        """Do what takes its time; whatever makes it impossible is told here."""
        self._reason.tell(words)
        # with a description: Textual would write out what the work was given
        self.run_worker(self._guarded(work), group="step", description=words, exclusive=True)

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except RunnelError as error:
            self._reason.refuse(error)
            if self._step is Step.SECRET:
                # another one takes its place
                self._secret.secret_field.action_select_all()

    @property
    def _is_busy(self) -> bool:
        return any(not worker.is_finished for worker in self.workers if worker.group == "step")

    # Step 1

    @on(KindList.OptionSelected)
    def take_kind(self, event: KindList.OptionSelected) -> None:
        if isinstance(event.option_list, KindList):
            event.stop()
            self._take_host()

    @on(KindList.Written)
    def write_address(self, event: KindList.Written) -> None:
        """Let what is typed over the list go on where that makes sense."""
        kinds = self._host.kinds
        is_name = not event.is_pasted and bool(kinds.typed or kinds.kind.base_url)
        self._reason.tell("")
        if is_name and kinds.go_on_with(event.text):
            return
        kind = kinds.kind
        if not kind.base_url:
            address = self._host.address_field
            address.focus()
            if event.is_pasted:
                address.take_paste(event.text)
            else:
                address.put_in(kinds.take_typed() + event.text)
        elif not event.is_pasted:
            # not into the address of another one: it may be a key, and would be shown
            self._reason.refuse(_NO_NAME)
        elif not kind.account_noun:
            # a key in the clipboard: it goes where nobody sees it
            self._secret.secret_field.noun = kind.secret_noun
            self._secret.secret_field.value = ""
            self._secret.secret_field.put_in(event.text)
            if self._secret.secret_field.secret:
                self._take_host()

    @on(SecretField.TooLong)
    @on(AddressField.LooksSecret)
    def refuse_entry(self, event: SecretField.TooLong | AddressField.LooksSecret) -> None:
        self._reason.refuse(event.reason)

    def _take_host(self) -> None:
        kind, address = self._host.kinds.kind, self._host.address_field
        if not kind.base_url and not address.value.strip():
            # an empty line is a slip, not an answer
            address.focus()
            return
        if not self._is_busy:
            self._run(self._settle_host(), "Looking …")

    async def _settle_host(self) -> None:
        kind = self._host.kinds.kind
        base_url = await self._adding.base_url(kind, self._host.address_field.value)
        self._server, self._is_unreachable = NewServer(kind, base_url), False
        self._secret.ask_for(kind)
        self._go_to(Step.SECRET)
        # nobody waits for it: the key may be typed already, and would stand in the address
        self.run_worker(self._reach(self._server), group="reach", exclusive=True)

    async def _reach(self, server: NewServer) -> None:
        try:
            await self._adding.reach(server)
        except RunnelError as error:
            if self._server is server and self._step is Step.SECRET and not self._is_busy:
                self._is_unreachable = True
                self._tell_facts()
                self._reason.refuse(error)

    # Step 2

    def _take_secret(self) -> None:
        account, secret = self._secret.account, self._secret.secret_field
        if account.display and not account.field.value.strip():
            account.field.focus()
        elif not secret.secret or not secret.has_focus:
            # what is typed next may be the secret
            secret.focus()
        elif not self._is_busy:
            self._run(self._check(), "Checking …")

    async def _check(self) -> None:
        assert self._server is not None
        account = self._secret.account
        who = account.field.value.strip() if account.display else ""
        server = NewServer(self._server.kind, self._server.base_url, who)
        checked = await self._adding.check(server, self._secret.secret_field.secret)
        if not checked.bots:
            noun = checked.bot_noun
            raise BadInput(f"This account has no {noun} yet.", hint="Make one, then press Enter.")
        self._server, self._checked, self._is_unreachable = server, checked, False
        self._bot.offer(checked)
        self._go_to(Step.BOT)

    # Step 3

    def on_input_changed(self, event: Input.Changed) -> None:
        self._reason.end_refusal()
        if event.input is self._bot.filter.field and self._checked is not None:
            self._bot.show_bots(event.value)

    def _take_bot(self) -> None:
        if not self._is_busy:
            self._run(self._add(), "Writing …")

    async def _add(self) -> None:
        assert self._checked is not None
        bot_id = self._bot.bot_id
        if not bot_id:
            raise BadInput("Nothing matches.", hint="Type less to see more.")
        name = self._bot.profile.field.value.strip()
        self._is_writing = True
        try:
            added = await self._adding.add(self._checked, bot_id, name, self._bot.places.place)
        finally:
            self._is_writing = False
        self.dismiss(added)

    # Keys

    @on(Input.Submitted)
    @on(PlaceList.OptionSelected)
    def enter(self, event: Message) -> None:
        event.stop()
        match self._step:
            case Step.HOST:
                self._take_host()
            case Step.SECRET:
                self._take_secret()
            case Step.BOT:
                self._take_bot()

    def action_move(self, step: int) -> None:
        """Move the cursor of the list that the field in focus belongs to."""
        options = {Step.HOST: self._host.kinds, Step.BOT: self._bot.bots}.get(self._step)
        if options is not None and step < 0:
            options.action_cursor_up()
        elif options is not None:
            options.action_cursor_down()

    def action_back(self) -> None:
        """Go to the field before, and from the first one to the step before."""
        if self.focused is not self._parts[self._step].first_field:
            self.focus_previous()
        elif self._step > Step.HOST:
            for group in ("step", "reach"):
                self.workers.cancel_group(self, group)
            self._go_to(Step(self._step - 1))

    def dismiss(self, result: AddedServer | None = None) -> AwaitComplete:
        # between the secret and the file there is no way back
        return AwaitComplete() if self._is_writing else super().dismiss(result)


_NO_NAME = BadInput(
    "No name in this list begins so.", hint="An address goes to a row “at an address of its own”."
)
_KEYS = {
    Step.HOST: "Up/Down choose · Enter next · {dialog.close} cancel",
    Step.SECRET: "Enter check · Shift+Tab back · {dialog.close} cancel",
    Step.BOT: "Enter add · Tab next · Shift+Tab back · {dialog.close} cancel",
}
