"""What Prometheus reads, by a reader of its text format that forgives nothing."""

import http.client
import json
import re
import socket

from harness.raw import Raw, request
from harness.server import run
from harness.waiting import PATIENCE_S, until

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
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as wrong:
        wrong.sendall(b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n")
        assert b" 505 " in wrong.recv(4096)
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S):
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


def test_every_refusal_and_deadline_is_counted(start):
    """140: refusals by status, each deadline, what was accepted and answered."""
    server = start("--limit", "body_s=0.3", "--limit", "idle_s=0.3")
    before = metrics(server)
    begun = "POST /v1/runs HTTP/1.1\r\nHost: localhost\r\n"
    known = f"{begun}X-API-Key: {server.key}\r\n"
    for sent, status in [
            ("BAD\r\n", 400), ("BREW / HTTP/1.1\r\n\r\n", 501), ("GET / HTTP/2.0\r\n\r\n", 505),
            ("GET /" + "a" * 9000, 414), (request("GET", "/", "A: " + "b" * 17000 + "\r\n"), 431),
            (request("GET", "/", host="evil.example"), 421), (f"{begun}Expect: a\r\n\r\n", 417),
            (f"{known}Content-Length: 9\r\n\r\n{{", 408),
            (f"{known}Content-Length: 99999999\r\n\r\n", 413)]:
        with Raw(server.port) as raw:
            raw.send(sent)
            assert raw.answer().status == status
            assert raw.is_closed()
    with Raw(server.port) as raw:
        raw.send(request("GET", "/healthz"))
        assert raw.answer().status == 200 and raw.socket.recv(1) == b""
    after = metrics(server)
    grown = {key: after[key] - before.get(key, 0) for key in after}
    for status in ("400", "501", "505", "414", "431", "421", "417", "413", "408"):
        assert grown["signalbox_http_refusals_total", status] == 1, status
    for deadline in ("body", "idle"):
        assert grown["signalbox_http_timeouts_total", deadline] == 1, deadline
    # Those above, and the one that looks at the numbers.
    assert grown["signalbox_http_connections_accepted_total"] == 11


def test_a_head_that_is_late_is_counted(start):
    """140: apart from those that never say anything, which count as idle."""
    server = start("--limit", "head_s=0.3")
    with begun(server) as raw:
        raw.send("POST /v1/runs HTTP/1.1\r\n")
        assert raw.answer().status == 408 and raw.is_closed()
    seen = until(lambda: counted(server), "a look at the numbers")
    assert seen["signalbox_http_refusals_total", "408"] == 1
    assert seen["signalbox_http_timeouts_total", "head"] == 1


def begun(server):
    """A connection that was answered once. Who is held up longer than a head may take between
    connecting and the first byte is hung up on; then it is another one."""
    def begin():
        raw = Raw(server.port)
        try:
            raw.send(request("GET", "/healthz"))
            if raw.socket.recv(1, socket.MSG_PEEK):
                assert raw.answer().status == 200
                return raw
        except ConnectionError:
            pass
        raw.socket.close()
        return None
    return until(begin, "an answer")


def counted(server):
    try:
        return metrics(server)
    except (OSError, http.client.HTTPException):
        return None


def test_a_key_is_needed_that_may_look(start):
    server = start()
    assert server.client.with_key(None).get("/metrics").status == 401
    for role, status in (("viewer", 200), ("worker", 403)):
        made = run("key", "create", "--role", role, "--workspace", "w",
                   "--url", f"http://127.0.0.1:{server.port}", "--data", str(server.data))
        assert made.returncode == 0, made
        client = server.client.with_key(json.loads(made.stdout)["key"])
        assert client.get("/metrics").status == status, role
