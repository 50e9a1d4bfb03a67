"""`--log requests`: one line for each request, without what is secret."""

import json

from harness.events import Stream
from harness.raw import Raw, request
from harness.waiting import until
from harness.workflows import write

SECRET = "canary-in-the-request"


def lines(server, event="request"):
    """The log's lines of one kind; the last may be on its way."""
    text = (server.folder / "server.log").read_text()
    whole = text[:text.rfind("\n") + 1].splitlines()
    return [line for line in map(json.loads, whole) if line["event"] == event]


def line(server, **members):
    """The one line with these members."""
    def found():
        return [line for line in lines(server) if members.items() <= line.items()]
    until(found, f"a line with {members}")
    [one] = found()
    return one


def serve(start, tmp_path, *flags):
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])
    return start("--workflows", str(folder), *flags)


def test_a_line_for_each_request(start, tmp_path):
    server = serve(start, tmp_path, "--log", "requests")
    [key] = server.client.get("/v1/keys")["keys"]
    made = server.client.post("/v1/runs", {"workflow": "idle", "input": SECRET},
                              headers={"Idempotency-Key": SECRET})
    assert made.status == 201
    one = line(server, request_id=made.headers["x-request-id"])
    assert one["level"] == "requests" and one["time"].endswith("Z")
    assert (one["method"], one["dialect"], one["route"]) == ("POST", "native", "/v1/runs")
    assert (one["status"], one["bytes"]) == (201, int(made.headers["content-length"]))
    assert 0 <= one["ms"] < 10_000
    assert (one["workspace"], one["key"], one["address"]) == ("default", key["id"], "loopback")
    stranger = server.client.with_key(SECRET).get(f"/v1/runs/{made['id']}?token={SECRET}")
    assert stranger.status == 401
    one = line(server, request_id=stranger.headers["x-request-id"])
    assert (one["status"], one["route"], one["key"]) == (401, "/v1/runs/{run}", None)
    unknown = server.client.get(f"/v1/{SECRET}")
    assert unknown.status == 404
    one = line(server, request_id=unknown.headers["x-request-id"])
    assert (one["status"], one["route"], one["key"]) == (404, None, key["id"])
    with Raw(server.port) as broken:
        broken.send(request("GET", "/v1/runs", f"X-Secret : {SECRET}\r\n"))
        assert broken.answer().status == 400
    assert line(server, status=400)["bytes"] > 0
    log = (server.folder / "server.log").read_text()
    assert SECRET not in log and server.key not in log


def test_a_stream_has_its_line_when_it_ends(start, tmp_path):
    server = serve(start, tmp_path, "--log", "requests")
    run = server.client.post("/v1/runs", {"workflow": "idle"})["id"]
    stream = Stream(server.client, f"/v1/runs/{run}/events")
    assert stream.status == 200
    assert next(iter(stream)).kind == "run.created"
    route = "/v1/runs/{run}/events"
    page = server.client.get(f"/v1/runs/{run}/events")
    line(server, request_id=page.headers["x-request-id"])
    assert [one["bytes"] for one in lines(server) if one["route"] == route] == [
        int(page.headers["content-length"])], "the stream is open"
    assert server.client.post(f"/v1/runs/{run}/cancel", {}).status == 200
    assert [event.kind for event in stream][-1] == "end"
    until(lambda: sum(one["route"] == route for one in lines(server)) == 2, "the stream's line")
    one = [one for one in lines(server) if one["route"] == route][-1]
    assert one["status"] == 200 and one["bytes"] > 100, one
    gone = Stream(server.client, "/v1/events?cursor=0")
    assert next(iter(gone)).kind == "run.created"
    gone.close()
    assert line(server, route="/v1/events")["bytes"] > 0


def test_no_request_is_logged_unless_asked_for(start, tmp_path):
    server = serve(start, tmp_path)
    assert server.client.get("/v1/runs").status == 200
    assert server.client.with_key(None).get("/v1/runs").status == 401
    assert server.terminate() == 0
    assert lines(server) == []
