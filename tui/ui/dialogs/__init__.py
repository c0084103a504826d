"""Dialogs over the chat."""
