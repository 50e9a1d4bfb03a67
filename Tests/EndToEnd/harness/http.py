"""Requests over plain http.client: what is sent is what the test says, and nothing is retried."""

import http.client
import json
from dataclasses import dataclass, field

from harness.waiting import PATIENCE_S


@dataclass
class Answer:
    status: int
    headers: dict = field(repr=False)
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, name):
        return self.json[name]


class Client:
    """A caller with a key. Every request has its own connection."""

    def __init__(self, port, key, host="127.0.0.1", timeout=PATIENCE_S):
        self.host, self.port, self.key, self.timeout = host, port, key, timeout

    def with_key(self, key):
        return Client(self.port, key, self.host, self.timeout)

    def request(self, method, path, body=None, headers=None):
        """`body` is sent as JSON unless it is bytes already; `headers` go before our own."""
        fields = {"X-API-Key": self.key} if self.key else {}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
            fields["Content-Type"] = "application/json"
        fields.update(headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            try:
                connection.request(method, path, body=body, headers=fields)
            except (BrokenPipeError, ConnectionResetError):
                # Refused before all of a long body was sent; the answer has to be there.
                pass
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)
