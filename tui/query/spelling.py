"""Spelling of words in texts: whether one that is not there as it is may be there folded.

To fold a text with letters beyond ASCII takes many times as long as to look for those of them that
become what a word is written with, or nothing. Most scripts have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable


def _finder(near: str, far: str) -> Callable[[str], bool]:
    """Return what says whether a text has some characters, of the first plane or beyond."""
    # one pattern of both takes twenty times as long: only those of the first become a table
    is_near, is_far = re.compile(f"[{near}]").search, re.compile(f"[{far}]").search

    def is_in(text: str) -> bool:
        if is_near(text):
            return True
        is_beyond = len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)
        return is_beyond and is_far(text) is not None

    return is_in


_SIGNS = (
    r"\x80-\xbf\xd7\xf7\u0149\u02b0-\u0385\u0591-\u05c7\u0610-\u061c\u064b-\u0670\u06d6-\u06ed"
    r"\u1680\u180e\u1ab0-\u1aff\u1d2c-\u1d65\u1d9c-\u1dff\u1e9a\u1fbd-\u20a8\u20d0-\u2189\u2212"
    r"\u2260-\u226f\u2460-\u24ea\u2a74-\u2a76\u3000\u309b\u309c\u3200-\u325f\u32b1-\u32cf"
    r"\u3358-\u33ff\ufb29\ufc5e-\ufc63\ufdfa-\ufe7e\ufeff-\uff5e\uffe3-\ufffb"
)
_FAR_SIGNS = (
    r"\U0001bca0-\U0001bca3\U0001ccf0-\U0001ccf9\U0001d173-\U0001d17a\U0001d7ce-\U0001d7ff\U0001f100-\U0001f16c"
    r"\U0001f190\U0001fbf0-\U0001fbf9\U000e0000-\U000e0fff"
)
"""Characters that become blanks, digits or signs of ASCII, or nothing."""
_LETTERS = r"\xc0-\u0268\u0289\u1e00-\u1ef9\u2c7c\u2c7d\ua7f1-\ua7f9\ufb00-\ufb06"
_FAR_LETTERS = r"\U00010783-\U000107a5\U0001ccd6-\U0001ccef\U0001d400-\U0001d6a6\U0001df95"
"""Those that become letters of ASCII and nothing else of it; also in Unicode of newer Pythons."""
_FORMS = r"\n\t\\"
"""Blanks, and what stands before a sign that JSON escapes."""
_has_signs = _finder(_SIGNS, _FAR_SIGNS)
_has_characters = _finder(_SIGNS + _LETTERS, _FAR_SIGNS + _FAR_LETTERS)
_has_forms = _finder(_FORMS + _SIGNS + _LETTERS, _FAR_SIGNS + _FAR_LETTERS)
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
has_other_ideographs = _finder(
    r"\xad\u0300-\u036f\u0591-\u05c7\u0610-\u061c\u064b-\u0670\u06d6-\u06ed\u180e\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2e80-\u2fdf\u3038-\u303a"
    r"\u3190-\u319f\u3200-\u33ff\uf900-\ufaff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\ufff9-\ufffb",
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001f200-\U0001f265\U0002f800-\U0002fa1f"
    r"\U000e0000-\U000e0fff",
)
"""Says whether characters of an unfolded text become ideographs when it is folded, or nothing.

Where not, a word of those stands there as it is, or not at all.
"""
_NO_LETTERS = re.compile(r'[^a-z "\\]{2,}')


def other_spelling(word: str) -> Callable[[str], bool]:
    """Return what says of a text whether a folded ASCII word may stand there when it is folded.

    It does not stand there as it is, in letters of any case. The text is unfolded, or JSON in which
    such a text is one value.
    """
    signs = max(_NO_LETTERS.findall(word), key=len, default="")
    if signs:
        # few texts have them, and few characters become such
        return lambda text: signs in text or _has_signs(text)
    if re.search(r'[ "\\]', word):
        return lambda text: "  " in text or _has_forms(text)
    return _has_characters


def is_of_ideographs(word: str) -> bool:
    """Say whether a folded word is written with ideographs alone."""
    return _IDEOGRAPHS.fullmatch(word) is not None
