"""Text editing by grapheme cluster: characters, words, pastes."""
