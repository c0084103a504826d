"""Runnel: a full-screen terminal client for hosted chatbots."""

__version__ = "0.1.0"
