"""E-mail on its way out: written, queued with its very bytes, sent once, and known for sent."""
