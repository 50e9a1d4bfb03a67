"""A client that behaves, as a process of its own: asks until its standard input ends, then prints
how long each request took, in milliseconds, and how many failed.

Every tenth request comes on a new connection. Usage: python -m harness.well_behaved PORT, the key in
KEY.
"""

import http.client
import json
import os
import select
import sys
import time

PAUSE_S = 0.005
REQUESTS_A_CONNECTION = 10


def main(port, key):
    taken, errors = [], []
    connection = None
    number = 0
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        start = time.monotonic()
        try:
            if number % REQUESTS_A_CONNECTION == 0:
                if connection:
                    connection.close()
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/v1/runs?limit=5", headers={"X-API-Key": key})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                errors.append(response.status)
        except OSError as error:
            errors.append(repr(error))
            number = -1
        except http.client.HTTPException as error:
            errors.append(repr(error))
            number = -1
        taken.append((time.monotonic() - start) * 1000)
        number += 1
    print(json.dumps({"taken": taken, "errors": errors}))


if __name__ == "__main__":
    main(int(sys.argv[1]), os.environ["KEY"])
