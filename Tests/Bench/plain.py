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


def held_memory(program, folder, count, path):
    """Bytes that one connection takes which has asked for a path: once for an answer, and is silent
    then, or for a stream, which goes on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    names = ("connections", "strangers", "streams", "key_streams")
    limits = [f"--limit={name}={count + 100}" for name in names]
    with Server(program, pathlib.Path(folder), *limits) as server:
        request = (f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                   f"X-API-Key: {server.key}\r\n\r\n").encode()
        before = server.resident_mb()
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        for client in clients:
            client.sendall(request)
            if not client.recv(4096).startswith(b"HTTP/1.1 200"):
                raise SystemExit("bench: a connection was not served")
        added = server.resident_mb() - before
        for client in clients:
            client.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return added * 2**20 / count


def growth(program, folder, requests):
    """Resident megabytes after a thousandth of so many requests, and after all of them."""
    with Server(program, pathlib.Path(folder)) as server:
        done, first = 0, None
        while done < requests:
            done += plain_get(server.port, 64, 1 if first is None else 10)[1]
            if first is None and done >= requests // 1000:
                first = server.resident_mb()
        return first, server.resident_mb()
