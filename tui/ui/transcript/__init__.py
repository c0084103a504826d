"""Transcript: the messages of a conversation and what can be done with them."""
