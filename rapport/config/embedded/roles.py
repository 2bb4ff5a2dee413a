"""The database and its two roles."""

import psycopg
from psycopg import sql

from rapport.config.embedded.folder import APPLICATION, DATABASE, OWNER, Folder


def prepare_roles(folder: Folder) -> None:
    """Make the application's role and the database where they are missing. Repeatable.

    The defaults are set in template1 too, so that databases made later (by tests, say) have them.
    """
    with psycopg.connect(folder.url(OWNER, "template1"), autocommit=True) as connection:
        _prepare_application_role(connection, folder.application_password)
        grant_by_default(connection, APPLICATION)
    with psycopg.connect(folder.url(OWNER, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount == 0:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _prepare_application_role(connection: psycopg.Connection, password: str) -> None:
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [APPLICATION]).rowcount > 0
    statement = sql.SQL("ALTER ROLE {} {} PASSWORD {}" if exists else "CREATE ROLE {} {} PASSWORD {}")
    if connection.info.server_version >= 160000:
        # Stretching protects guessable passwords; ours is 256 random bits, and each connection would pay.
        connection.execute("SET scram_iterations = 1")
    attributes = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")
    connection.execute(statement.format(sql.Identifier(APPLICATION), attributes, sql.Literal(password)))


def grant_by_default(connection: psycopg.Connection, application: str) -> None:
    """Let `application` read and write what the connected owner will create in this database; own nothing."""
    for statement in (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {}",
        "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {}",
    ):
        connection.execute(sql.SQL(statement).format(sql.Identifier(application)))
