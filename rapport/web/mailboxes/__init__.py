"""Mailboxes in Settings: connecting them, and how they stand."""
