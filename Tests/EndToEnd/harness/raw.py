"""A connection that stays open: bytes are sent, answers are read one by one."""

import json
import socket
from dataclasses import dataclass, field

from harness.octets import NO_BODY, connect, read_head


@dataclass
class RawAnswer:
    status: int
    # Names in lower case, each of them once.
    headers: dict = field(repr=False)
    body: bytes = b""

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, name):
        return self.json[name]

    @property
    def closes(self):
        return self.headers.get("connection") == "close"


class Raw:
    """One connection to a server on this machine. Every wait ends after some seconds."""

    def __init__(self, port):
        self.socket = connect(port)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))

    def read(self):
        piece = self.socket.recv(65536)
        assert piece, f"the end, behind {self.received!r}"
        self.received += piece

    def head(self):
        """The next head, be it that of an interim answer."""
        while b"\r\n\r\n" not in self.received:
            self.read()
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        return RawAnswer(*read_head(head))

    def answer(self, method="GET"):
        """The next answer, which must not be an interim one, with a length."""
        answer = self.head()
        assert answer.status >= 200 and "date" in answer.headers, answer.headers
        length = answer.headers.get("content-length")
        assert (length is None) == (answer.status in NO_BODY), answer.headers
        count = int(length) if length and method != "HEAD" else 0
        while len(self.received) < count:
            self.read()
        answer.body, self.received = self.received[:count], self.received[count:]
        return answer

    def is_closed(self):
        """Whether the connection ends here, in order and not by a reset."""
        self.socket.shutdown(socket.SHUT_WR)
        return self.received == b"" and self.socket.recv(1) == b""


def request(method, path, fields="", body=b"", host="localhost"):
    """A request; `fields` are lines with their ends."""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{fields}{length}\r\n".encode(
        "latin-1") + body
