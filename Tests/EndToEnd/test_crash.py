"""kill -9, twenty times, under concurrent starts and stops."""

import random
import time

from harness.crashing import Caller, Ledger, check
from harness.waiting import PATIENCE_S, until
from harness.workflows import write

KILLS = 20
CALLERS = 6


def test_nothing_acknowledged_is_lost_in_twenty_kills(start, workflow_id, tmp_path):
    random.seed(2)
    server, ledger, ids = prepare(start, workflow_id, tmp_path)
    for round in range(KILLS):
        before = len(ledger.runs)
        callers = [Caller(server.client, ids, ledger) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        until(lambda: len(ledger.runs) >= before + 10 and ledger.has_more_than(round),
              "the callers get on")
        # Not for luck: the kill is to fall at any moment of the work.
        time.sleep(random.uniform(0, 0.3))
        server.kill()
        for caller in callers:
            caller.join(timeout=2 * PATIENCE_S)
            assert not caller.is_alive() and not caller.surprises, caller.surprises
        if round % 5 == 0:
            kill_while_starting(server)
        server.start()
        check(server.client, ledger, list(ledger.runs)[before:])
    check(server.client, ledger)
    assert ledger.has_more_than(KILLS - 1)
    assert server.terminate() == 0


def prepare(start, workflow_id, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "timer", [{"name": "wait", "sleep_s": 600}])
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])
    write(folder, "crash", [{"name": "work", "queue": "crash"}], grace_s=60)
    write(folder, "cleaned", [{"name": "wait", "sleep_s": 600}], grace_s=60,
          cleanup=[{"name": "release", "queue": "crash"}])
    server = start("--workflows", str(folder))
    names = ("timer", "idle", "crash", "cleaned")
    return server, Ledger(), [workflow_id(server.client, name) for name in names]


def kill_while_starting(server):
    """The process dies at some moment between its first instruction and its ready line."""
    for delay in (0, 0.005, 0.02, 0.05):
        server.spawn()
        time.sleep(delay)
        server.kill()
