"""A good client over one connection, kept alive: requests of each kind, answers as they should be."""

import json

from harness.octets import connect
from harness.waiting import PATIENCE_S

DOCUMENT = "/openapi/native.json"
PIPELINED = 8


class Broken(Exception):
    """The connection ended before the answer was whole."""


class GoodClient:
    def __init__(self, server, workflow, seconds=PATIENCE_S):
        self.connection = connect(server.port, seconds)
        self.fields = f"Host: 127.0.0.1\r\nX-API-Key: {server.key}\r\n"
        self.workflow = workflow
        self.received = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def get(self):
        self.send(self.head("GET", f"/v1/workflows/{self.workflow}"))
        status, body = self.answer()
        assert status == 200 and json.loads(body)["name"] == self.workflow, (status, body)

    def post(self):
        body = self.body()
        self.send(self.head("POST", "/v1/runs", f"Content-Length: {len(body)}\r\n") + body)
        self.created()

    def chunked(self):
        body = self.body()
        parts = [body[index:index + 7] for index in range(0, len(body), 7)]
        chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts)
        self.send(self.head("POST", "/v1/runs", "Transfer-Encoding: chunked\r\n")
                  + chunks + b"0\r\nT: t\r\n\r\n")
        self.created()

    def pipelined(self):
        names = [f"none-{number}" for number in range(PIPELINED)]
        self.send(b"".join(self.head("GET", f"/v1/workflows/{name}") for name in names))
        for _ in names:
            status, _ = self.answer()
            assert status == 404, status

    def big(self):
        self.send(self.head("GET", DOCUMENT))
        status, body = self.answer()
        assert status == 200 and "paths" in json.loads(body), status

    KINDS = [get, post, chunked, pipelined, big]

    def head(self, method, path, more=""):
        return f"{method} {path} HTTP/1.1\r\n{self.fields}{more}\r\n".encode()

    def body(self):
        return json.dumps({"workflow": self.workflow, "labels": {"filler": "x" * 200}}).encode()

    def send(self, data):
        try:
            self.connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Broken from error

    def created(self):
        status, body = self.answer()
        assert status == 201 and json.loads(body)["workflow"] == self.workflow, (status, body)

    def answer(self):
        """The next answer, which has a length."""
        head = self.take(self.until(b"\r\n\r\n"))
        lines = head.decode().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        assert lines[0].startswith("HTTP/1.1 "), lines[0]
        length = int(fields["content-length"])
        while len(self.received) < length:
            self.read()
        return int(lines[0].split()[1]), self.take(length)

    def until(self, mark):
        while mark not in self.received:
            self.read()
        return self.received.index(mark) + len(mark)

    def take(self, count):
        taken = bytes(self.received[:count])
        del self.received[:count]
        return taken

    def read(self):
        try:
            piece = self.connection.recv(65536)
        except ConnectionResetError as error:
            raise Broken from error
        if not piece:
            raise Broken
        self.received += piece
