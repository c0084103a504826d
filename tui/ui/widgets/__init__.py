"""Widgets that several parts of the screen are made of."""
