"""What Prometheus reads, by a reader of its text format that forgives nothing."""

import re
import socket

from harness.server import run
from harness.waiting import until

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{{LABEL}\}})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\]|\\[\\n])*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge)")


def read(text):
    """The kinds by name, and the values by name and label; fails on anything out of place."""
    assert text.endswith("\n")
    kinds, values, name = {}, {}, None
    for line in text.split("\n")[:-1]:
        if match := HELP.fullmatch(line):
            name = match.group(1)
            assert name not in kinds, f"{name} comes twice"
            kinds[name] = None
        elif match := TYPE.fullmatch(line):
            assert match.group(1) == name and kinds[name] is None, line
            kinds[name] = match.group(2)
            assert (kinds[name] == "counter") == name.endswith("_total"), line
        else:
            match = SAMPLE.fullmatch(line)
            assert match and match.group(1) == name and kinds[name], line
            key = (name, match.group(3)) if match.group(2) else name
            assert key not in values, line
            values[key] = float(match.group(4))
    assert all(kinds.values())
    return kinds, values


def metrics(server):
    answer = server.client.get("/metrics")
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.body.decode())[1]


def test_what_happened_is_counted(start):
    server = start()
    before = metrics(server)
    server.client.get("/v1/runs")
    server.client.get("/v1/runs/nothing")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wrong:
        wrong.sendall(b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n")
        assert b" 505 " in wrong.recv(4096)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10):
        until(lambda: metrics(server)["signalbox_http_stranger_connections"] >= 1, "it is counted")
    after = metrics(server)

    def grown(key):
        return after[key] - before.get(key, 0)

    assert grown("signalbox_http_requests_total") >= 3
    assert grown("signalbox_http_connections_accepted_total") >= 5
    assert grown(("signalbox_http_answers_total", "2xx")) >= 2
    assert grown(("signalbox_http_answers_total", "4xx")) >= 1
    assert grown(("signalbox_http_answers_total", "5xx")) == 1
    assert grown(("signalbox_http_refusals_total", "505")) == 1
    assert after["signalbox_http_connections"] >= 1
    for name in ("signalbox_http_connections_turned_away_total", "signalbox_http_waiting_requests",
                 "signalbox_http_strangers_evicted_total", "signalbox_http_accept_pauses_total",
                 ("signalbox_http_timeouts_total", "head")):
        assert after[name] == 0, name
    assert after["process_resident_memory_bytes"] > 1 << 20
    assert after["process_cpu_seconds_total"] > 0 and after["process_max_fds"] > 100


def test_a_key_is_needed_that_may_look(start):
    server = start()
    assert server.client.with_key(None).get("/metrics").status == 401
    for role, status in (("viewer", 200), ("worker", 403)):
        made = run("key", "create", "--role", role, "--workspace", "w",
                   "--url", f"http://127.0.0.1:{server.port}", "--data", str(server.data))
        assert made.returncode == 0, made
        assert server.client.with_key(made.stdout.strip()).get("/metrics").status == status, role
