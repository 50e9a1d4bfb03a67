"""Streams of events, read over a socket."""

import json
import os
import random
import shutil
import subprocess
import time

import pytest

from harness.events import Follower, Stream
from harness.server import binary, run
from harness.waiting import PATIENCE_S, WOKEN_S, until
from harness.workflows import write

KILLS = 20


@pytest.fixture
def server(start, tmp_path):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "work", [{"name": "work", "queue": "events"}])
    return start("--workflows", str(folder), "--limit", "key_streams=3")


def begin(server):
    """A run, with its one task in hand."""
    run = server.client.post("/v1/runs", {"workflow": "work"})["id"]
    claim = {"worker": "w", "queues": ["events"], "wait_s": 5}
    return run, server.client.post("/v1/tasks/claim", claim)["tasks"][0]


def report(client, task, word="heartbeat", **members):
    body = {"lease": {"token": task["lease"]["token"]}} | members
    return client.post(f"/v1/tasks/{task['task']}/{word}", body)


def test_no_event_is_missed_or_seen_twice_across_kills(server):
    run, task = begin(server)
    one = Follower(server, f"/v1/runs/{run}/events")
    every = Follower(server, "/v1/events?cursor=0")
    one.start()
    every.start()
    number = 0
    for _ in range(KILLS):
        for _ in range(random.randrange(1, 40)):
            assert report(server.client, task, progress=number).status == 200
            number += 1
        server.restart()
    assert server.client.post(f"/v1/runs/{run}/terminate", {}).status == 200
    one.join(timeout=PATIENCE_S)
    assert one.ended == {"state": "cancelled", "deleted": False}
    assert one.breaks >= KILLS / 2
    last = server.client.get(f"/v1/runs/{run}/events?limit=200&cursor={number}")["events"][-1]
    seen = [event.data["run_seq"] for event in one.events]
    assert seen == list(range(1, last["run_seq"] + 1))
    assert [event.id for event in one.events] == [str(number) for number in seen]
    until(lambda: every.events[-1:] and every.events[-1].data == last, "the last event",
          WOKEN_S)
    assert [event.data for event in every.events] == [event.data for event in one.events]
    again = Stream(server.client, f"/v1/runs/{run}/events", last_id=last["run_seq"])
    assert again.status == 204


def test_a_drain_ends_the_stream_whole(server):
    run, task = begin(server)
    stream = Stream(server.client, "/v1/events")
    assert report(server.client, task, progress=1).status == 200
    events = iter(stream)
    assert next(events).kind == "step.progress"
    started = time.monotonic()
    assert server.terminate() == 0
    # http.client raises where the last chunk is missing.
    assert list(events) == [] and stream.comments == 1
    # A drain that waits for somebody takes ten.
    assert time.monotonic() - started < 9


def test_a_client_that_goes_gives_its_place_back(server):
    streams = [Stream(server.client, "/v1/events") for _ in range(3)]
    assert [stream.status for stream in streams] == [200, 200, 200]
    refused = server.client.get("/v1/events", headers={"Accept": "text/event-stream"})
    assert refused.status == 429 and refused["code"] == "limit"
    assert refused.headers["retry-after"] == "1"
    assert server.client.get("/v1/events").status == 200
    streams.pop().close()

    def is_free():
        stream = Stream(server.client, "/v1/events")
        stream.close()
        return stream.status == 200
    until(is_free, "a place for a stream")
    for stream in streams:
        stream.close()


def test_a_revoked_key_ends_its_streams(server):
    made = server.client.post("/v1/keys", {"role": "viewer"})
    stream = Stream(server.client.with_key(made["key"]), "/v1/events", timeout=30)
    assert stream.status == 200
    assert server.client.delete(f"/v1/keys/{made['id']}").status == 200
    assert list(stream) == []


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_curl(server):
    run, task = begin(server)
    url = f"http://127.0.0.1:{server.port}/v1/runs/{run}/events?follow=true"
    curl = subprocess.Popen(
        ["curl", "-sN", "-H", f"Authorization: Bearer {server.key}", url],
        stdout=subprocess.PIPE, text=True)
    assert curl.stdout.readline() == "id: 1\n"
    assert curl.stdout.readline() == "event: run.created\n"
    assert report(server.client, task, "complete", output=1).status == 200
    rest, _ = curl.communicate(timeout=PATIENCE_S)
    assert curl.returncode == 0
    assert rest.endswith('event: end\ndata: {"state":"succeeded","deleted":false}\n\n:\n')


def test_an_independent_parser_reads_the_same(server):
    httpx = pytest.importorskip("httpx")
    httpx_sse = pytest.importorskip("httpx_sse")
    run, task = begin(server)
    assert report(server.client, task, progress="a\nb é").status == 200
    assert server.client.post(f"/v1/runs/{run}/terminate", {}).status == 200
    page = server.client.get(f"/v1/runs/{run}/events")["events"]
    url = f"http://127.0.0.1:{server.port}/v1/runs/{run}/events"
    with httpx.Client(headers={"X-API-Key": server.key}) as client:
        with httpx_sse.connect_sse(client, "GET", url) as source:
            events = list(source.iter_sse())
    assert [json.loads(event.data) for event in events[:-1]] == page
    assert [event.event for event in events] == [event["kind"] for event in page] + ["end"]
    assert [event.id for event in events[:-1]] == [str(event["run_seq"]) for event in page]


def test_the_command_line_follows(server):
    id, task = begin(server)
    flags = ["--url", f"http://127.0.0.1:{server.port}", "--data", str(server.data)]
    watch = subprocess.Popen(
        [str(binary()), "run", "events", id, "--follow", *flags], stdout=subprocess.PIPE,
        text=True, env={"PATH": os.environ["PATH"]})
    assert json.loads(watch.stdout.readline())["kind"] == "run.created"
    assert report(server.client, task, "complete", output=1).status == 200
    rest, _ = watch.communicate(timeout=PATIENCE_S)
    kinds = [json.loads(line)["kind"] for line in rest.splitlines()]
    assert watch.returncode == 0 and kinds[-1] == "run.succeeded"
    watched = run("run", "watch", id, *flags)
    assert watched.returncode == 0 and '"state": "succeeded"' in watched.stdout
    gone = run("run", "events", "nobody", "--follow", *flags)
    assert gone.returncode == 1 and "run_not_found" in gone.stderr
