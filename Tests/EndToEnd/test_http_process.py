"""Items of the HTTP checklist that show in the process: its sockets, its calls, its memory, and
what it does while something else blocks. The descriptions begin with the items."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.envelopes import check
from harness.process import CLIENTS_MAX, descriptors, peak_mib, resident_mib
from harness.raw import Raw, request
from harness.server import binary, environment, run
from harness.waiting import PATIENCE_S, at_most, until

VIEWER = {"organization": "default", "workspace": "default", "role": "viewer"}
IDLE = min(1000, CLIENTS_MAX)
# 40 MB for 10,000 (decisions.md, section 4), and what a process takes in steps.
IDLE_MIB_MAX = 4 + 4


@pytest.mark.parametrize("limit, refused", [
    pytest.param("waiters=2", 503, id="122: in all"),
    pytest.param("key_waiters=2", 429, id="122: of a key"),
])
def test_long_polls_end(start, limit, refused):
    """95, 108: an empty answer when the time is over, a bound on the time, and on the polls."""
    server = start("--limit", limit)
    claim = {"worker": "w", "queues": ["nothing"], "wait_s": 0.2}
    with at_most(10, "a poll of 0.2 s"):
        assert server.client.post("/v1/tasks/claim", claim).json == {"tasks": []}
    check("native", server.client.post("/v1/tasks/claim", claim | {"wait_s": 30.5}), 400)
    with ThreadPoolExecutor(6) as pool:
        polls = [pool.submit(server.client.post, "/v1/tasks/claim",
                             claim | {"worker": f"w{index}", "wait_s": 2}) for index in range(6)]
        answers = sorted((poll.result() for poll in polls), key=lambda answer: answer.status)
    assert [answer.status for answer in answers[:2]] == [200, 200]
    for answer in answers[2:]:
        assert answer.status == refused and int(answer.headers["retry-after"]) > 0, answers


@pytest.mark.parametrize("style, path, status", [
    pytest.param("native", "/v1/runs", 400, id="121: native"),
    pytest.param("wexa", "/execute_flow", 422, id="121: wexa"),
    pytest.param("kubiya", "/api/v1/agents/none/execute", 422, id="121: kubiya"),
])
def test_json_that_is_too_much(shared, style, path, status):
    """121: levels, members, and no trap on a hundred thousand brackets."""
    bodies = [b"[" * 65 + b"]" * 65, b"[" * 100_000, b'{"a":' * 100_000,
              b"[" + b"1," * 10_000 + b"1]", b'{"a":' + b"9" * 4000 + b"}", b"[1e999999999]"]
    for body in bodies:
        answer = shared.client.request(
            "POST", path, body, {"Content-Type": "application/json"})
        check(style, answer, status)


def test_a_writer_that_blocks_blocks_nobody_else(start):
    """135, 150: while the store is locked, what does not write is answered."""
    server = start()
    database = sqlite3.connect(server.data / "signalbox.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    made = []
    writers = [threading.Thread(target=lambda: made.append(
        server.client.post("/v1/keys", VIEWER).status)) for _ in range(8)]
    for writer in writers:
        writer.start()
    try:
        # All of it in less than the five seconds after which the writers are refused.
        for _ in range(5):
            with at_most(4, "a look while the store is locked"):
                assert server.client.get("/healthz").status == 200
                assert server.client.get("/v1/runs").status == 200
                assert server.client.get("/v1/nothing").status == 404
        assert made == []
    finally:
        database.execute("ROLLBACK")
        database.close()
    for writer in writers:
        writer.join(timeout=PATIENCE_S)
    assert made == [201] * 8


def port_of(process):
    """The port in the ready line of a server."""
    line = process.stdout.readline().decode()
    match = re.search(r"127\.0\.0\.1:(\d+)", line)
    assert match, line
    return int(match.group(1))


def test_the_listener_is_there_when_ready_is_said_and_stays(start):
    """137: ready means that connections are taken, and SIGHUP changes nothing about it."""
    server = start()
    before = listeners(server)
    assert len(before) == 1
    for _ in range(3):
        server.process.send_signal(signal.SIGHUP)
        with Raw(server.port) as raw:
            raw.send(request("GET", "/healthz"))
            assert raw.answer().status == 200
    assert listeners(server) == before


def listeners(server):
    """The inodes of the sockets on which a server listens, by its own port."""
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in list(table)[1:]]
    local = f"0100007F:{server.port:04X}"
    return [row[9] for row in rows if row[1] == local and row[3] == "0A"]


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"], ids=lambda text: f"138: {text}")
def test_beyond_this_machine_only_when_asked_for(tmp_path, address):
    """138: and then with credentials, as everywhere."""
    ended = run("serve", "--listen", address, "--data", str(tmp_path / "data"))
    assert ended.returncode == 78 and "insecure-listen" in ended.stderr, ended
    assert not (tmp_path / "data").exists()
    process = subprocess.Popen(
        [str(binary()), "serve", "--listen", address, "--insecure-listen", "--data",
         str(tmp_path / "data")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL, env=environment())
    try:
        port = int(re.search(r":(\d+)$", process.stdout.readline().decode()).group(1))
        with Raw(port) as raw:
            raw.send(request("GET", "/v1/runs", host="any.example"))
            assert raw.answer().status == 401
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


def test_loopback_by_default(shared):
    """138: nothing but 127.0.0.1 is listened on."""
    own = set(descriptors(shared.process.pid))
    for table in ("tcp", "tcp6"):
        with open(f"/proc/net/{table}") as rows:
            for row in (line.split() for line in list(rows)[1:]):
                if row[3] == "0A" and f"socket:[{row[9]}]" in own:
                    assert row[1].startswith("0100007F:"), row


def test_idle_connections_are_small(start):
    """139: resident memory of a thousand that had an answer and wait."""
    server = start()
    warm = [Raw(server.port) for _ in range(20)]
    for raw in warm:
        raw.send(request("GET", "/healthz"))
        assert raw.answer().status == 200
    before = resident_mib(server.process.pid)
    idle = [Raw(server.port) for _ in range(IDLE)]
    for raw in idle:
        raw.send(request("GET", "/v1/runs", f"X-API-Key: {server.key}\r\n"))
        assert raw.answer().status == 200
    grown = resident_mib(server.process.pid) - before
    for raw in warm + idle:
        raw.socket.close()
    assert grown < IDLE_MIB_MAX, f"{grown:.1f} MiB"


def test_bodies_that_nobody_reads_are_not_kept(start):
    """119: a megabyte each, declared or in chunks, of clients who have shown no key."""
    server = start()
    framings = [("Content-Length: 1048576", b"", b"x"),
                ("Transfer-Encoding: chunked", b"100000\r\n", b"x\r\n0\r\n\r\n")]
    before = peak_mib(server.process.pid)
    clients = []
    for framing, first, last in framings * 50:
        raw = Raw(server.port)
        raw.send(f"GET /healthz HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n")
        raw.send(first + bytes(1048575))
        clients.append((raw, last))
    for raw, last in clients:
        raw.send(last)
        assert raw.answer().status == 200
        raw.socket.close()
    grown = peak_mib(server.process.pid) - before
    assert grown < 20, f"{grown:.1f} MiB"


def test_nothing_is_watched_for_in_vain(start):
    """129, 130: idle connections are watched for input and for the end, never for room to write."""
    server = start()
    connections = [Raw(server.port) for _ in range(5)]
    for raw in connections:
        raw.send(request("GET", "/healthz") * 3)
        for _ in range(3):
            assert raw.answer().status == 200
    EPOLLIN, EPOLLOUT, EPOLLRDHUP = 0x1, 0x4, 0x2000
    masks = watched(server)
    assert sum(mask & 0xffff == EPOLLIN | EPOLLRDHUP for mask in masks) >= 5, masks
    assert not any(mask & EPOLLOUT for mask in masks), masks
    for raw in connections:
        raw.socket.close()


def watched(server):
    """What the poller of a server watches for, without what is always reported."""
    folder = f"/proc/{server.process.pid}/fdinfo"
    texts = [open(f"{folder}/{number}").read() for number in os.listdir(folder)]
    return [int(mask, 16) & ~0x18 for text in texts
            for mask in re.findall(r"^tfd:.*events:\s*([0-9a-f]+)", text, re.M)]


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """What a server asked of the system while it served, one call a line."""
    folder = tmp_path_factory.mktemp("traced")
    trace, strace = folder / "trace", shutil.which("strace")
    names = "socket,setsockopt,bind,listen,accept4,sendto,sendmsg,writev,write,close,recvfrom"
    command = [strace or "strace", "-D", "-f", "-s", "40", "-o", str(trace), "-e",
               f"trace={names},epoll_ctl"]
    allowed = strace and subprocess.run(
        [*command[:-2], "true"], capture_output=True).returncode == 0
    if not allowed:
        pytest.skip("strace is not here, or may not look")
    process = subprocess.Popen(
        [*command, str(binary()), "serve", "--listen", "127.0.0.1:0", "--data",
         str(folder / "data")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL, env=environment())
    port = port_of(process)
    for index in range(30):
        with Raw(port) as raw:
            raw.send(request("GET", "/healthz"))
            assert raw.answer().status == 200
            if index % 3 == 0:
                raw.send("BAD\r\n\r\n")
                assert raw.answer().status == 400 and raw.is_closed()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    process.stdout.close()
    # The tracer, which stays behind its child, is done when it has written the end.
    until(lambda: "exited with 0" in trace.read_text(errors="replace"), "the trace is whole")
    return whole_calls(trace.read_text(errors="replace").splitlines())


def whole_calls(lines):
    """Calls as single lines, also those between whose begin and end another thread called."""
    begun, whole = {}, []
    for line in lines:
        thread, _, call = line.partition(" ")
        if call.endswith("<unfinished ...>"):
            begun[thread] = call.removesuffix("<unfinished ...>")
        elif "resumed>" in call:
            whole.append(begun.pop(thread, "") + call.partition("resumed>")[2])
        elif "(" in call:
            whole.append(call)
    return whole


def test_the_calls_of_the_listener(calls):
    """125: its flags, SO_REUSEADDR before bind, no SO_REUSEPORT, a queue that is long enough."""
    listener = [line for line in calls if "socket(AF_INET" in line]
    assert len(listener) == 1
    assert "SOCK_NONBLOCK" in listener[0] and "SOCK_CLOEXEC" in listener[0]
    order = [next(index for index, line in enumerate(calls) if word in line)
             for word in ("socket(AF_INET", "SO_REUSEADDR", "bind(", "listen(")]
    assert order == sorted(order)
    assert not any("SO_REUSEPORT" in line for line in calls)
    backlog = next(int(re.search(r"listen\(\d+, (\d+)\)", line).group(1))
                   for line in calls if "listen(" in line)
    assert backlog >= 1024


def test_the_calls_of_connections(calls):
    """126, 127, 128: flags of accept4, TCP_NODELAY, one send an answer, each with MSG_NOSIGNAL."""
    taken = [line for line in calls if "accept4(" in line and "EAGAIN" not in line]
    assert len(taken) == 30
    assert all("SOCK_NONBLOCK" in line and "SOCK_CLOEXEC" in line for line in taken)
    assert sum("TCP_NODELAY" in line for line in calls) == 30
    sent = [line for line in calls if "sendto(" in line or "sendmsg(" in line]
    assert len(sent) == 40 and all("MSG_NOSIGNAL" in line for line in sent)
    assert all('"HTTP/1.1 ' in line for line in sent)
    # And one call that reads for a request, with one for the end of a connection.
    assert sum("recvfrom(" in line for line in calls) <= len(sent) + len(taken)


def test_descriptors_are_closed_once(calls):
    """132: no close of a number that nobody has, and each connection's once."""
    assert not any("close(" in line and "EBADF" in line for line in calls)
    opened = set()
    for line in calls:
        if taken := re.search(r"accept4\(.*= (\d+)$", line):
            assert taken.group(1) not in opened, line
            opened.add(taken.group(1))
        elif closed := re.search(r"close\((\d+)\)", line):
            opened.discard(closed.group(1))
    assert not opened


def test_closed_connections_are_forgotten(start):
    """131, 133: descriptors that are used again and again, by clients that come and go."""
    server = start()
    before = len(descriptors(server.process.pid))
    for index in range(300):
        with Raw(server.port) as raw:
            raw.send(request("GET", "/healthz") * (index % 4))
            for _ in range(index % 4 // 2):
                assert raw.answer().status == 200
    until(lambda: len(descriptors(server.process.pid)) == before,
          "all descriptors are given back")
