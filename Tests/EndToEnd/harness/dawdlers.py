"""Many clients that take their time, in one thread: each kind says what it sends, and when."""

import selectors
import socket
import time
from dataclasses import dataclass, field

# So many connects are under way at one time: more would fill the listener's queue.
CONNECTS_MAX = 200
DOCUMENT = "/openapi/native.json"


@dataclass(frozen=True)
class Kind:
    name: str
    # Sent at once; {key}, {number} and {host} are filled in.
    opening: str = ""
    # Sent one piece a tick, over and over, once the opening is out.
    drip: tuple = ()
    reads: bool = True
    # The limit after which the server hangs up; None for never.
    limit: str | None = None
    # How what is received begins.
    says: bytes = b""
    # What is among it.
    tells: bytes = b""


HEAD = "POST /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n"
GET = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n\r\n"
EVENTS = GET.replace("{path}", "/v1/events").replace("\r\n\r\n",
                                                    "\r\nAccept: text/event-stream\r\n\r\n")
KINDS = [
    Kind("silent", limit="head_s"),
    Kind("slow head", drip=tuple("GET /v1/runs HTTP/1.1\r\nX-Slow: " + "x" * 90), limit="head_s",
         says=b"HTTP/1.1 408 "),
    Kind("slow body", HEAD + "Content-Length: 100000\r\n\r\n", (" ",), limit="body_s",
         says=b"HTTP/1.1 408 "),
    Kind("slow chunks", HEAD + "Transfer-Encoding: chunked\r\n\r\n", ("1\r\n \r\n",),
         limit="body_s", says=b"HTTP/1.1 408 "),
    Kind("kept alive", GET.replace("{path}", "/v1/workflows/none"), limit="idle_s",
         says=b"HTTP/1.1 404 "),
    Kind("answer never read", GET.replace("{path}", DOCUMENT) * 60, reads=False, limit="write_s"),
    Kind("long poll", "POST /v1/tasks/claim HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n"
         "Content-Length: {length}\r\n\r\n{claim}"),
    Kind("event stream", EVENTS, says=b"HTTP/1.1 200 ", tells=b"\ndata: "),
    Kind("events never read", EVENTS, reads=False),
]
CLAIM = '{"worker":"w-%06d","queues":["nothing"],"wait_s":30}'


@dataclass
class Dawdler:
    socket: socket.socket
    since: float
    waiting: bytes
    dripped: int = 0
    received: bytearray = field(default_factory=bytearray)
    lasted: float | None = None


class Dawdlers:
    """`count` clients of one kind against one server."""

    def __init__(self, server, kind, count, tick_s):
        self.server, self.kind, self.count, self.tick_s = server, kind, count, tick_s
        self.selector = selectors.EpollSelector()
        self.all = []
        self.connecting = self.open = 0
        # The longest that this loop was held up, by the machine or by its own work.
        self.late_s = 0.0
        self.tick_at = time.monotonic() + tick_s

    @property
    def are_connected(self):
        return len(self.all) == self.count and not self.connecting

    @property
    def were_told(self):
        return all(self.kind.tells in dawdler.received for dawdler in self.all)

    def run(self, seconds, is_done=lambda: False):
        """Connects them all and dawdles until all are hung up on or it is done, or for so long."""
        begun = turn = time.monotonic()
        while turn < begun + seconds and not is_done() and (
                len(self.all) < self.count or self.open):
            last, turn = turn, time.monotonic()
            self.late_s = max(self.late_s, turn - last)
            while len(self.all) < self.count and self.connecting < CONNECTS_MAX:
                self.connect()
            for key, mask in self.selector.select(self.tick_s / 4):
                self.ready(key.data, mask)
            if self.kind.drip and time.monotonic() >= self.tick_at:
                self.tick_at = time.monotonic() + self.tick_s
                for dawdler in self.all:
                    self.drip(dawdler)

    def close(self):
        for dawdler in self.all:
            if dawdler.lasted is None:
                dawdler.socket.close()
        self.selector.close()

    def connect(self):
        opened = socket.socket()
        opened.setblocking(False)
        if not self.kind.reads:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        claim = CLAIM % len(self.all)
        opening = (self.kind.opening.replace("{key}", self.server.key)
                   .replace("{length}", str(len(claim))).replace("{claim}", claim))
        dawdler = Dawdler(opened, time.monotonic(), opening.encode())
        opened.connect_ex(("127.0.0.1", self.server.port))
        self.selector.register(opened, selectors.EVENT_WRITE, dawdler)
        self.all.append(dawdler)
        self.connecting += 1
        self.open += 1

    def ready(self, dawdler, mask):
        try:
            if mask & selectors.EVENT_WRITE:
                self.send(dawdler)
            elif self.kind.reads:
                piece = dawdler.socket.recv(65536)
                dawdler.received += piece
                if not piece:
                    self.ended(dawdler)
            else:
                # What is reported though it was not asked for: the connection is over.
                self.ended(dawdler)
        except OSError:
            self.ended(dawdler)

    def send(self, dawdler):
        self.connecting -= 1
        if dawdler.waiting:
            sent = dawdler.socket.send(dawdler.waiting)
            assert sent == len(dawdler.waiting)
        if self.kind.reads:
            self.selector.modify(dawdler.socket, selectors.EVENT_READ, dawdler)
        else:
            # No event is asked for, which leaves errors and the end.
            self.selector._selector.modify(dawdler.socket.fileno(), 0)

    def drip(self, dawdler):
        if dawdler.lasted is not None:
            return
        piece = self.kind.drip[dawdler.dripped % len(self.kind.drip)]
        if not self.kind.opening and dawdler.dripped == 0:
            # A head's time begins with its first byte.
            dawdler.since = time.monotonic()
        dawdler.dripped += 1
        try:
            dawdler.socket.send(piece.encode())
        except OSError:
            pass  # It is reported as an event as well.

    def ended(self, dawdler):
        if dawdler.lasted is None:
            dawdler.lasted = time.monotonic() - dawdler.since
            self.selector.unregister(dawdler.socket)
            dawdler.socket.close()
            self.open -= 1
