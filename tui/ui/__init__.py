"""User interface on the whole terminal: everything that draws."""
