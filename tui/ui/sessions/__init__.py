"""Sessions: the list beside the chat and the picker."""
