"""Markdown drawn while it arrives: source -> blocks -> rows -> strips, at a flat cost."""
