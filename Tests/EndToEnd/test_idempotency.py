"""One Idempotency-Key, many requests: the work is done once and everybody gets the same bytes."""

import threading
import uuid

import pytest

from harness.styles import EXTEND, KUBIYA, NATIVE
from harness.waiting import until

TIMES = 50


def fifty(send):
    answers, barrier = [None] * TIMES, threading.Barrier(TIMES)

    def call(index):
        barrier.wait()
        answers[index] = send()

    threads = [threading.Thread(target=call, args=(index,)) for index in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def creates(workflow, label):
    """Per style: path, body, headers of a create, and its status."""
    native = {"workflow": workflow, "labels": {"test": label}}
    extend = {"workflow": {"id": workflow}, "file": {"text": label}}
    return {
        "native": ("/v1/runs", native, {}, 201),
        "extend": ("/workflow_runs", extend, EXTEND.VERSION, 200),
        "kubiya": (f"/api/v1/agents/{workflow}/execute", {"prompt": label}, {}, 200),
        "feather": (f"/api/v1/workflow/{workflow}/execution",
                    {"customerLeadId": label, "primaryPhone": "+15550100001"}, {}, 201),
        "wexa": ("/execute_flow?projectID=default",
                 {"agentflow_id": workflow, "projectID": "default", "goal": label}, {}, 200),
    }


def runs(client, workflow):
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/v1/runs?workflow={workflow}&limit=200{cursor}").json
        found += [run["id"] for run in page["runs"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    return found


@pytest.mark.parametrize("style", ["native", "extend", "kubiya", "feather", "wexa"])
def test_fifty_equal_creates_make_one_run(shared, workflow_id, style):
    client, workflow = shared.client, workflow_id(shared.client, "idle")
    path, body, headers, status = creates(workflow, "fifty")[style]
    headers = headers | {"Idempotency-Key": str(uuid.uuid4())}
    before = set(runs(client, workflow))
    answers = fifty(lambda: client.post(path, body, headers=headers))
    assert {answer.status for answer in answers} == {status}, answers[0]
    assert len({answer.body for answer in answers}) == 1
    assert len(set(runs(client, workflow)) - before) == 1
    replayed = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert replayed.count("true") == TIMES - 1


def test_a_key_used_for_something_else_is_refused(shared, workflow_id):
    client, workflow = shared.client, workflow_id(shared.client, "idle")
    headers = {"Idempotency-Key": "once"}
    first = client.post("/v1/runs", {"workflow": workflow}, headers=headers)
    assert first.status == 201
    other = client.post("/v1/runs", {"workflow": workflow, "labels": {"a": "b"}}, headers=headers)
    assert (other.status, other["code"]) == (422, "idempotency_key_reused")
    again = client.post("/v1/runs", {"workflow": workflow}, headers=headers)
    assert again.body == first.body


def test_a_replay_survives_kill_9(start, tmp_path, workflow_id):
    from harness.workflows import write
    folder = tmp_path / "workflows"
    folder.mkdir()
    write(folder, "idle", [{"name": "work", "queue": "nobody"}])
    server = start("--workflows", str(folder))
    body = {"workflow": "idle"}
    headers = {"Idempotency-Key": "before-the-crash"}
    first = server.client.post("/v1/runs", body, headers=headers)
    server.restart()
    again = server.client.post("/v1/runs", body, headers=headers)
    assert (again.status, again.body) == (201, first.body)
    assert runs(server.client, "idle") == [first["id"]]


def test_fifty_equal_stops_are_one_stop(shared, workflow_id):
    client, workflow = shared.client, workflow_id(shared.client, "timer")
    run = NATIVE.create(client, workflow)
    until(lambda: NATIVE.state(client, run) == "running", "the timer runs")
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    path = KUBIYA.path(run) + "/terminate"
    answers = fifty(lambda: client.post(path, {"reason": "enough"}, headers=headers))
    # Without the key this would be one 200 and 49 times 400.
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    assert client.get(f"/v1/runs/{run.id}/receipt")["stop"]["repeats"] == 0
