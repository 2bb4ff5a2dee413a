"""Mailboxes on their servers: connecting, following, and what may go wrong."""
