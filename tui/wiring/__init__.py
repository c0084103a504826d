"""Composition: settings, clients, backends, stores and connections, and the app over them."""
