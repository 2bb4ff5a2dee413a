"""Verbs over people and organisations."""
