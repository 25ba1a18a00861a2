"""Readers and what they send."""
