"""Several loops behind one listener."""

import socket
from pathlib import Path

from harness.raw import Raw, request
from harness.waiting import until
from test_metrics import metrics, read

CONNECTIONS = 40
ROUNDS = 5
REQUESTS = 200
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def threads(server):
    """The nanoseconds that each thread has run, by its name."""
    found = {}
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        name = (task / "comm").read_text().strip()
        found[name] = int((task / "schedstat").read_text().split()[0])
    return found


def test_loops_share_the_work(start):
    server = start("--loops", "2")
    names = {"loop-0", "loop-1", "writer", "clock", "log"}
    until(lambda: names <= set(threads(server)), "the threads have their names")
    # On a busy machine a loop may be kept from its turns for a while: one fair round of a few.
    rounds = []
    while not any(min(used) > sum(used) / 5 for used in rounds):
        assert len(rounds) < ROUNDS, rounds
        rounds.append(used_by_loops(server))


def used_by_loops(server):
    """The processor time that each of two loops takes for some connections, in nanoseconds."""
    before = threads(server)
    clients = []
    for _ in range(CONNECTIONS):
        # Each is served before the next comes: in a burst whoever runs already takes them all, and
        # on a busy machine that may be one loop.
        clients.append(Raw(server.port))
        clients[-1].send(GET)
        assert clients[-1].answer().status == 200
    for client in clients:
        client.send(GET * REQUESTS)
    for client in clients:
        for _ in range(REQUESTS):
            assert client.answer().status == 200
    after = threads(server)
    for client in clients:
        client.socket.close()
    return [after[name] - before[name] for name in ("loop-0", "loop-1")]


def test_limits_hold_for_all_loops_together(start):
    server = start("--loops", "2", "--limit", "connections=40", "--limit", "strangers=10")
    key = f"X-API-Key: {server.key}\r\n"
    clients = [Raw(server.port) for _ in range(60)]
    def has_evicted():
        counted = metrics(server)
        return counted if counted["signalbox_http_strangers_evicted_total"] >= 48 else None
    counted = until(has_evicted, "those too many are driven out")
    # Each loop may keep one newcomer where it has nobody to send away.
    assert counted["signalbox_http_stranger_connections"] <= 12, counted
    statuses = []
    for _ in range(50):
        clients.append(Asking(server.port))
        clients[-1].send(request("GET", "/metrics", key))
        statuses.append(clients[-1].status())
    assert statuses[:28] == [200] * 28 and statuses[40:] == [503] * 10, statuses
    known = clients[60]
    known.send(request("GET", "/metrics", key))
    assert read(known.answer().body.decode())[1]["signalbox_http_connections"] == 40
    for client in clients:
        client.socket.close()
    until(lambda: metrics_are_there(server), "there is room again")


class Asking(Raw):
    def status(self):
        """Of the next answer; one above the limit has no date."""
        return self.answer().status if self.peek().startswith(b"HTTP/1.1 200") else 503

    def peek(self):
        return self.socket.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL)


def metrics_are_there(server):
    answer = server.client.get("/metrics")
    return answer.status == 200 and b"\nsignalbox_http_connections 1\n" in answer.body
