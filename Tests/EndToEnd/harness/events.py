"""A client of event streams that reads what the bytes say and nothing more."""

import http.client
import json
import threading
from dataclasses import dataclass

from harness.waiting import PATIENCE_S


@dataclass
class Event:
    id: str | None
    kind: str
    data: object


class Stream:
    """One connection; an iterator of events that ends with the answer. Comments are counted."""

    def __init__(self, client, path, last_id=None, timeout=PATIENCE_S):
        self.connection = http.client.HTTPConnection(client.host, client.port, timeout=timeout)
        headers = {"X-API-Key": client.key, "Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.comments = 0

    def __iter__(self):
        fields, data = {}, []
        while line := self.response.readline():
            line = line.decode().rstrip("\n")
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if line == "" and data:
                yield Event(fields.get("id"), fields.get("event", "message"),
                            json.loads("\n".join(data)))
                fields, data = {}, []
            elif line.startswith(":"):
                self.comments += 1
            elif name == "data":
                data.append(value)
            else:
                fields[name] = value

    def close(self):
        self.connection.close()


class Follower(threading.Thread):
    """Comes back with Last-Event-ID whenever its stream ends, to the end of the run."""

    def __init__(self, server, path):
        super().__init__(daemon=True)
        self.server, self.path = server, path
        self.events, self.breaks, self.last_id = [], 0, None
        self.ended = None

    def run(self):
        while self.ended is None:
            try:
                stream = Stream(self.server.client, self.path, self.last_id)
                if stream.status == 204:
                    self.ended = {}
                    return
                assert stream.status == 200, stream.status
                for event in stream:
                    self.last_id = event.id or self.last_id
                    if event.kind == "end":
                        self.ended = event.data
                        return
                    self.events.append(event)
            except (OSError, http.client.HTTPException):
                pass
            self.breaks += 1
            threading.Event().wait(0.02)
