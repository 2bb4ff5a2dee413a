"""The API's own tables are made by SQL in its migration: an unlogged one that counts requests."""
