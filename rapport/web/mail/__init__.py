"""E-mail that is written here: its page, and what is offered beside conversations and records."""
