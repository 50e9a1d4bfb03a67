"""A client that behaves, as a process of its own: asks until its standard input ends, then prints
how long each request took, in milliseconds, how many failed, and how much later than asked for it
went on behind each pause, which is the machine's doing.

Every tenth request comes on a new connection. When it is told to, by a line, it starts a few runs,
which everybody who follows events is told of. Usage: python -m harness.well_behaved PORT, the key
in KEY.
"""

import http.client
import json
import os
import select
import sys
import time

PAUSE_S = 0.005
REQUESTS_A_CONNECTION = 10
REQUESTS_MIN = 60
STIRS = 5
STIR_EACH_S = 0.2
LIST = ("GET", "/v1/runs?limit=5", None, 200)
START = ("POST", "/v1/runs", '{"workflow":"idle"}', 201)


def main(port, key):
    taken, late, errors = [], [], []
    stir_at, stirs = None, 0
    connection = None
    number = 0
    is_over = False
    while not is_over or len(taken) < REQUESTS_MIN:
        start = time.monotonic()
        if select.select([] if is_over else [sys.stdin], [], [], PAUSE_S)[0]:
            is_over = not sys.stdin.readline()
            stir_at = stir_at or time.monotonic()
        else:
            late.append((time.monotonic() - start - PAUSE_S) * 1000)
        start = time.monotonic()
        stirs_now = (stir_at is not None and stirs < STIRS
                     and start >= stir_at + stirs * STIR_EACH_S)
        stirs += stirs_now
        method, path, body, status = START if stirs_now else LIST
        try:
            if number % REQUESTS_A_CONNECTION == 0:
                if connection:
                    connection.close()
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request(method, path, body, {"X-API-Key": key})
            response = connection.getresponse()
            response.read()
            if response.status != status:
                errors.append(response.status)
        except OSError as error:
            errors.append(repr(error))
            number = -1
        except http.client.HTTPException as error:
            errors.append(repr(error))
            number = -1
        taken.append((time.monotonic() - start) * 1000)
        number += 1
    print(json.dumps({"taken": taken, "late": late, "errors": errors}))


if __name__ == "__main__":
    main(int(sys.argv[1]), os.environ["KEY"])
