"""Backups: one tar file with database, attachments, perhaps the key, and at its end a manifest of hashes."""
