"""Scripted world behind the served APIs: accounts, sessions, answers, workflows."""
