"""Composer: where a question is written."""
