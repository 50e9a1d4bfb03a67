"""The server on a Unix socket: alone, and behind a reverse proxy."""

import json
import shutil
import socket
import stat
import subprocess
import urllib.request

import pytest

from harness.server import Server, run
from harness.waiting import PATIENCE_S, until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@pytest.fixture
def unix(tmp_path):
    """A server on a socket in a folder of its own, and the path of that socket."""
    path = tmp_path / "socket"
    server = Server(tmp_path, place=f"unix:{path}").start()
    yield server, path
    server.close()


def answered(path, target, *arguments):
    """What curl gets: the status and the body."""
    ended = subprocess.run(
        ["curl", "-sS", "-m", "30", "--unix-socket", str(path), "-w", "\n%{http_code}",
         *arguments, f"http://localhost{target}"],
        capture_output=True, text=True, timeout=PATIENCE_S)
    assert ended.returncode == 0, ended
    body, status = ended.stdout.rsplit("\n", 1)
    return int(status), body


def test_it_answers_on_the_socket_until_it_ends(unix):
    server, path = unix
    assert stat.S_IMODE(path.lstat().st_mode) == 0o660
    key = f"X-API-Key: {server.key}"
    assert answered(path, "/readyz") == (200, '{"status":"ok"}')
    assert answered(path, "/v1/runs")[0] == 401
    assert answered(path, "/v1/runs", "-H", key)[0] == 200
    # No page in a browser reaches a Unix socket: any name will do.
    assert answered(path, "/v1/runs", "-H", key, "-H", "Host: signals.example.com")[0] == 200
    assert server.terminate() == 0
    assert not path.exists()


def test_the_commands_reach_it(unix):
    server, path = unix
    listed = run("run", "list", "--url", f"unix:{path}", "--data", str(server.data))
    assert listed.returncode == 0 and json.loads(listed.stdout)["runs"] == [], listed
    missed = run("run", "list", "--url", f"unix:{path}.none", "--data", str(server.data))
    assert missed.returncode == 69 and f"unix:{path}.none" in missed.stderr, missed


def test_what_a_killed_server_left_is_replaced(unix):
    server, path = unix
    server.kill()
    assert path.is_socket()
    server.start()
    assert answered(path, "/healthz")[0] == 200


def test_the_socket_of_another_is_left_alone(unix, tmp_path):
    server, path = unix
    second = run("serve", "--listen", f"unix:{path}", "--data", str(tmp_path / "second"))
    assert second.returncode == 75 and str(path) in second.stderr, second
    assert answered(path, "/healthz")[0] == 200


def test_another_kind_of_file_is_left_alone(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    ended = run("serve", "--listen", f"unix:{file}", "--data", str(tmp_path / "data"))
    assert ended.returncode == 78 and str(file) in ended.stderr, ended
    assert file.read_text() == "mine"


def test_a_path_that_does_not_fit_is_refused(tmp_path):
    path = "unix:/tmp/" + "s" * 103
    ended = run("serve", "--listen", path, "--data", str(tmp_path / "data"))
    assert ended.returncode == 64 and not (tmp_path / "data").exists(), ended


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def nginx(tmp_path):
    """nginx in front of a socket; ended after the test."""
    if not NGINX:
        pytest.skip("nginx is not installed")
    started = []

    def front(path, more=""):
        # Another program may take the port before nginx does; then it ends, and finds another one.
        return next(port for port in (begin(path, more) for _ in range(5)) if port)

    def begin(path, more):
        port = free_port()
        folder = tmp_path / f"nginx-{port}"
        folder.mkdir()
        (folder / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
            events {{ worker_connections 100; }}
            http {{
              access_log off;
              client_body_temp_path {folder}/1; proxy_temp_path {folder}/2;
              fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
              upstream box {{ server unix:{path}; keepalive 4; }}
              server {{
                listen 127.0.0.1:{port};
                location / {{
                  proxy_pass http://box;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  proxy_buffering off;
                  {more}
                }}
              }}
            }}
            """)
        process = subprocess.Popen(
            [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.append(process)

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        until(lambda: process.poll() is not None or listens(), "nginx listens")
        return port if process.poll() is None else None

    yield front
    for process in started:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def test_it_works_behind_nginx(unix, nginx):
    server, path = unix
    server.port = nginx(path)
    client = server.client
    for _ in range(20):
        assert client.get("/v1/runs").status == 200
    assert client.with_key("nonsense").get("/v1/runs").status == 401
    made = client.post(
        "/v1/workflows", {"name": "timer", "steps": [{"name": "wait", "sleep_s": 600}]})
    assert made.status == 201, made
    begun = client.post("/v1/runs", {"workflow": "timer"})
    assert begun.status == 201, begun
    assert client.post(f"/v1/runs/{begun['id']}/cancel?wait_s=5", {}).status == 200


def test_a_stream_comes_through_nginx(unix, nginx):
    server, path = unix
    server.port = nginx(path)
    client = server.client
    client.post("/v1/workflows", {"name": "timer", "steps": [{"name": "wait", "sleep_s": 600}]})
    begun = client.post("/v1/runs", {"workflow": "timer"})
    target = f"http://127.0.0.1:{server.port}/v1/runs/{begun['id']}/events?follow=true"
    request = urllib.request.Request(target, headers={"X-API-Key": server.key})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = iter(stream.readline, b"")
        assert next(line for line in lines if line.startswith(b"data:"))
        # What comes later comes at once too.
        assert client.post(f"/v1/runs/{begun['id']}/cancel", {}).status == 200
        assert next(line for line in lines if line.startswith(b"data:") and b"cancel" in line)


@pytest.mark.parametrize("flags, fields, throttled", [
    (["--trusted-proxy", "unix"], ["198.51.100.1, 203.0.113.9"], True),
    (["--trusted-proxy", "unix"], ["203.0.113.9, nonsense"], False),
    ([], ["203.0.113.9"], False),
], ids=["believed", "no address", "not believed"])
def test_whom_a_proxy_asks_for_is_throttled(tmp_path, flags, fields, throttled):
    """N12: each client of a proxy by itself, and only where the proxy is trusted."""
    path = tmp_path / "socket"
    server = Server(tmp_path, *flags, place=f"unix:{path}").start()
    try:
        named = [part for field in fields for part in ("-H", f"X-Forwarded-For: {field}")]
        statuses = [answered(path, "/v1/runs", "-H", "X-API-Key: no", *named)[0]
                    for _ in range(40)]
        assert set(statuses[:20]) == {401} and (429 in statuses) == throttled, statuses
        other = answered(path, "/v1/runs", "-H", "X-API-Key: no", "-H",
                         "X-Forwarded-For: 203.0.113.10")
        assert other[0] == 401
    finally:
        server.close()
