"""`rapport serve`: what it starts, what it survives, and what it refuses."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from rapport.config.embedded.processes import cluster_processes, postmaster_pid
from tests.config.killing import kill
from tests.installation import Served, eventually, rapport, serve


def test_serves_then_refuses_a_second_then_stops_quickly(served: Served) -> None:
    assert served.announced["url"] == f"http://localhost:{served.port}"
    assert served.announced["link"].startswith(f"http://localhost:{served.port}/")
    assert served.health() == 200
    second = rapport("serve", "--data", served.data, "--port", "1")
    assert second.returncode == 1
    where = f"{served.data} at http://localhost:{served.port} (process {served.process.pid})"
    assert second.stderr == f"Rapport already serves {where}.\n"
    children = served.descendants()
    began = time.monotonic()
    assert served.stop() == 0
    assert time.monotonic() - began < 10
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    assert cluster_processes(served.data / "postgresql" / "cluster") == []


def test_whatever_is_killed_is_replaced(served: Served) -> None:
    cluster = served.data / "postgresql" / "cluster"
    children = served.descendants()
    assert len(children) >= 3
    for pid in children:
        kill(pid)
    eventually(lambda: len(served.descendants()) == len(children) and served.health() == 200)
    assert not children.keys() & served.descendants().keys()
    postmaster = postmaster_pid(cluster)
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    eventually(lambda: postmaster_pid(cluster) not in (None, postmaster) and served.health() == 200)


@pytest.mark.parametrize("with_database", [False, True], ids=["supervisor", "everything"])
def test_after_kill_nothing_blocks_the_next_start(served: Served, with_database: bool) -> None:
    cluster = served.data / "postgresql" / "cluster"
    children = served.descendants()
    victims = [served.process.pid, *(cluster_processes(cluster) if with_database else [])]
    for pid in victims:
        kill(pid)
    served.process.communicate(timeout=5)
    again = serve(served.data)
    assert again.health() == 200
    assert [pid for pid in children if Path(f"/proc/{pid}/exe").exists()] == []
    assert again.stop() == 0


def test_doctor_beside_serve_finds_all_in_order_once_the_worker_has_reported(served: Served) -> None:
    eventually(lambda: rapport("doctor", "--data", served.data).returncode == 0)
    looked = json.loads(rapport("doctor", "--json", "--data", served.data).stdout)
    assert {name: finding["state"] for name, finding in looked.items()} == {
        "versions": "ok",
        "data folder": "ok",
        "disk space": "ok",
        "database": "ok",
        "checksums": "ok",
        "durability": "ok",
        "application role": "ok",
        "owner role": "ok",
        "migrations": "ok",
        "administrator": "note",
        "worker": "ok",
        "live updates": "ok",
    }


def test_the_live_process_alone_is_replaced_and_doctor_says_so(served: Served) -> None:
    eventually(lambda: rapport("doctor", "--data", served.data).returncode == 0)
    _host, port = json.loads((served.data / "serve.lock").read_text())["live"]
    holder = next(pid for pid in served.descendants() if _listens_on(pid, port))
    others = served.descendants().keys() - {holder}
    kill(holder)
    looked = json.loads(rapport("doctor", "--json", "--data", served.data).stdout)
    assert looked["worker"]["state"] == "ok"
    eventually(lambda: any(_listens_on(pid, port) for pid in served.descendants()))
    assert others <= served.descendants().keys()
    assert served.health() == 200


def _listens_on(pid: int, port: int) -> bool:
    """Whether one of the process's descriptors is a socket that listens on this port, by /proc."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"}
    return any(str(each.readlink()) in sockets for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "crm.example.com"])
def test_plain_http_is_refused_on_a_network(tmp_path: Path, host: str) -> None:
    refused = rapport("serve", "--data", tmp_path / "data", "--host", host)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Plain HTTP on {host} would send passwords over the network unencrypted.")
    assert "--behind-proxy" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_taken_port_is_named(tmp_path: Path, served: Served) -> None:
    refused = rapport("serve", "--data", tmp_path / "other", "--port", str(served.port))
    assert refused.returncode == 1
    assert f"Can't listen on localhost port {served.port}: Address already in use" in refused.stderr
