"""Bytes over a socket: what is sent is what the test says, and what comes is looked at as bytes."""

import re
import socket

from harness.waiting import WOKEN_S

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [\x20-\x7e]*$")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*)$")
NO_BODY = {204, 304}


class Malformed(Exception):
    pass


def connect(port, seconds=WOKEN_S):
    return socket.create_connection(("127.0.0.1", port), timeout=seconds)


def read_all(connection):
    """Everything up to the end; None behind it where the end was a reset."""
    received = bytearray()
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return bytes(received), True
        if not piece:
            return bytes(received), False
        received += piece


def exchange(port, data, seconds=WOKEN_S):
    """Sends, half-closes, reads to the end: what came, and whether it ended in a reset."""
    with connect(port, seconds) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        except OSError as error:
            if error.errno != 107:  # ENOTCONN: the server is done with us
                raise
        return read_all(connection)


def answers(data, heads=frozenset()):
    """The answers that stand in `data`, as (status, fields, body).

    `heads` holds the numbers of those that answer HEAD. Raises Malformed for anything that no
    strict client would take.
    """
    found = []
    while data:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            raise Malformed(f"a head that does not end: {head[:80]!r}")
        status, fields = read_head(head)
        body, data = b"", rest
        if status >= 200:
            has_body = status not in NO_BODY and len(found) not in heads
            if has_body:
                body, data = read_body(fields, rest)
            found.append((status, fields, body))
    return found


def read_head(head):
    line, *lines = head.split(b"\r\n")
    match = STATUS_LINE.match(line)
    if not match:
        raise Malformed(f"status line {line[:80]!r}")
    fields = {}
    for text in lines:
        field = FIELD.match(text)
        if not field:
            raise Malformed(f"field {text[:80]!r}")
        name = field[1].lower().decode()
        if name in fields:
            raise Malformed(f"{name} twice")
        fields[name] = field[2].decode("latin-1")
    status = int(match[1])
    if status >= 200 and "date" not in fields and "connection" not in fields:
        raise Malformed(f"{status} without Date")
    return status, fields


def read_body(fields, data):
    if "transfer-encoding" in fields:
        if "content-length" in fields or fields["transfer-encoding"] != "chunked":
            raise Malformed(f"framing {fields}")
        return read_chunks(data)
    if "content-length" not in fields:
        return data, b""
    length = int(fields["content-length"])
    if len(data) < length:
        raise Malformed(f"{len(data)} of {length} bytes of a body")
    return data[:length], data[length:]


def read_chunks(data):
    body = b""
    while True:
        size, end, data = data.partition(b"\r\n")
        if not end:
            raise Malformed("chunks that do not end")
        count = int(size, 16)
        body += data[:count]
        if data[count:count + 2] != b"\r\n":
            raise Malformed("a chunk without its end")
        data = data[count + 2:]
        if count == 0:
            return body, data
