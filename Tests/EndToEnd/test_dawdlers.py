"""Many clients that take their time, of one kind after the other, while one that behaves is served.

1,000 of each with short limits; DAWDLERS=10000 by hand.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.dawdlers import KINDS, Dawdlers
from harness.process import CLIENTS_MAX, connected, kernel_mib, resident_mib
from harness.server import environment
from harness.waiting import PATIENCE_S, until
from harness.well_behaved import REQUESTS_A_CONNECTION
from harness.workflows import write

COUNT = int(os.environ.get("DAWDLERS", min(1000, CLIENTS_MAX)))
IS_SHORT = COUNT <= 1000
LIMIT_S = 2 if IS_SHORT else 12
TICK_S = 0.2 if IS_SHORT else 2.5
# How long those stay that the server does not hang up on.
STAY_S = 3 if IS_SHORT else 15
# How long it may take until all are connected, and until all were told of something.
TOLD_S = 60
SLACK_S = 2.0
# What the machine itself takes to let the client go on behind a pause is allowed for, in both
# directions of a request and in the server.
P99_MS = 250
TURNS = 4
# The most that may be missing of the memory; below, half of what they took has to come back.
MEMORY_MIB = 64
MEMORY_NOISE_MIB = 5
# What a client that reads nothing may have the kernel hold of its answer, both ends together.
KERNEL_MIB_EACH = 0.5
ROOM = COUNT + 500
STRANGERS_MAX = 9500
LIMITS = {"head_s": LIMIT_S, "body_s": LIMIT_S, "idle_s": LIMIT_S, "write_s": LIMIT_S,
          "connections": ROOM, "strangers": ROOM, "waiters": ROOM, "streams": ROOM,
          "key_streams": ROOM, "key_waiters": ROOM}


@pytest.fixture
def serve(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])

    def serve(**more):
        limits = LIMITS | more
        flags = [f"{name}={value}" for name, value in limits.items()]
        return start("--workflows", str(folder),
                     *[part for flag in flags for part in ("--limit", flag)])
    return serve


@contextmanager
def well_behaved(server):
    """Runs the client that behaves for as long as the block; it has to be served well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.well_behaved", str(server.port)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
        env=environment(KEY=server.key), cwd=Path(__file__).parent)
    said = {"stir": lambda: print("stir", file=process.stdin, flush=True)}
    try:
        yield said
    finally:
        output, _ = process.communicate(timeout=PATIENCE_S)
        said.update(json.loads(output))
    said["p99"], late = p99(said["taken"]), p99(said["late"])
    assert not said["errors"], said["errors"][:5]
    assert said["p99"] < P99_MS + TURNS * late, (said["p99"], late, max(said["taken"]))


def p99(values):
    return sorted(values)[int(len(values) * 0.99)]


@contextmanager
def memory_watched(pid):
    """The most that was resident during the block, in `peak`, and of the kernel's in `kernel`."""
    said, over = {"peak": 0.0, "kernel": 0.0}, threading.Event()

    def watch():
        while not over.wait(0.05):
            said["peak"] = max(said["peak"], resident_mib(pid))
            said["kernel"] = max(said["kernel"], kernel_mib())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield said
    finally:
        over.set()
        watcher.join()


def dawdle(server, kind, count):
    """Lets them dawdle; what was before has to be again afterwards. The dawdlers, all closed."""
    pid = server.process.pid
    server.client.get("/v1/runs")
    descriptors, memory = len(connected(pid)), resident_mib(pid)
    dawdlers = Dawdlers(server, kind, count, TICK_S)
    try:
        with memory_watched(pid) as watched, well_behaved(server) as served:
            dawdlers.run(TOLD_S, lambda: dawdlers.are_connected)
            served["stir"]()
            dawdlers.run(LIMIT_S + SLACK_S + 10 if kind.limit else STAY_S)
            if kind.tells:
                dawdlers.run(TOLD_S, lambda: dawdlers.were_told)
    finally:
        dawdlers.close()
    until(lambda: len(connected(pid)) <= descriptors, "the descriptors are back")
    assert watched["kernel"] < 50 + KERNEL_MIB_EACH * count, watched
    half = (watched["peak"] - memory) / 2
    allowed = memory + min(MEMORY_MIB, max(MEMORY_NOISE_MIB, half))
    until(lambda: resident_mib(pid) < allowed, f"less than {allowed:.0f} MiB are resident")
    print(f"{count} {kind.name}: p99 {served['p99']:.1f} ms of {len(served['taken'])} requests; "
          f"MiB before {memory:.1f}, most {watched['peak']:.1f}, after {resident_mib(pid):.1f}, "
          f"the kernel's most {watched['kernel']:.0f}")
    assert server.client.get("/v1/runs").status == 200
    return dawdlers


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_dawdlers_harm_nobody(serve, kind):
    """111, 112, 113, 114, 115, 134: hung up on in time, and one that behaves is served."""
    server = serve()
    # By hand there may be more than the descriptors leave room for strangers.
    count = COUNT if "{key}" in kind.opening else min(COUNT, STRANGERS_MAX)
    dawdlers = dawdle(server, kind, count)
    in_time = LIMIT_S + SLACK_S + 2 * dawdlers.late_s
    for dawdler in dawdlers.all:
        assert dawdler.received.startswith(kind.says), bytes(dawdler.received)
        assert kind.tells in dawdler.received, bytes(dawdler.received)
        if kind.limit is None:
            assert dawdler.lasted is None, (dawdler.lasted, bytes(dawdler.received))
        else:
            assert dawdler.lasted is not None, "it was not hung up on"
            # A tick of its own, because it may have been dripping until then.
            assert LIMIT_S * 0.9 < dawdler.lasted < in_time, (dawdler.lasted, in_time)


def test_more_strangers_than_fit_drive_each_other_out(serve):
    """122: the one idle longest goes; the client with a key is served on."""
    room = COUNT // 4
    server = serve(strangers=room, head_s=60)
    dawdlers = Dawdlers(server, KINDS[0], COUNT, TICK_S)
    try:
        with well_behaved(server) as served:
            dawdlers.run(TOLD_S, lambda: dawdlers.are_connected and dawdlers.open <= room)
            driven_out = [dawdler.lasted is not None for dawdler in dawdlers.all]
    finally:
        dawdlers.close()
    # The client that behaves is a stranger too while it connects.
    others = len(served["taken"]) // REQUESTS_A_CONNECTION + 1
    assert COUNT - room <= sum(driven_out) <= COUNT - room + others, (sum(driven_out), others)
    assert not any(driven_out[-room // 2:])
