"""SQLite store: one file for all accounts, one thread that writes, others that read.

`schema` has the tables and their migrations, `codec` what stands in a row, `opening` everything
that can be wrong with a file, `engine` the threads, `store` the protocol over them. An index of the
messages hooks in at `indexing`.
"""

from tui.store.sqlite.opening import STORE_FILE
from tui.store.sqlite.store import SqliteStore

__all__ = ["STORE_FILE", "SqliteStore"]
