"""Schema of the store's file: an append-only list of numbered steps, kept by `user_version`.

A step that was released is never changed, only followed by another. Of the tables, `message` holds
what the server has as well; all others hold what is ours, or tell of what is in `message`.

Texts that UTF-8 cannot carry are bound as bytes (`rows.bound`); `value` is JSON of `codec`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from sqlite3 import Connection

APPLICATION_ID = 0x52756E6C
"""Says in the file's header that it is one of Runnel."""

Step = Callable[[Connection], None]


def _statements(*statements: str) -> Step:
    def step(db: Connection) -> None:
        # one by one: executescript would end the transaction that the step stands in
        for statement in statements:
            db.execute(statement)

    return step


_FIRST = _statements(
    """CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        api TEXT NOT NULL, base_url TEXT NOT NULL, owner TEXT NOT NULL,
        bot TEXT, last_session TEXT,
        UNIQUE (api, base_url, owner)
    )""",
    # the row of a session: there as soon as something hangs on it
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        key TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 0,
        size_bytes INTEGER NOT NULL DEFAULT 0,
        changed_at INTEGER NOT NULL DEFAULT 0,
        digest TEXT, copy TEXT,
        UNIQUE (account, key)
    )""",
    "CREATE INDEX session_by_revision ON session (account, revision)",
    "CREATE INDEX session_by_age ON session (account, changed_at)",
    # format 0: value is the text of a message that is nothing else; else JSON
    """CREATE TABLE message (
        id INTEGER PRIMARY KEY,
        session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
        position INTEGER NOT NULL,
        key TEXT NOT NULL,
        role INTEGER NOT NULL,
        format INTEGER NOT NULL,
        created_at INTEGER,
        value TEXT NOT NULL
    )""",
    "CREATE INDEX message_in_session ON message (session, position)",
    """CREATE TABLE list_row (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        bot TEXT NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (account, bot, key)
    ) WITHOUT ROWID""",
    """CREATE TABLE list_reading (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        bot TEXT NOT NULL, read_at TEXT NOT NULL,
        PRIMARY KEY (account, bot)
    ) WITHOUT ROWID""",
    """CREATE TABLE turn (
        id INTEGER PRIMARY KEY,
        session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
        key TEXT NOT NULL, value TEXT NOT NULL,
        UNIQUE (session, key)
    )""",
    # process: of the one that has it on its way
    """CREATE TABLE send (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        key TEXT NOT NULL, session_key TEXT NOT NULL, process TEXT NOT NULL,
        value TEXT NOT NULL,
        UNIQUE (account, key)
    )""",
    """CREATE TABLE arrived (
        id INTEGER PRIMARY KEY,
        send INTEGER NOT NULL REFERENCES send ON DELETE CASCADE,
        parts TEXT NOT NULL, named_ids TEXT NOT NULL
    )""",
    "CREATE INDEX arrived_of_send ON arrived (send)",
    """CREATE TABLE queued (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        key TEXT NOT NULL, session_key TEXT NOT NULL, place REAL NOT NULL, value TEXT NOT NULL,
        UNIQUE (account, key)
    )""",
    """CREATE TABLE draft (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        session_key TEXT NOT NULL, text TEXT NOT NULL, process TEXT NOT NULL,
        PRIMARY KEY (account, session_key)
    ) WITHOUT ROWID""",
    # is_draft: it was never asked, but another client's draft took its place
    """CREATE TABLE question (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        text TEXT NOT NULL, is_draft INTEGER NOT NULL DEFAULT 0,
        UNIQUE (account, text)
    )""",
    """CREATE TABLE mark (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        session_key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (account, session_key)
    ) WITHOUT ROWID""",
    """CREATE TABLE saved_query (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        name TEXT NOT NULL, place INTEGER NOT NULL, query TEXT NOT NULL,
        PRIMARY KEY (account, name)
    ) WITHOUT ROWID""",
    # how often something of a kind was changed, so that other clients see what was
    """CREATE TABLE revision (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        topic TEXT NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (account, topic)
    ) WITHOUT ROWID""",
)

_SYNC_CHOICE = _statements("ALTER TABLE account ADD COLUMN sync TEXT")

_SIGNS = string.punctuation.replace("'", "''").replace('"', '""')

_FULL_TEXT_INDEX = _statements(
    # no text, places or sizes in them: what they give is read and compared once more
    """CREATE VIRTUAL TABLE fts_gram USING fts5 (
        text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
    )""",
    f"""CREATE VIRTUAL TABLE fts_short USING fts5 (
        text, content = '', columnsize = 0, detail = none,
        tokenize = "ascii tokenchars '{_SIGNS}'"
    )""",
    "INSERT INTO fts_gram (fts_gram, rank) VALUES ('hashsize', 8000000)",
    "CREATE TABLE fts_version (version TEXT NOT NULL)",
    # who speaks tells exchanges apart without reading the messages
    "DROP INDEX message_in_session",
    "CREATE INDEX message_in_session ON message (session, position, role)",
)

_INDEX_PROGRESS = _statements(
    "DELETE FROM fts_version",
    # while the index is made: the last session that is in it
    "ALTER TABLE fts_version ADD COLUMN session INTEGER",
)

# the last change of a session of which nothing is to be kept; with none it is as any other
_FORGOTTEN = _statements("ALTER TABLE session ADD COLUMN forgotten_until INTEGER")

# saved queries stand in config.toml
_NO_SAVED_QUERIES = _statements("DROP TABLE saved_query")

# words instead of runs of characters, and what is told of answers by its value
_WORD_INDEX = _statements(
    "DROP TABLE fts_gram",
    "DROP TABLE fts_short",
    "DROP TABLE fts_version",
    # version: of what stands in it; session: the last one that is in it, while it is made;
    # words: another number whenever there are other ones; forgotten: another one whenever
    # something was forgotten of which it may still tell
    """CREATE TABLE index_state (
        version TEXT NOT NULL, session INTEGER, words INTEGER, forgotten INTEGER
    )""",
    f"""CREATE VIRTUAL TABLE fts_text USING fts5 (
        text, content = '', columnsize = 0, detail = none,
        tokenize = "ascii tokenchars '{_SIGNS}'"
    )""",
    "INSERT INTO fts_text (fts_text, rank) VALUES ('hashsize', 8000000)",
    # messages of which the words are not in fts_text yet, by the row that they will share there
    """CREATE TABLE unindexed (
        row INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (row, message)
    ) WITHOUT ROWID""",
    "CREATE TABLE word (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE)",
    # parts of words are found without a look at all of them
    """CREATE VIRTUAL TABLE fts_word USING fts5 (
        token, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
    )""",
    # words of what was dropped: some may stand nowhere any more
    "CREATE TABLE former_word (token TEXT PRIMARY KEY) WITHOUT ROWID",
    # all that has one value is told at once: those of texts are the rows of fact_value
    """CREATE TABLE fact (
        kind INTEGER NOT NULL, value INTEGER NOT NULL,
        session INTEGER NOT NULL, message INTEGER NOT NULL,
        PRIMARY KEY (kind, value, session, message)
    ) WITHOUT ROWID""",
    """CREATE TABLE fact_value (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text)
    )""",
)

# of a bot that is public, when its key was asked for
_GOING_WITHOUT = _statements("ALTER TABLE account ADD COLUMN goes_without_key INTEGER")

# each client has one of its own in a session; the ids tell which is the newest
_DRAFTS_BY_CLIENT = _statements(
    "ALTER TABLE draft RENAME TO former_draft",
    """CREATE TABLE draft (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        session_key TEXT NOT NULL, text TEXT NOT NULL, process TEXT NOT NULL,
        UNIQUE (account, session_key, process)
    )""",
    """INSERT INTO draft (account, session_key, text, process)
        SELECT account, session_key, text, process FROM former_draft""",
    "DROP TABLE former_draft",
)

_CHECK_RUNS = _statements(
    """CREATE TABLE check_run (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        suite TEXT NOT NULL, began_at TEXT NOT NULL, record TEXT NOT NULL
    )""",
    "CREATE INDEX check_run_by_suite ON check_run (account, suite)",
)

_LESSONS = _statements(
    """CREATE TABLE lesson (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (account, key)
    )"""
)

# what they are called is told without the server too
_BOT_NAMES = _statements("ALTER TABLE account ADD COLUMN bot_names TEXT")

# a row for each forgetting since the file was written anew: copies may stand in it yet
_FORGETTINGS = _statements("CREATE TABLE forgotten (id INTEGER PRIMARY KEY AUTOINCREMENT)")

STEPS: tuple[Step, ...] = (
    _FIRST,
    _SYNC_CHOICE,
    _FULL_TEXT_INDEX,
    _INDEX_PROGRESS,
    _FORGOTTEN,
    _NO_SAVED_QUERIES,
    _WORD_INDEX,
    _GOING_WITHOUT,
    _DRAFTS_BY_CLIENT,
    _CHECK_RUNS,
    _LESSONS,
    _BOT_NAMES,
    _FORGETTINGS,
)
"""Step n makes version n of version n - 1."""

OWN_TABLES = (
    "account",
    "session",
    "list_row",
    "list_reading",
    "turn",
    "send",
    "arrived",
    "queued",
    "draft",
    "question",
    "mark",
    "check_run",
    "lesson",
    "revision",
)
"""All but the messages, those first that others refer to."""


def version_of(db: Connection) -> int:
    """Return the version of the file's schema; 0 for an empty file."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(db: Connection, version: int, steps: Sequence[Step] = STEPS) -> None:
    """Bring the schema from `version` to the newest one; inside a transaction of the caller."""
    for number, step in enumerate(steps[version:], version + 1):
        step(db)
        # no parameters in a pragma
        db.execute(f"PRAGMA user_version = {number}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
