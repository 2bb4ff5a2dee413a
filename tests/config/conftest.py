"""An installation for the tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Served, serve, started_before


@pytest.fixture(scope="module")
def served_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests of a module."""
    return started_before(tmp_path_factory.mktemp("served") / "data")


@pytest.fixture
def served(served_data: Path) -> Iterator[Served]:
    served = serve(served_data)
    yield served
    if served.process.poll() is None:
        assert served.stop() == 0
    if served.process.stdout:
        served.process.stdout.close()
