"""What HTTP alone costs: a GET that touches no database beside nginx, and connections that do
nothing."""

import pathlib
import re
import resource
import socket
import subprocess

from server import Server

ANSWER = b'{"status":"ok"}'


def plain_get(port, connections, seconds):
    """Requests per second of `GET /healthz`, as wrk sends it without a script."""
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}/healthz"],
        capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec: *([\d.]+)", output)
    if rate is None or "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"bench: wrk failed: {output}")
    return float(rate[1]), int(re.search(r"(\d+) requests in", output)[1])


def idle_memory(program, folder, count):
    """Bytes that one connection takes which has asked once and then is silent."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(count, hard - 200)
    limits = [f"--limit={name}={count + 100}" for name in ("connections", "strangers")]
    with Server(program, pathlib.Path(folder), *limits) as server:
        before = server.resident_mb()
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        for client in clients:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if not client.recv(4096).startswith(b"HTTP/1.1 200"):
                raise SystemExit("bench: a connection was not served")
        added = server.resident_mb() - before
        for client in clients:
            client.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return added * 2**20 / count
