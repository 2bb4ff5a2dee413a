"""Backups: one tar file with the database, attachments, perhaps the key, and at its end a manifest of hashes."""
