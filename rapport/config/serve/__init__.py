"""`rapport serve`: one process that starts, watches and stops all others."""
