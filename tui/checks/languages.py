"""Languages of texts, told by the `cld3-py` library, which comes with `runnel[language]`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from gcld3 import NNetLanguageIdentifier

# as the library names them
_CODES = frozenset((
    "af", "am", "ar", "bg", "bn", "bs", "ca", "ceb", "co", "cs", "cy", "da", "de", "el", "en",
    "eo", "es", "et", "eu", "fa", "fi", "fil", "fr", "fy", "ga", "gd", "gl", "gu", "ha", "haw",
    "hi", "hmn", "hr", "ht", "hu", "hy", "id", "ig", "is", "it", "iw", "ja", "jv", "ka", "kk",
    "km", "kn", "ko", "ku", "ky", "la", "lb", "lo", "lt", "lv", "mg", "mi", "mk", "ml", "mn",
    "mr", "ms", "mt", "my", "ne", "nl", "no", "ny", "pa", "pl", "ps", "pt", "ro", "ru", "sd",
    "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "st", "su", "sv", "sw", "ta", "te", "tg",
    "th", "tr", "uk", "ur", "uz", "vi", "xh", "yi", "yo", "zh", "zu",
))  # fmt: skip
_NEWER = {"iw": "he", "no": "nb"}
"""What the library calls by an older name."""
_SAME = {"he": "iw", "nb": "no", "nn": "no", "tl": "fil"}
_LEAST_BYTES = 30
"""Of fewer in UTF-8 no language can be told: 30 Latin letters, 10 Chinese ones."""
_MOST_CHARS = 10_000
_NO_WORDS = re.compile(r"`[^`\n]*`|https?://\S+")


def language_code(text: str) -> str:
    """Return the language that a person means by `de`, `pt-BR` or `he`, as `language_of` names it.

    Raises:
        ValueError: it is none that can be told, or the library is not there.
    """
    if _detector() is None:
        raise ValueError("needs a library: pip install '.[language]' in the folder of Runnel")
    code = text.strip().lower().partition("-")[0]
    code = _SAME.get(code, code)
    if code not in _CODES:
        raise ValueError("is no code of a language, such as de, pt-BR or zh")
    return _NEWER.get(code, code)


def language_of(markdown: str) -> str:
    """Return the language of a text without its code, such as `de`; empty for too few words."""
    # of the blocks alone: marks in a line say nothing, and may take long to read
    blocks = MarkdownIt("commonmark").enable("table").disable("inline").parse(markdown)
    words = "\n".join(each.content for each in blocks if each.type == "inline")[:_MOST_CHARS]
    words = " ".join(_NO_WORDS.sub(" ", words).split())
    letters = "".join(each for each in words if each.isalpha())
    if len(letters.encode("utf-8", "replace")) < _LEAST_BYTES:
        return ""
    detector = _detector()
    if detector is None:
        return ""
    # a lone surrogate is no text to it
    told: str = detector.FindLanguage(words.encode("utf-8", "replace").decode()).language
    code = told.partition("-")[0]
    return _NEWER.get(code, code)


@cache
def _detector() -> NNetLanguageIdentifier | None:
    try:
        from gcld3 import NNetLanguageIdentifier
    except ImportError:
        return None
    return NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * _MOST_CHARS)
