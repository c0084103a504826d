"""Runnel: a full-screen terminal client for hosted chatbots."""
