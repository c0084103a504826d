from __future__ import annotations

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.formatting.speakers import label_of
from tui.model import Message, Origin
from tui.safe_text import SafeText
from tui.values import replace

ASKED_HERE = replace(user("q", "Q?"), origin=Origin())
OF_LARCH = replace(assistant("a", "A."), origin=Origin(SafeText("Larch")))


@each_row(
    ("message", "of_customers", "bot_name", "label"),
    [
        (user("q", "Q?"), False, "", "You"),
        (user("q", "Q?"), True, "", "User"),
        (ASKED_HERE, True, "", "You"),
        (assistant("a", "A."), False, "", "Bot"),
        (assistant("a", "A."), True, "", "Bot"),
        (assistant("a", "A."), True, "Oak", "Oak"),
        (OF_LARCH, False, "Oak", "Larch"),
    ],
)
def test_who_speaks_has_one_name_for_who_chats_and_one_for_who_reads_the_chats_of_others(
    message: Message, of_customers: bool, bot_name: str, label: str
) -> None:
    assert label_of(message, of_customers=of_customers, bot_name=bot_name) == label
