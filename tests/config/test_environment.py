"""What is resolved from variables, and the key that is made only once."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rapport.config.environment import (
    SYSTEM_DATA,
    Environment,
    EnvironmentInvalid,
    data_folder,
    hosts,
    kept_secret,
    load,
    site_name,
)

URL = "postgresql://rapport@db/rapport"


def test_everything_given(tmp_path: Path) -> None:
    variables = {
        "RAPPORT_DATA": str(tmp_path),
        "DATABASE_URL": URL,
        "RAPPORT_OWNER_DATABASE_URL": "postgres://owner@db/rapport",
        "RAPPORT_SECRET_KEY": "key",
    }
    environment = load(variables)
    assert environment == Environment(tmp_path, URL, "postgres://owner@db/rapport", "key")
    assert environment.secret_key == "key"
    assert environment.variables() == variables
    assert list(tmp_path.iterdir()) == []


def test_owner_defaults_to_the_application(tmp_path: Path) -> None:
    environment = load({"RAPPORT_DATA": str(tmp_path), "DATABASE_URL": URL})
    assert environment.owner_database_url == URL


def test_nothing_given_means_embedded() -> None:
    environment = load({})
    assert environment.database_url is None
    assert environment.owner_database_url is None
    assert (environment.data == SYSTEM_DATA) == (os.geteuid() == 0)


def test_relative_data_folder_is_made_absolute() -> None:
    assert data_folder({"RAPPORT_DATA": "here"}) == Path.cwd() / "here"


@pytest.mark.parametrize(
    "variables",
    [
        {"DATABASE_URL": "mysql://db/rapport"},
        {"DATABASE_URL": URL, "RAPPORT_OWNER_DATABASE_URL": "owner@db"},
        {"RAPPORT_OWNER_DATABASE_URL": URL},
    ],
)
def test_unusable_addresses_are_refused(variables: dict[str, str]) -> None:
    with pytest.raises(EnvironmentInvalid, match="DATABASE_URL"):
        load(variables)


def test_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret-key"
    first = kept_secret(path)
    assert len(first) == 43
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret-key"]


def test_secret_made_by_many_at_once_is_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [tmp_path / "secret-key"] * 32))
    assert len(secrets) == 1


def test_empty_secret_is_an_error_not_a_new_key(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    with pytest.raises(EnvironmentInvalid, match="empty"):
        kept_secret(tmp_path / "secret-key")


@pytest.mark.parametrize(
    ("given", "names", "site"),
    [
        ("", ["localhost", "127.0.0.1", "[::1]"], ""), (" , ", ["localhost", "127.0.0.1", "[::1]"], ""),
        ("*.example.com, .b.example,crm.example.com ", ["*.example.com", ".b.example", "crm.example.com"],
         "crm.example.com"),
    ],
)  # fmt: skip
def test_the_site_is_called_by_the_first_name_that_it_was_given(given: str, names: list[str], site: str) -> None:
    variables = {"RAPPORT_HOSTS": given}
    assert (hosts(variables), site_name(variables)) == (names, site)
