"""Main screen: one conversation and all that is done with it."""
