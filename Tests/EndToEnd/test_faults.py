"""Faults of the kernel at the sockets of the real program: those of harness/faults.c, and a limit
of descriptors that is reached while it runs."""

import re
import resource
import shutil
import subprocess
import time

import pytest

from harness.exchanges import Broken, GoodClient
from harness.process import connected, cpu_s, descriptors, sockets
from harness.octets import connect
from harness.server import ROOT
from harness.waiting import at_most, until
from harness.workflows import write

ROUNDS = 60
ACCEPTS = 20
WAITING = 20
# A loop that spins takes a whole processor.
PAUSED_CPU_SHARE = 0.25


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        pytest.skip("there is neither clang nor cc")
    target = tmp_path_factory.mktemp("faults") / "faults.so"
    source = ROOT / "Tests/EndToEnd/harness/faults.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror",
                    "-o", target, source, "-ldl"], check=True)
    return target


@pytest.fixture
def faulty(start, tmp_path, library):
    """Starts a server whose calls fail; the faults begin when the file it returns is made."""
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])

    def faulty(kinds="", one_in=3):
        switch = tmp_path / "on"
        server = start("--workflows", str(folder), env={
            "LD_PRELOAD": str(library), "FAULTS": kinds, "FAULTS_SEED": "7",
            "FAULTS_ONE_IN": str(one_in), "FAULTS_ON": str(switch)})
        with GoodClient(server, "idle") as client:
            client.get()
        until(lambda: sockets(server.process.pid) == 1, "the listener alone is left")
        return server, switch, len(connected(server.process.pid))

    return faulty


def ask_all(server):
    """One connection that asks everything once."""
    with GoodClient(server, "idle") as client:
        for kind in GoodClient.KINDS:
            kind(client)


def still_serves(server, switch, before):
    switch.unlink(missing_ok=True)
    assert server.process.poll() is None, server.log_tail()
    ask_all(server)
    try:
        until(lambda: len(connected(server.process.pid)) <= before, "the descriptors are back")
    except AssertionError as error:
        raise AssertionError(f"{error}: {connected(server.process.pid)}") from None


def faults(server):
    """How many there were; ends the server, in good order."""
    assert server.terminate() == 0
    return int(re.findall(r"^faults: (\d+)$", server.log_tail(), re.MULTILINE)[-1])


@pytest.mark.parametrize("kinds", ["short", "eintr", "eagain", "wait", "short,eintr,eagain,wait"])
def test_what_is_not_fatal_is_not_noticed(faulty, kinds):
    """129, 133: short calls, interruptions, and a socket that is not ready after all."""
    server, switch, before = faulty(kinds)
    switch.touch()
    with GoodClient(server, "idle") as client:
        for _ in range(ROUNDS):
            for kind in GoodClient.KINDS:
                kind(client)
    still_serves(server, switch, before)
    assert faults(server) > ROUNDS


@pytest.mark.parametrize("kinds", ["reset", "pipe", "reset,pipe,short,eagain"])
def test_a_connection_that_breaks_takes_nothing_along(faulty, kinds):
    """133: an answer is right or the connection ends; the next one is as good as any."""
    server, switch, before = faulty(kinds, one_in=6)
    switch.touch()
    broken = 0
    for _ in range(ROUNDS):
        for kind in GoodClient.KINDS:
            with GoodClient(server, "idle") as client:
                try:
                    kind(client)
                except Broken:
                    broken += 1
    assert 0 < broken < ROUNDS * len(GoodClient.KINDS)
    still_serves(server, switch, before)


@pytest.mark.parametrize("error", [
    "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED", "EPROTO", "EINTR"])
def test_an_accept_that_fails_is_tried_again(faulty, error):
    """126: whatever it fails with."""
    server, switch, before = faulty(error)
    switch.touch()
    for _ in range(ACCEPTS):
        with GoodClient(server, "idle") as client:
            client.get()
    still_serves(server, switch, before)


@pytest.mark.parametrize("error", ["EMFILE", "ENOMEM"])
def test_a_lack_that_lasts_costs_no_processor(faulty, error):
    """126: the listener is left alone for a while."""
    server, switch, before = faulty(error, one_in=1)
    with GoodClient(server, "idle") as early:
        early.get()
        switch.touch()
        late = [GoodClient(server, "idle") for _ in range(WAITING)]
        assert cpu_share(server) < PAUSED_CPU_SHARE
        early.get()
        switch.unlink()
        with at_most(10, "accepting goes on"):
            for client in late:
                client.get()
                client.connection.close()
    still_serves(server, switch, before)


def test_the_last_descriptor_is_survived(faulty):
    """126: a real limit."""
    server, switch, before = faulty()
    pid, room = server.process.pid, 10
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    limit = len(descriptors(pid)) + room
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))
    clients = [GoodClient(server, "idle") for _ in range(room + WAITING)]
    until(lambda: len(descriptors(pid)) == limit, "there is no descriptor left")
    assert cpu_share(server) < PAUSED_CPU_SHARE
    clients[0].get()
    # Each that goes makes room for one that waits, in the order they came.
    for client in clients:
        client.get()
        client.connection.close()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
    still_serves(server, switch, before)


def cpu_share(server):
    """Of a processor's time, the share that a server takes for a second or a little longer."""
    before, start = cpu_s(server.process.pid), time.monotonic()
    until(lambda: time.monotonic() - start >= 1, "a second")
    return (cpu_s(server.process.pid) - before) / (time.monotonic() - start)


def test_a_client_that_resets_in_any_state_leaves_nothing(faulty):
    """90, 130, 133: before, in and behind a head, in a body, in an answer."""
    server, switch, before = faulty()
    request = GoodClient(server, "idle")
    document = request.head("GET", "/openapi/native.json")
    begun = request.head("POST", "/v1/runs", "Content-Length: 9\r\n") + b"{"
    for data in [b"", b"GET /", document[:-2], document, document * 60, begun]:
        for is_reset in [False, True]:
            with connect(server.port) as connection:
                connection.sendall(data)
                if is_reset:
                    connection.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of 0
    request.connection.close()
    still_serves(server, switch, before)
