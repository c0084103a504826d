"""Checks of a bot: suites of questions with what is expected of the answers, and runs of them."""
