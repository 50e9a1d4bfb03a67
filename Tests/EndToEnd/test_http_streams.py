"""Items of the HTTP checklist about streams, of the real program: the bytes of `/v1/events` and of
a run's events. The descriptions begin with the items."""

import socket

import pytest

from harness.envelopes import check
from harness.octets import read_chunks
from harness.process import cpu_s
from harness.raw import Raw, request
from harness.styles import NATIVE
from harness.waiting import WOKEN_S, at_most, until
from harness.workflows import write

STREAM = "Accept: text/event-stream\r\n"
RUNS = 30


class Stream(Raw):
    """A connection with a stream of events."""

    def __init__(self, server, path="/v1/events?cursor=0", fields="", key=None):
        super().__init__(server.port)
        self.send(request("GET", path, f"X-API-Key: {key or server.key}\r\n{STREAM}{fields}"))

    def begin(self):
        answer = self.head()
        assert answer.status == 200, answer
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] in ("no-store", "no-cache")
        assert answer.headers["transfer-encoding"] == "chunked"
        assert "content-length" not in answer.headers and answer.headers["x-request-id"]
        return self

    def until(self, mark):
        while mark not in self.received:
            self.read()


@pytest.fixture
def streaming(start, tmp_path):
    """Starts a server whose workflow `timer` waits."""
    def streaming(*flags):
        folder = tmp_path / "workflows"
        folder.mkdir()
        write(folder, "timer", [{"name": "wait", "sleep_s": 600}])
        return start("--workflows", str(folder), *flags)
    return streaming


@pytest.mark.parametrize("path", [
    pytest.param("/v1/events?cursor=0", id="102, 103: the workspace's events"),
    pytest.param("/v1/runs/{}/events", id="102, 103: a run's events")])
def test_the_bytes_of_a_stream(streaming, path):
    server = streaming()
    run = NATIVE.create(server.client, "timer")
    with Stream(server, path.format(run.id)) as stream:
        stream.begin().until(b"\n\n")
        NATIVE.stop(server.client, run)
        stream.until(b"run.cancelled")
        assert server.terminate() == 0
        while not stream.received.endswith(b"0\r\n\r\n"):
            stream.read()
        body, rest = read_chunks(stream.received)
        assert rest == b"" and stream.socket.recv(1) == b""
    frames = body.decode().split("\n\n")
    assert frames.pop() == ":\n", "the comment that a stream ends with"
    seen = []
    for frame in frames:
        lines = frame.split("\n")
        assert all(line.split(": ")[0] in ("id", "event", "data") or line == ":" for line in lines)
        seen += [int(line[4:]) for line in lines if line.startswith("id: ")]
    assert len(seen) > 1 and seen == sorted(set(seen))


def test_a_stream_to_http_1_0(streaming):
    """92, 102: no chunks, the end of the connection is the end."""
    server = streaming()
    NATIVE.create(server.client, "timer")
    with Raw(server.port) as raw:
        raw.send(f"GET /v1/events?cursor=0 HTTP/1.0\r\nX-API-Key: {server.key}\r\n{STREAM}"
                 "Connection: keep-alive\r\n\r\n")
        answer = raw.head()
        assert answer.status == 200 and answer.closes
        assert not {"transfer-encoding", "content-length"} & set(answer.headers)
        while b"\n\n" not in raw.received:
            raw.read()
        assert raw.received.startswith(b"id: ")
        assert server.terminate() == 0
        while piece := raw.socket.recv(65536):
            raw.received += piece
        assert raw.received.endswith(b"\n\n:\n")


def test_head_of_a_stream(streaming):
    """7, 93: the head alone, at once, and the connection goes on."""
    server = streaming("--limit", "key_streams=1")
    for path in ("/v1/events", "/v1/events?follow=true"):
        with Raw(server.port) as raw:
            for _ in range(3):
                raw.send(request("HEAD", path, f"X-API-Key: {server.key}\r\n{STREAM}"))
                answer = raw.head()
                assert answer.status == 200 and "transfer-encoding" not in answer.headers
            raw.send(request("GET", "/healthz"))
            assert raw.answer().status == 200


def test_comments(streaming):
    """104: while nothing happens."""
    server = streaming("--limit", "stream_silence_s=0.1")
    with Stream(server, "/v1/events") as stream:
        stream.begin().until(b"2\r\n:\n\r\n" * 2)


@pytest.mark.parametrize("value", [
    "x", "-1", "+1", "1.0", "1 2", "0x1", "9" * 16, "9" * 5000, "\u00ff", "", "1,2",
    "1\r\nLast-Event-ID: 1"], ids=lambda value: f"105: {value[:24]!r}")
def test_last_event_ids_that_are_none(shared, value):
    for path in ("/v1/events", "/v1/events?follow=true&cursor=1"):
        with Stream(shared, path, f"Last-Event-ID: {value}\r\n") as stream:
            check("native", stream.answer(), 400)


def test_an_event_that_is_not_there(streaming):
    """105: an id from the future begins with a reset."""
    server = streaming()
    with Stream(server, "/v1/events", "Last-Event-ID: 999999999\r\n") as stream:
        stream.begin().until(b"event: reset\n")


def test_a_reader_that_does_not_read(streaming):
    """106, 115, 123, 134: what it does not take is not kept for it, and nobody else waits."""
    server = streaming()
    with Stream(server, "/v1/events") as slow:
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with Stream(server, "/v1/events") as quick:
            quick.begin()
            for _ in range(RUNS):
                with at_most(15, "a stop beside a reader that does not read"):
                    NATIVE.stop(server.client, NATIVE.create(server.client, "timer"))
            while quick.received.count(b"event: run.cancelled") < RUNS:
                quick.read()


def test_a_peer_that_is_gone(streaming):
    """107: its place is free at once, while nothing is written."""
    server = streaming("--limit", "key_streams=2")
    for leave in ("close", "half", "reset"):
        streams = [Stream(server, "/v1/events").begin() for _ in range(2)]
        with Stream(server, "/v1/events") as third:
            answer = third.answer()
            check("native", answer, 429)
            assert int(answer.headers["retry-after"]) > 0
        for stream in streams:
            if leave == "half":
                stream.socket.shutdown(socket.SHUT_WR)
                continue
            if leave == "reset":
                stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1" + b"\0" * 7)
            stream.socket.close()
        until(lambda: has_room(server), f"places are free after a {leave}", WOKEN_S)
        for stream in streams:
            stream.socket.close()


def has_room(server):
    with Stream(server, "/v1/events") as one, Stream(server, "/v1/events") as other:
        return [one.head().status, other.head().status] == [200, 200]


def test_what_is_sent_during_a_stream(streaming):
    """109: it waits in the client's own buffers, and costs the server nothing."""
    server = streaming()
    with Stream(server, "/v1/events") as stream:
        stream.begin()
        stream.socket.setblocking(False)
        piece, sent = request("GET", "/healthz") * 1000, 0
        with pytest.raises(BlockingIOError):
            while sent < 64 << 20:
                sent += stream.socket.send(piece)
        before = cpu_s(server.process.pid)
        stream.socket.settimeout(10)
        run = NATIVE.create(server.client, "timer")
        stream.until(run.id.encode())
        assert cpu_s(server.process.pid) - before < 0.5


@pytest.mark.parametrize("count", [1, 20], ids=lambda count: f"110, 136: {count} streams")
def test_a_drain_ends_streams(streaming, count):
    server = streaming()
    streams = [Stream(server, "/v1/events").begin() for _ in range(count)]
    with at_most(10, "the drain of streams"):
        assert server.terminate() == 0
    for stream in streams:
        while piece := stream.socket.recv(65536):
            stream.received += piece
        body, rest = read_chunks(stream.received)
        assert rest == b""
        stream.socket.close()


@pytest.mark.parametrize("flags", [["key_streams=1"], ["streams=1"]],
                         ids=lambda flags: f"122: {flags[0]}")
def test_streams_have_limits(streaming, flags):
    server = streaming("--limit", flags[0])
    with Stream(server, "/v1/events").begin(), Stream(server, "/v1/events") as other:
        answer = other.answer()
        check("native", answer, 429)
        assert answer.headers["retry-after"] == "1"
        # The same connection serves on.
        other.send(request("GET", "/v1/events", f"X-API-Key: {server.key}\r\n"))
        assert other.answer().status == 200
