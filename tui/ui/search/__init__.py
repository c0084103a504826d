"""Search in a conversation and in all of them."""
