"""Export of sessions to files: Markdown, JSON, JSON lines, CSV and HTML, with or without redaction.

Pure: sessions with their messages go in, pieces of text come out, and no more than one session is
held at a time.
"""
