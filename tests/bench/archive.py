"""Archive of a big bot: sessions with messages in many scripts, the same ones for each seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from tui.facts import Feedback, MessageFacts
from tui.model import Message, Role, Session, TextPart
from tui.safe_text import SafeText
from tui.store import StoredMessage

MESSAGE_CHARS = 300
START = datetime(2026, 1, 1, tzinfo=UTC)
_SYLLABLES = {
    "english": "re fund or der ship ping ac count pass word in voice de liv er y can cel pro duct"
    " pri ce con tact ser vice the a is not work ing log le ver at tion ment ex am ple sub scrip",
    "german": "die rück er stat tung be stel lung lie fer ung mög lich größe für über straße nicht"
    " kön nen wann kommt mein pa ket zu rück ge ben recht un schön äh",
    "french": "le rem bour se ment com man de li vrai son été déjà où ça prix très à pos si ble"
    " vous nous fac tu re ré duc tion an nu ler",
    "russian": "воз врат за каз до став ка не мо гу вой ти в акк аунт па роль це на"
    " то вар ё по че му",
    "turkish": "ia de si pa riş kar go ne za man ge le cek şif re gi riş İs tan bul ısı ğı mı",
    "arabic": "اس تر داد ال طلب شح ن مت ى يص ل كل مة سر ال مر ور سع ر",
    "hindi": "रि फं ड ऑ र्ड र क ब आ ए गा पा स व र्ड की म त",
}
_CJK = {
    "chinese": (
        "退款政策订单发货密码登录价格发票服务客户取消产品配送时间问题请我的不是有了在到",
        0x4E00,
        2_500,
    ),
    "japanese": ("注文返金配送できますかはいのをにがでしましたカードパスワード", 0x4E00, 1_200),
    "thai": ("คืนเงินสั่งซื้อจัดส่งรหัสผ่านราคาเมื่อไหร่ครับค่ะไม่ได้", 0x0E01, 40),
}
_SHARES = {
    "english": 46,
    "german": 12,
    "french": 8,
    "russian": 7,
    "turkish": 4,
    "arabic": 3,
    "hindi": 2,
    "chinese": 10,
    "japanese": 5,
    "thai": 3,
}
_WORDS = 12_000
_LABELS = ("Refund request", "Shipping", "Login problem", "Complaint", "Praise", "价格", "Other")


@dataclass(frozen=True, slots=True)
class Language:
    words: Sequence[str]
    weights: Sequence[float]
    gap: str

    def text(self, dice: random.Random, chars: int) -> str:
        pieces: list[str] = []
        size = 0
        while size < chars:
            for word in dice.choices(self.words, cum_weights=self.weights, k=24):
                pieces.append(word)
                size += len(word) + len(self.gap)
                if size >= chars:
                    break
        return self.gap.join(pieces)


def languages(seed: int) -> dict[str, Language]:
    """Return vocabularies in which few words are common and most are rare, as in any language."""
    dice = random.Random(seed)
    made: dict[str, Language] = {}
    weights = list(accumulate(1 / (rank + 4) for rank in range(_WORDS)))
    for name, syllables in _SYLLABLES.items():
        parts = syllables.split()
        words = [
            "".join(dice.choices(parts, k=dice.choice([1, 2, 2, 3, 3, 4]))) for _ in range(_WORDS)
        ]
        marked = [_marked(word, dice) for word in words]
        made[name] = Language(marked, weights, " ")
    for name, (common, first, count) in _CJK.items():
        signs = [*common, *(chr(first + at) for at in range(count))]
        ranks = list(accumulate(1 / (rank + 4) for rank in range(len(signs))))
        words = [
            "".join(dice.choices(signs, cum_weights=ranks, k=dice.choice([1, 2, 2, 3])))
            for _ in range(_WORDS)
        ]
        made[name] = Language(words, weights, "")
    return made


def _marked(word: str, dice: random.Random) -> str:
    """Return a word as it may stand in a sentence."""
    match dice.randrange(12):
        case 0:
            return word.capitalize()
        case 1:
            return word + dice.choice(".,?!:")
        case _:
            return word


class Archive:
    """`sessions` sessions of `each` messages."""

    def __init__(self, sessions: int, each: int = 50, seed: int = 1) -> None:
        self._dice = random.Random(seed)
        self._languages = languages(seed)
        self._count, self._each = sessions, each

    def sessions(self) -> Iterator[tuple[Session, list[StoredMessage]]]:
        """Yield the sessions with their messages, oldest first."""
        names, shares = list(_SHARES), list(accumulate(_SHARES.values()))
        for number in range(self._count):
            name = self._dice.choices(names, cum_weights=shares)[0]
            moment = START + timedelta(minutes=20 * number)
            session = Session(f"{number:032x}", created_at=moment, updated_at=moment)
            yield session, [self._stored(name, number, at) for at in range(self._each)]

    def _stored(self, name: str, session: int, at: int) -> StoredMessage:
        dice = self._dice
        text = self._languages[name].text(dice, int(MESSAGE_CHARS * dice.uniform(0.5, 1.5)))
        if dice.random() < 0.1:
            text += (
                f" https://shop.example/{dice.choice(('orders', 'help'))}/{dice.randrange(10**6)}"
            )
        if dice.random() < 0.1:
            text += f" A-{dice.randrange(10**7)}"
        is_answer = at % 2 == 1
        moment = START + timedelta(minutes=20 * session, seconds=20 * at)
        role = Role.ASSISTANT if is_answer else Role.USER
        facts = self._facts() if is_answer else None
        part = TextPart(SafeText(text))
        return StoredMessage(
            at, Message(f"{session:016x}{at:016x}", role, (part,), moment, facts=facts)
        )

    def _facts(self) -> MessageFacts | None:
        dice = self._dice
        if dice.random() < 0.5:
            return None
        thumb = dice.choices([None, Feedback.UP, Feedback.DOWN], [94, 4, 2])[0]
        return MessageFacts(
            labels=(SafeText(dice.choice(_LABELS)),) if dice.random() < 0.3 else (),
            frustration=SafeText("The customer is angry" if dice.random() < 0.03 else ""),
            feedback=thumb,
            total_tokens=dice.randrange(100, 6_000),
            finish_reason=SafeText("length" if dice.random() < 0.01 else "stop"),
            without_source=dice.random() < 0.1,
        )
