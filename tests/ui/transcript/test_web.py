from __future__ import annotations

from tests.ui.harness import stage
from tests.ui.talks import opened, talk
from tests.ui.terminal.desktop import Desktop
from tui.model import Profile
from tui.ui.dialogs.confirm import ConfirmScreen

WEB_URL = "https://app.example.com/inbox/{session}"


async def test_o_opens_the_session_where_the_profile_says_after_showing_the_address(
    desktop: Desktop,
) -> None:
    profile = Profile("test", "gpt-trainer", "http://127.0.0.1:1", web_url=WEB_URL)
    async with stage(talk(), profile=profile) as it:
        it.transcript.focus()
        await it.press("o")
        await it.until(lambda: it.toasts == ["Nothing was asked here yet."])
        await opened(it)
        await it.press("o")
        await it.until(
            lambda: (
                isinstance(it.app.screen, ConfirmScreen)
                and "https://app.example.com/inbox/s" in it.drawn
            )
        )
        await it.press("y")
        await it.until(lambda: desktop.opened_by() == "https://app.example.com/inbox/s")


async def test_without_an_address_in_the_profile_o_says_what_it_wants() -> None:
    async with stage(talk()) as it:
        await opened(it)
        await it.press("o")
        await it.until(lambda: len(it.toasts) == 1)
        assert "web_url" in it.toasts[0]
        assert it.app.screen is it.chat
