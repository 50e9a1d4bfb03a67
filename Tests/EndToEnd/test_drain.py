"""The end in good order, point by point, on connections that are kept open (reliability, X1)."""

import json
import shutil
import signal
import socket
import subprocess
import time

import pytest

from harness.raw import Raw, request
from harness.waiting import PATIENCE_S, at_most, until
from harness.workflows import write
from test_metrics import metrics

CLAIM = json.dumps({"worker": "w", "queues": ["nothing"], "wait_s": 30}).encode()


def is_refused(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def server(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])
    return lambda *flags: start("--workflows", str(folder), *flags)


@pytest.mark.parametrize("loops", [1, 2])
def test_what_is_under_way_is_answered_and_what_is_idle_closes(server, loops):
    server = server("--loops", str(loops))
    key = f"X-API-Key: {server.key}\r\nContent-Type: application/json\r\n"
    making_bytes = request("POST", "/v1/runs", key, b'{"workflow": "idle"}')
    idle, poll, asking, making = (Raw(server.port) for _ in range(4))
    idle.send(request("GET", "/readyz"))
    assert idle.answer().status == 200
    poll.send(request("POST", "/v1/tasks/claim", key, CLAIM))
    until(lambda: metrics(server)["signalbox_http_waiting_requests"] == 1, "the poll waits")
    asking.send(request("GET", "/readyz")[:-2])
    seen = metrics(server)["signalbox_http_requests_total"]
    making.send(making_bytes[:-5])
    # The look itself is one more.
    until(lambda: metrics(server)["signalbox_http_requests_total"] > seen + 1, "its head is read")
    server.process.send_signal(signal.SIGTERM)
    assert idle.is_closed()
    answer = poll.answer()
    assert answer.closes and (answer.status, answer.json) == (200, {"tasks": []}), answer
    until(lambda: is_refused(server.port), "nobody is let in any more")
    asking.send(b"\r\n")
    answer = asking.answer()
    assert answer.closes and answer.status == 503, answer
    making.send(making_bytes[-5:])
    answer = making.answer()
    assert answer.closes and answer.status == 201, answer
    for client in (poll, asking, making):
        assert client.is_closed()
    assert server.process.wait(timeout=PATIENCE_S) == 0
    wal = server.data / "signalbox.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0
    assert server.start().client.get(f"/v1/runs/{answer['id']}").status == 200


def test_who_dawdles_holds_the_end_up_for_ten_seconds_at_most(server):
    server = server("--limit", "head_s=60")
    with Raw(server.port) as dawdler:
        dawdler.send(b"GET /healthz HTTP/1.1\r\n")
        until(lambda: metrics(server)["signalbox_http_stranger_connections"] == 1, "it is there")
        # And not for the 25 seconds after which it is cut.
        with at_most(20, "the end"):
            assert server.terminate() == 0


def test_the_log_says_what_the_end_waits_for(start, tmp_path):
    folder, begun = tmp_path / "workflows", tmp_path / "begun"
    folder.mkdir()
    script = f"touch {begun}; exec sleep 600"
    write(folder, "long", [{"name": "work", "command": ["/bin/sh", "-c", script]}])
    server = start("--workflows", str(folder))
    assert server.client.post("/v1/runs", {"workflow": "long"}).status == 201
    until(begun.exists, "the command has begun")
    key = f"X-API-Key: {server.key}\r\nContent-Type: application/json\r\n"
    with Raw(server.port) as poll:
        poll.send(request("POST", "/v1/tasks/claim", key, CLAIM))
        until(lambda: metrics(server)["signalbox_http_waiting_requests"] == 1, "the poll waits")
        assert server.terminate() == 0
    first, last = [line for line in map(json.loads, server.log_tail().splitlines())
                   if line["event"].startswith("end.")]
    assert (first["event"], first["waiting"], first["tasks"]) == ("end.begun", 1, 1), first
    assert first["connections"] >= 1 and first["ms_max"] == 25_000, first
    assert last["event"] == "end.done" and 0 <= last["ms"] < 25_000, last


# The store's last write waits while a file is there.
SLOW_DISK = """
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static void hold(void) { while (access(getenv("HOLD"), F_OK) == 0) usleep(10000); }
int fsync(int file) { hold(); return syscall(SYS_fsync, file); }
int fdatasync(int file) { hold(); return syscall(SYS_fdatasync, file); }
"""


def test_an_end_that_takes_too_long_is_cut(tmp_path, start):
    """25 seconds in all, then status 1: here the disk never answers."""
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        pytest.skip("there is neither clang nor cc")
    library, hold = tmp_path / "slow.so", tmp_path / "hold"
    subprocess.run([compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", library], check=True,
                   input=SLOW_DISK.encode())
    server = start(env={"LD_PRELOAD": str(library), "HOLD": str(hold)})
    hold.touch()
    key = f"X-API-Key: {server.key}\r\nContent-Type: application/json\r\n"
    body = b'{"organization": "default", "workspace": "default", "role": "viewer"}'
    with Raw(server.port) as making:
        making.send(request("POST", "/v1/keys", key, body))
        until(lambda: metrics(server)["signalbox_http_requests_total"] >= 2, "it is being made")
        began = time.monotonic()
        assert server.terminate(seconds=40) == 1
        assert 24 < time.monotonic() - began < 35
    hold.unlink()
    assert '"end.cut"' in server.log_tail()
