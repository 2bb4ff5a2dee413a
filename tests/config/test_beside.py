"""Commands beside a running `rapport serve`: what it has announced stays true."""

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.installation import Served, add_user, rapport


def status(url: str) -> int:
    try:
        with urlopen(url, timeout=5) as answer:
            found: int = answer.status
    except HTTPError as error:
        with error:
            return error.code
    return found


def test_the_demonstration_in_a_folder_that_nobody_serves_says_where_the_way_in_will_be(served_data: Path) -> None:
    done = rapport("demo", "--data", served_data)
    assert done.returncode == 0
    way_in = "`rapport serve` prints a link that makes the first administrator."
    assert done.stdout.splitlines()[-1] == f"Nobody can sign in yet: {way_in}"


def test_the_link_of_a_running_server_outlives_other_commands_and_is_named_by_the_demonstration(served: Served) -> None:
    link = served.announced["link"]
    add_user(served.data, "ben@ours.example")
    done = rapport("demo", "--add", "--seed", "2", "--data", served.data)
    assert done.returncode == 0
    way_in = f"the link that `rapport serve` printed, at http://localhost:{served.port}, makes the first administrator."
    assert done.stdout.splitlines()[-1] == f"Nobody can sign in yet: {way_in}"
    assert status(link) == 200
    add_user(served.data, "ada@ours.example", "--admin")
    assert status(link) == 404
