"""Words and text for both front ends; nothing here draws."""
