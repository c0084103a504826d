from __future__ import annotations

import json

from tests.tables import each_row
from tui.backends.gpt_trainer.bots import bot_of


def detail(meta: object, **fields: object) -> str:
    bot = bot_of({"uuid": "b", "name": "B", "meta": meta} | fields)
    assert bot is not None
    return bot.detail


@each_row(
    ("meta", "told"),
    [
        ({"visibility": "public", "show_citations": True, "model": "gpt-4o"},
         "public · citations on · gpt-4o"),
        ({"visibility": "private", "show_citations": False}, "private · citations off"),
        ({"show_citation": True}, "citations on"),
        ({"show_citation": True, "show_citations": False}, "citations off"),
        ({"show_citations": None, "show_citation": True}, "citations on"),
        ({"rate_limit": [20, 240]}, "20 messages in 240 s"),
        ({"visibility": "public", "rate_limit": [1_000, 86_400]},
         "public · 1,000 messages in 86,400 s"),
        ({"model": "gpt-4", "prompt": "You are", "temperature": 0.5}, "gpt-4"),
    ],
)  # fmt: skip
def test_a_chatbot_says_what_it_is_on_one_line(meta: object, told: str) -> None:
    assert detail(meta) == told
    assert detail(json.dumps(meta)) == told


@each_row(
    "meta",
    [None, 7, "", "{", [], [1], {}, {"visibility": 7, "show_citations": "yes", "model": []}]
    + [{"rate_limit": broken} for broken in (None, [], [20], [20, 0], [0, 9], ["20", 240], 20)],
)
def test_a_broken_meta_tells_nothing(meta: object) -> None:
    assert detail(meta) == ""


def test_a_chatbot_without_meta_may_name_its_model() -> None:
    assert detail(None, model="gpt-4o") == "gpt-4o"


def test_what_a_meta_says_is_safe_and_short() -> None:
    told = detail({"visibility": "pub\x1b[2Jlic\n" + "x" * 9_000, "model": "\u202egpt"})
    assert told.startswith("pub␛[2Jlic x")
    assert "\u202e" not in told
    assert len(told) <= 500
