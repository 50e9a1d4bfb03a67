"""A connection that sends bytes and looks at bytes."""

import json
import socket
from dataclasses import dataclass, field

READ_S = 10.0


@dataclass
class RawAnswer:
    status: int
    # Names in lower case, in order; a name may be there twice.
    fields: list = field(repr=False)
    body: bytes
    version: str = "HTTP/1.1"

    @property
    def headers(self):
        return dict(self.fields)

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, name):
        return self.json[name]

    def all(self, name):
        return [value for other, value in self.fields if other == name]

    @property
    def closes(self):
        return self.headers.get("connection") == "close"


class Raw:
    """One connection to a server on this machine. Every wait ends after some seconds."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=READ_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def read(self):
        piece = self.socket.recv(65536)
        self.received += piece
        return piece

    def head(self):
        """The next head, be it of an interim answer, and its length."""
        while b"\r\n\r\n" not in self.received:
            assert self.read(), f"no whole head, but {self.received!r}"
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        version, status, reason = line.split(" ", 2)
        assert reason and len(status) == 3, line
        pairs = [(name.lower(), value) for name, value in (f.split(": ", 1) for f in fields)]
        return RawAnswer(int(status), pairs, b"", version)

    def answer(self, method="GET"):
        """The next answer that is not an interim one, its form checked."""
        answer = self.head()
        lengths = answer.all("content-length")
        assert answer.version == "HTTP/1.1" and len(answer.all("date")) == 1, answer.fields
        assert len(lengths) == (0 if answer.status in (204, 304) else 1), answer.fields
        length = int(lengths[0]) if lengths and method != "HEAD" else 0
        while len(self.received) < length:
            assert self.read(), f"half a body: {self.received!r}"
        answer.body, self.received = self.received[:length], self.received[length:]
        return answer

    def is_silent(self, seconds=0.1):
        """Whether nothing comes, nor the end."""
        self.socket.settimeout(seconds)
        try:
            return not self.received and self.socket.recv(1, socket.MSG_PEEK) is None
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(READ_S)

    def is_closed(self):
        """Whether the connection ends here, in order and not by a reset."""
        self.half_close()
        return self.received == b"" and self.socket.recv(1) == b""


def request(method, path, fields="", body=b"", host="localhost"):
    """A request; `fields` are lines with their ends."""
    body = body if isinstance(body, bytes) else body.encode()
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{fields}{length}\r\n".encode("latin-1") + body
