"""What can go wrong with the embedded database, in words for the person who starts Rapport."""


class PostgresError(Exception):
    """The embedded PostgreSQL can't be used; the message says why and what to do."""


class PostgresUnavailable(PostgresError):
    """There are no programs to run."""


class ClusterUnusable(PostgresError):
    """The data folder is foreign, damaged or of another version."""


class StartFailed(PostgresError):
    """The server did not come up; the message ends with its own log."""
