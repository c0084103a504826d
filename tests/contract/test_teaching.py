from __future__ import annotations

import pytest

from tests.contract.conftest import Place
from tests.fakes import present
from tui.errors import NotFound, NotOffered, ServerFailed
from tui.facts import SourceStatus
from tui.model import CitationsPart
from tui.server import Edition, EmbeddedServer
from tui.server.demo import CHATBOTS

BOT = CHATBOTS[0].id
PAGE = "https://shop.example/shipping"


async def test_what_a_bot_was_taught_it_answers_and_cites_until_that_is_taken_away(
    place: Place,
) -> None:
    async with place.backend() as backend:
        if place.api != "gpt-trainer":
            assert backend.teaching is None
            return
        teaching = present(backend.teaching)
        made = await teaching.teach(BOT, "Do you ship to Norway?", "Yes, within 5 days.", PAGE)
        assert (made.title, made.kind, made.link) == ("Do you ship to Norway?", "qa", PAGE)
        [listed] = await teaching.sources(BOT)
        assert (listed.id, listed.status) == (made.id, SourceStatus.READY)
        session = await backend.create_session(BOT)
        for question in ("do you ship to norway", "Do you ship to Sweden?"):
            async for _ in backend.stream(session.id, BOT, question):
                pass
        *_, taught, _, other = await backend.messages(session.id, BOT)
        assert taught.text == "Yes, within 5 days. [1.1]"
        [citations] = [part for part in taught.parts if isinstance(part, CitationsPart)]
        assert [each.title for each in citations.citations] == ["Do you ship to Norway?"]
        assert "Yes, within 5 days" not in other.text

        unread = await teaching.teach(BOT, "To Mars?", "No.", "https://mars.invalid/")
        newest, _ = await teaching.sources(BOT)
        assert (newest.id, newest.status) == (unread.id, SourceStatus.FAILED)
        assert "could not be read" in newest.reason
        for no_address in ("ftp://shop.example", "http://[", "https://?page"):
            with pytest.raises(ServerFailed, match="not a valid URL"):
                await teaching.teach(BOT, "To the moon?", "No.", no_address)
        for each in (made, unread):
            await teaching.delete_source(BOT, each.id)
        assert await teaching.sources(BOT) == []
        with pytest.raises(NotFound):
            await teaching.delete_source(BOT, made.id)
        assert backend.teaching is not None


async def test_a_host_of_an_older_edition_turns_out_to_learn_nothing() -> None:
    with EmbeddedServer(pace=0, seed=7, edition=Edition.CHATWIZE_2023) as server:
        async with Place("gpt-trainer", server).backend() as backend:
            teaching = present(backend.teaching)
            with pytest.raises(NotOffered, match="no sources of a bot, and takes none"):
                await teaching.teach(BOT, "Q?", "A.")
            assert backend.teaching is None
            with pytest.raises(NotOffered):
                await teaching.sources(BOT)
