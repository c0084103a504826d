"""Text of the file that is none, as on a damaged disk: read as bytes, which cost its row alone.

SQLite hands out what stands there, whatever it is. A function of ours for each text is slow where
many are read: a connection that only reads takes it when it met such a text.
"""

from __future__ import annotations

from sqlite3 import Connection, OperationalError


def text_or_octets(octets: bytes) -> str | bytes:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets


def endure_odd_text(db: Connection, error: OperationalError) -> bool:
    """Have a connection read such texts, where one may be what failed; say whether it was so."""
    # not SQLite says so, which would have a code for it, but what stands between
    if hasattr(error, "sqlite_errorcode") or db.text_factory is text_or_octets:
        return False
    db.text_factory = text_or_octets
    return True
