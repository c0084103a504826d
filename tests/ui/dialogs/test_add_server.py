from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from textual.widgets import Input

from tests.ui.dialogs.add_server_form import BOTS, KEY, Form, ScriptedAdding, form
from tests.ui.painting import unpainted
from tests.ui.test_contrast import SHIPPED, illegible
from tui.errors import AccessRefused, RunnelError, SettingsError, Unreachable
from tui.model import Bot
from tui.safe_text import SafeText
from tui.settings import SecretPlace
from tui.settings.servers import (
    SERVER_KINDS,
    NewServer,
)
from tui.ui.dialogs.add_server import AddServerScreen
from tui.ui.dialogs.server_steps import AddressField, KindList


async def test_each_step_leads_to_the_next_and_the_last_adds_what_was_told() -> None:
    adding = ScriptedAdding()
    async with form(adding, opened_by=("f4", "up", "enter")) as it:
        for kind in SERVER_KINDS:
            assert kind.title in it.drawn
        await it.press("down")
        await it.at_secret()
        await it.shows(
            "✓ Server     Chatwize", "Account, “API keys”", "Enter check · Shift+Tab back"
        )
        await it.paste(KEY)
        await it.press("enter")
        await it.shows("✓ Key        accepted · 2 chatbots", "[b]en  private", "Keep the key")
        # the one that the account prefers is taken; the filter finds others
        await it.press("a", "n", "n", "tab", "down", "tab", "ctrl+u", "x", "enter")
        await it.until(lambda: it.app.screen is it.chat)
        assert "Profile 'test' added to config.toml." in it.notice
        assert "Its key is kept well." in it.notice
    assert adding.checked == [(NewServer(SERVER_KINDS[1], "https://app.chatwize.ai"), KEY)]
    assert adding.added == [("a", "x", SecretPlace.FILE)]


async def test_the_palette_opens_the_form_too() -> None:
    async with form(ScriptedAdding(), opened_by=("f4", "up", "enter")) as it:
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
        assert await it.app.front.catalogue.run("app.add-server")
        await it.shows("1 of 3")


async def test_the_only_bot_is_chosen_by_itself() -> None:
    adding = ScriptedAdding(bots=BOTS[:1])
    async with form(adding) as it:
        await it.at_bots()
        await it.shows("✓ Chatbot    Ann")
        assert "type to filter" not in it.drawn
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat)
    assert adding.added == [("a", "mine", SecretPlace.KEYRING)]


REFUSED = AccessRefused("The server rejected this API key.", hint="Check it.")
LOST = Unreachable("Cannot reach https://app.gpt-trainer.com.", hint="Start it.")


@pytest.mark.parametrize("error", [REFUSED, LOST])
async def test_what_the_server_does_not_take_keeps_the_form_with_the_reason_and_the_text(
    error: RunnelError,
) -> None:
    adding = ScriptedAdding(refusals=[error, error])
    async with form(adding) as it:
        await it.at_secret()
        await it.paste("mistyped")
        for _ in range(2):
            await it.press("enter")
            await it.shows(f"✗ {error.sentence} {error.hint}")
            assert it.value == "mistyped"
        await it.paste(KEY)
        # the reason is not that of what is entered now
        assert "✗" not in it.drawn
        await it.press("enter")
        await it.shows("3 of 3")
        assert "✗" not in it.drawn
    assert [secret for _, secret in adding.checked] == ["mistyped", "mistyped", KEY]


async def test_an_address_at_which_nothing_answers_is_told_before_a_secret_is_asked_for() -> None:
    adding = ScriptedAdding(unreachable=LOST)
    async with form(adding) as it:
        await it.at_secret()
        await it.shows("✗ Server     GPT-trainer", f"✗ {LOST.sentence} {LOST.hint}")
        await it.paste(KEY)
        assert LOST.sentence not in it.drawn
        adding.unreachable = None
        await it.press("shift+tab", "enter")
        await it.shows("2 of 3", "✓ Server     GPT-trainer")
        assert it.value == KEY
        await it.press("enter")
        await it.shows("3 of 3")


async def test_an_account_without_bots_says_what_to_do() -> None:
    async with form(ScriptedAdding(bots=())) as it:
        await it.at_secret()
        await it.paste(KEY)
        await it.press("enter")
        await it.shows("This account has no chatbot yet. Make one, then press Enter.")


async def test_a_profile_that_cannot_be_written_keeps_the_form_with_the_reason() -> None:
    full = SettingsError("config.toml cannot be written: No space left on device.")
    adding = ScriptedAdding(failures=[full])
    async with form(adding) as it:
        await it.at_bots()
        await it.press("enter")
        await it.shows(f"✗ {full.sentence}")
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat)
    assert len(adding.added) == 2


async def test_nothing_typed_is_lost_on_the_way_back() -> None:
    adding = ScriptedAdding()
    async with form(adding) as it:
        await it.press("up", "up", *"lab.example", "enter")
        await it.shows("2 of 3", "✓ Server     lab.example", "E-mail", "Password")
        await it.press(*"me@x.example", "enter", *KEY, "shift+tab")
        assert it.value == "me@x.example"
        await it.press("shift+tab")
        await it.shows("1 of 3", "lab.example")
        await it.press("enter")
        await it.shows("2 of 3", "me@x.example")
        assert it.value == KEY, "the e-mail is told; the focus is where the hidden text goes"
        await it.press("enter")
        await it.shows("✓ Sign-in    me@x.example · 2 chatbots")
        await it.press("up", "tab", "down", "tab", "ctrl+u", *"lab", *["shift+tab"] * 3)
        await it.shows("2 of 3")
        assert it.value == KEY
        await it.press("enter")
        await it.shows("3 of 3")
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat)
    server = NewServer(SERVER_KINDS[3], "lab.example", "me@x.example")
    assert adding.checked == [(server, KEY)] * 2
    assert adding.added == [("a", "lab", SecretPlace.FILE)]


async def test_enter_in_the_e_mail_never_sends_what_may_be_a_password() -> None:
    adding = ScriptedAdding()
    async with form(adding) as it:
        await it.press("up", "up", *"lab.example", "enter")
        await it.shows("2 of 3")
        await it.press("enter", *"me@x.example", "enter", *KEY, "shift+tab", "enter")
        assert it.value == KEY
        assert adding.checked == []


async def test_a_key_that_is_pasted_where_it_would_be_shown_is_not_put_in() -> None:
    token = f"eyJhbGciOi.{'x' * 80}.{'y' * 40}"
    async with form(ScriptedAdding()) as it:
        await it.press("up")
        colons = ("sk-live:abc/def", "a1b2/c3d4+e5==", "user:pa55:word", f"k.{'e' * 80}:1/2")
        for key in (KEY, token, *colons):
            await it.press("x", "backspace")
            assert "✗" not in it.drawn
            await it.paste(key)
            await it.shows("That is no address, so it was not put in. The key comes next.")
            assert it.value == ""
        for address in (
            "localhost",
            "http://127.0.0.1:1",
            "chat.example.com",
            "[::1]:80",
            "box:8080/a",
        ):
            await it.paste(f" {address}\n")
            assert it.value == address
            await it.press("ctrl+u")
        await it.press(*"nonsense", "enter")
        await it.shows("✗ “nonsense” is not the address")


async def test_what_is_too_long_for_a_key_is_told_and_not_put_in() -> None:
    adding = ScriptedAdding()
    async with form(adding) as it:
        for step in (1, 2):
            await it.paste("k" * 2_500_000)
            await it.shows(f"{step} of 3", "No key is as long as that, so it was not put in.")
            await it.press("enter")
        assert it.value == ""
    assert adding.checked == []


async def test_a_long_name_leaves_room_for_the_rest_of_the_form() -> None:
    long = [Bot("a", SafeText("Very long " * 400)), Bot("b", SafeText("Short"))]
    for bots in (long, long[:1]):
        async with form(ScriptedAdding(bots=bots)) as it:
            await it.at_bots()
            await it.shows("Very long", "Keep the key", "Name", "Enter add")
            assert ("Short" in it.drawn) is (len(bots) == 2)


async def test_a_key_that_is_pasted_over_the_products_goes_where_nobody_sees_it() -> None:
    adding = ScriptedAdding()
    async with form(adding) as it:
        await it.paste(f"{KEY[:4]}\n  {KEY[4:]}\n")
        await it.shows("2 of 3")
        assert it.value == KEY
        await it.press("x", "enter")
        await it.shows("3 of 3")
    assert adding.checked[0][1] == f"{KEY}x"


@pytest.mark.parametrize("leaving", ["escape", "ctrl+c"])
async def test_what_is_being_written_cannot_be_left_halfway(leaving: str) -> None:
    adding = ScriptedAdding(writing=asyncio.Event())
    async with form(adding) as it:
        await it.at_bots()
        await it.press("enter", "enter")
        await it.shows("Writing …")
        await it.press(leaving)
        assert isinstance(it.app.screen, AddServerScreen)
        assert adding.writing is not None
        adding.writing.set()
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: "added to config.toml" in it.notice)
    assert len(adding.added) == 1


async def test_keys_act_once_and_escape_leaves_while_the_server_looks() -> None:
    adding = ScriptedAdding(gate=asyncio.Event())
    async with form(adding) as it:
        await it.at_secret()
        await it.paste(KEY)
        await it.press("enter", "enter", "enter")
        await it.shows("Checking …")
        assert len(adding.checked) == 1
        await it.press("shift+tab")
        await it.shows("1 of 3")
        await it.press("enter")
        await it.shows("2 of 3")
        await it.press("enter")
        await it.shows("Checking …")
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: adding.dropped > 0)
        assert it.notice == ""
    assert adding.added == []


async def test_all_of_the_form_can_be_read_in_every_theme() -> None:
    faults: set[str] = set()

    async def look(it: Form, step: str, themes: Sequence[str]) -> None:
        for theme in themes:
            it.app.theme_switch.show(theme)
            with unpainted():
                await it.pilot.pause()
            faults.update(f"{theme}, {step}: {fault}" for fault in illegible(it, theme))

    async with form(ScriptedAdding(refusals=[REFUSED])) as it:
        await it.at_secret()
        await it.paste("wrong")
        await it.press("enter")
        await it.shows("✗")
        await look(it, "refused", SHIPPED)
        await it.paste(KEY)
        await it.press("enter")
        await it.shows("3 of 3")
        await it.press("tab")
        # from the one that is shown: another takes longest
        await look(it, "place", SHIPPED[::-1])
    assert not faults, "\n".join(sorted(faults))


@pytest.mark.parametrize("size", [(60, 20), (24, 8), (10, 5)])
async def test_the_form_can_be_filled_in_at_every_size(size: tuple[int, int]) -> None:
    adding = ScriptedAdding(refusals=[REFUSED])
    async with form(adding, size) as it:
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.focused, Input))
        await it.paste("wrong")
        assert it.app.focused is not None
        assert it.app.screen.region.overlaps(it.app.focused.region)
        await it.press("enter")
        await it.until(lambda: "✗" in it.drawn)
        await it.paste(KEY)
        await it.press("enter")
        await it.until(lambda: len(adding.checked) == 2 and it.value == "")
        for _ in range(2):
            await it.press("tab")
            assert it.app.screen.region.overlaps(it.app.focused.region)
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat)
    assert adding.added == [("b", "mine", SecretPlace.KEYRING)]


TYPED_OVER_THE_HOSTS: Sequence[tuple[str, str, str | None]] = (
    ("c", "Chatwize", None),
    ("ai ch", "AI Chatbot Hub", None),
    ("GPT", "GPT-trainer", None),
    ("hard", "HardWire", ""),
    ("other", "Other white label", ""),
    ("hardwirelab.example", "HardWire", "lab.example"),
    ("http://lab", "HardWire", "http://lab"),
    # what is no name may be a key
    ("gt-1234", "GPT-trainer", None),
)
"""With the title of the kind it leads to, and the address that is begun."""


async def test_letters_over_the_hosts_find_one_and_begin_an_address_where_it_takes_one() -> None:
    names = {" ": "space", ".": "full_stop", ":": "colon", "/": "slash", "-": "minus"}
    async with form(ScriptedAdding()) as it:
        for typed, title, address in TYPED_OVER_THE_HOSTS:
            screen = it.app.screen
            assert isinstance(screen, AddServerScreen)
            await it.press(*(names.get(each, each) for each in typed))
            kinds = screen.query_one(KindList)
            assert kinds.kind.title == title
            field = screen.query_one(AddressField)
            assert (field.value if field.display and not kinds.kind.base_url else None) == address
            assert ("No name in this list" in it.drawn) is (typed == "gt-1234")
            # a new one has nothing typed in it
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)
            assert await it.app.front.catalogue.run("app.add-server")
            await it.until(lambda: isinstance(it.app.screen, AddServerScreen))
