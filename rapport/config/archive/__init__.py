"""Backups: one tar file with the database, the attachments, perhaps the key, and a manifest of hashes, last."""
