"""Schema of a new file, as all steps of `schema.py` make it.

Half of what the steps do is to change and to drop what earlier ones made. A new step changes this
too: `tests/unit/store/sqlite/test_migrations.py` holds them against each other.
"""

from __future__ import annotations

NEWEST_TABLES: tuple[str, ...] = (
    """CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        api TEXT NOT NULL, base_url TEXT NOT NULL, owner TEXT NOT NULL,
        bot TEXT, last_session TEXT, sync TEXT, goes_without_key INTEGER, bot_names TEXT,
        UNIQUE (api, base_url, owner)
    )""",
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        key TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 0,
        size_bytes INTEGER NOT NULL DEFAULT 0,
        changed_at INTEGER NOT NULL DEFAULT 0,
        digest TEXT, copy TEXT, forgotten_until INTEGER,
        UNIQUE (account, key)
    )""",
    "CREATE INDEX session_by_revision ON session (account, revision)",
    "CREATE INDEX session_by_age ON session (account, changed_at)",
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
    """CREATE TABLE revision (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        topic TEXT NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (account, topic)
    ) WITHOUT ROWID""",
    "CREATE INDEX message_in_session ON message (session, position, role)",
    """CREATE TABLE index_state (
        version TEXT NOT NULL, session INTEGER, words INTEGER, forgotten INTEGER
    )""",
    r"""CREATE VIRTUAL TABLE fts_text USING fts5 (
        text, content = '', columnsize = 0, detail = none,
        tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
    )""",
    "INSERT INTO fts_text (fts_text, rank) VALUES ('hashsize', 8000000)",
    """CREATE TABLE unindexed (
        row INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (row, message)
    ) WITHOUT ROWID""",
    "CREATE TABLE word (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE fts_word USING fts5 (
        token, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
    )""",
    "CREATE TABLE former_word (token TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE fact (
        kind INTEGER NOT NULL, value INTEGER NOT NULL,
        session INTEGER NOT NULL, message INTEGER NOT NULL,
        PRIMARY KEY (kind, value, session, message)
    ) WITHOUT ROWID""",
    """CREATE TABLE fact_value (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text)
    )""",
    """CREATE TABLE draft (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        session_key TEXT NOT NULL, text TEXT NOT NULL, process TEXT NOT NULL,
        UNIQUE (account, session_key, process)
    )""",
    """CREATE TABLE check_run (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        suite TEXT NOT NULL, began_at TEXT NOT NULL, record TEXT NOT NULL
    )""",
    "CREATE INDEX check_run_by_suite ON check_run (account, suite)",
    """CREATE TABLE lesson (
        account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
        key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (account, key)
    )""",
    "CREATE TABLE forgotten (id INTEGER PRIMARY KEY AUTOINCREMENT)",
)
