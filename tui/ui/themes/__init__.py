"""Themes: where they come from, and colours that can be read."""
